package io.etherloom.model;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Which uplinks are usable, and by which one each connected port sends: teaming by originating port id (spec 4.1-4.3, 4.36).
final class NaiveTeam {
    private final long upDelayNanos;
    /// The uplinks whose link is up.
    private final Set<String> linked = new HashSet<>();
    /// The uplinks that ports may send by: the link is up and the delay is over.
    private final Set<String> usable = new HashSet<>();
    /// The uplinks that wait for the end of their delay, and when that is.
    private final Map<String, Long> usableAt = new HashMap<>();
    /// The uplink by which the port with this slot sends. A port that has none is absent.
    private final Map<Integer, String> current = new HashMap<>();

    /// The state at the start is not delayed: every uplink is usable (spec 4.36).
    NaiveTeam(List<String> uplinks, long upDelayNanos) {
        this.upDelayNanos = upDelayNanos;
        linked.addAll(uplinks);
        usable.addAll(uplinks);
    }

    boolean linked(String uplink) {
        return linked.contains(uplink);
    }

    @Nullable String uplinkOf(SwitchConfig.Port port) {
        return current.get(port.id());
    }

    /// Spec 4.36: an up event waits, a down event never does and cancels the wait.
    void link(String uplink, boolean up, long nowNanos, List<SwitchConfig.Port> connected) {
        if (up && linked.add(uplink)) {
            usableAt.put(uplink, nowNanos + upDelayNanos);
            tick(nowNanos, connected);
        } else if (!up && linked.remove(uplink)) {
            usable.remove(uplink);
            usableAt.remove(uplink);
            placeAll(connected);
        }
    }

    /// Ends the delays that are over, one by one in the order of time, as if the clock had been read at each of them.
    void tick(long nowNanos, List<SwitchConfig.Port> connected) {
        while (!usableAt.isEmpty()) {
            var first = earliest();
            if (usableAt.get(first) > nowNanos) {
                return;
            }
            usableAt.remove(first);
            usable.add(first);
            placeAll(connected);
        }
    }

    private String earliest() {
        @Nullable String first = null;
        for (var uplink : usableAt.keySet()) {
            if (first == null || usableAt.get(uplink) < usableAt.get(first)) {
                first = uplink;
            }
        }
        return Objects.requireNonNull(first);
    }

    private void placeAll(List<SwitchConfig.Port> connected) {
        for (var port : connected) {
            place(port);
        }
    }

    /// Spec 4.3: at home while that is usable; else where it is while that is usable (survivors never move); else placed anew.
    void place(SwitchConfig.Port port) {
        if (port.team().isEmpty()) {
            return;
        }
        var home = port.team().get(port.id() % port.team().size());
        if (usable.contains(home)) {
            current.put(port.id(), home);
            return;
        }
        var now = current.get(port.id());
        if (now != null && usable.contains(now)) {
            return;
        }
        var candidates = new ArrayList<String>();
        for (var uplink : port.team()) {
            if (usable.contains(uplink)) {
                candidates.add(uplink);
            }
        }
        if (candidates.isEmpty()) {
            current.remove(port.id());
        } else {
            current.put(port.id(), candidates.get(port.id() % candidates.size()));
        }
    }

    /// The port is gone; when it comes back it is placed as a new one.
    void forget(SwitchConfig.Port port) {
        current.remove(port.id());
    }
}
