package io.etherloom.lab;

import io.etherloom.frame.CapturePoint;
import io.etherloom.frame.DropReason;
import io.etherloom.frame.Frame;
import io.etherloom.frame.FrameObserver;
import io.etherloom.frame.PortSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Several observers of one port, each in its turn. Immutable, so that the agent never sees a list in change; made and replaced on
/// the agent thread.
final class PortObservers implements FrameObserver {
    private final FrameObserver[] observers;

    private PortObservers(List<FrameObserver> observers) {
        this.observers = observers.toArray(FrameObserver[]::new);
    }

    /// Shows one more observer what passes the port; one that watches already is not added again.
    static void add(PortSet ports, int index, FrameObserver observer) {
        var all = of(ports.observer(index));
        if (!all.contains(observer)) {
            all.add(observer);
            ports.observe(index, new PortObservers(all));
        }
    }

    /// Ends that; no fault when the port is gone already.
    static void remove(PortSet ports, int index, FrameObserver observer) {
        var all = of(ports.observer(index));
        if (all.remove(observer)) {
            ports.observe(index, all.isEmpty() ? null : new PortObservers(all));
        }
    }

    private static List<FrameObserver> of(@Nullable FrameObserver existing) {
        return existing instanceof PortObservers several ? new ArrayList<>(Arrays.asList(several.observers)) : new ArrayList<>();
    }

    @Override
    public void observe(CapturePoint point, Frame frame, int tag, @Nullable DropReason reason, long nowNanos) {
        for (var observer : observers) {
            observer.observe(point, frame, tag, reason, nowNanos);
        }
    }
}
