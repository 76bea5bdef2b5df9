package io.etherloom.lab;

import io.etherloom.device.FrameHold;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What was held for ports of one agent, on its way into their devices. Owned by the agent thread.
final class HandOvers {
    private final List<HandOver> all = new ArrayList<>();

    private record HandOver(FrameHold hold, SwitchAgent.Attachment port) {}

    boolean isEmpty() {
        return all.isEmpty();
    }

    /// Has a device get what was held for it, before anything else.
    void begin(FrameHold hold, SwitchAgent.Attachment port, long nowNanos) {
        hold.handTo(port.device());
        port.frameSwitch().ports().connect(port.port(), hold);
        all.add(new HandOver(hold, port));
        pump(nowNanos);
    }

    /// Gives devices what they have room for.
    ///
    /// @return how many have got all
    int pump(long nowNanos) {
        int done = 0;
        for (int i = all.size() - 1; i >= 0; i--) {
            var found = all.get(i);
            var ports = found.port.frameSwitch().ports();
            ports.now(nowNanos);
            if (found.hold.pump(ports, found.port.port())) {
                ports.connect(found.port.port(), found.port.device());
                all.remove(i);
                done++;
            }
        }
        return done;
    }

    /// Ends the hand-over to a port.
    ///
    /// @return what is left of it; null when there was none
    @Nullable FrameHold take(SwitchAgent.Attachment port) {
        for (int i = all.size() - 1; i >= 0; i--) {
            if (all.get(i).port == port) {
                return all.remove(i).hold;
            }
        }
        return null;
    }
}
