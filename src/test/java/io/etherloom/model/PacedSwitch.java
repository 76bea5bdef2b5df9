package io.etherloom.model;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// Stands before a subject and keeps the promises of [SwitchUnderTest]: no event that changes nothing, and a tick at each instant
/// at which an up delay ends. So shrinking may take any event out of a case without making it meaningless.
final class PacedSwitch implements SwitchUnderTest {
    private final SwitchUnderTest subject;
    private final long upDelayNanos;
    private final Set<String> down = new HashSet<>();
    private final Set<Integer> connected = new HashSet<>();
    private final Map<String, Long> delayEnds = new HashMap<>();

    PacedSwitch(SwitchConfig config, SwitchUnderTest subject) {
        this.subject = subject;
        this.upDelayNanos = config.options().upDelayNanos();
        for (var port : config.ports()) {
            if (port.connected()) {
                connected.add(port.id());
            }
        }
    }

    private void advance(long nowNanos) {
        if (!delayEnds.isEmpty()) {
            var due = new ArrayList<>(delayEnds.values());
            due.removeIf(end -> end > nowNanos);
            due.sort(null);
            due.forEach(subject::tick);
            delayEnds.values().removeAll(due);
        }
    }

    @Override
    public Outcome fromPort(int port, byte[] frame, long nowNanos) {
        advance(nowNanos);
        return subject.fromPort(port, frame, nowNanos);
    }

    @Override
    public Outcome fromUplink(String uplink, byte[] frame, long nowNanos) {
        advance(nowNanos);
        return subject.fromUplink(uplink, frame, nowNanos);
    }

    @Override
    public Outcome link(String uplink, boolean up, long nowNanos) {
        advance(nowNanos);
        if (!(up ? down.remove(uplink) : down.add(uplink))) {
            return Outcome.NOTHING;
        }
        if (up) {
            delayEnds.put(uplink, nowNanos + upDelayNanos);
        } else {
            delayEnds.remove(uplink);
        }
        return subject.link(uplink, up, nowNanos);
    }

    @Override
    public Outcome tick(long nowNanos) {
        advance(nowNanos);
        return subject.tick(nowNanos);
    }

    @Override
    public Outcome connect(int port, long nowNanos) {
        advance(nowNanos);
        return connected.add(port) ? subject.connect(port, nowNanos) : Outcome.NOTHING;
    }

    @Override
    public Outcome disconnect(int port, long nowNanos) {
        advance(nowNanos);
        return connected.remove(port) ? subject.disconnect(port, nowNanos) : Outcome.NOTHING;
    }

    @Override
    public void close() {
        subject.close();
    }
}
