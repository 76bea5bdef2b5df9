package io.etherloom.model;

import io.etherloom.vswitch.SwitchSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// When which port is announced to the physical switches (spec 4.41-4.43).
final class NaiveNotices {
    private static final long SECOND = 1_000_000_000L;
    /// `NetDebugRARPTimerInter`, 30000, read as microseconds.
    private static final long INTERVAL = 30_000_000L;

    /// What is left of the announcements of one port: when its event was, and which of them is next.
    private record Series(long startedAt, int next) {}

    private SwitchSpec.NotifyOptions options;
    /// By slot; those that are over are absent.
    private final Map<Integer, Series> series = new HashMap<>();
    /// By slot, when the last event of a port was.
    private final Map<Integer, Long> events = new HashMap<>();
    private long intervalEnd;
    private int leftInInterval;
    /// The slot after which to go on when an interval was too short for all.
    private int turn;

    NaiveNotices(SwitchSpec.NotifyOptions options) {
        this.options = options;
    }

    /// Spec 4.42: a port is connected.
    void connected(int port, long nowNanos) {
        start(port, options.atEnablement() ? 0 : 1, nowNanos);
    }

    /// A port has another address or another uplink.
    void changed(int port, long nowNanos) {
        start(port, 0, nowNanos);
    }

    /// A port came to another uplink; at the instant of its connection that is the same event, even when nothing is said of that.
    void moved(int port, long nowNanos) {
        if (!events.containsKey(port) || events.get(port) != nowNanos) {
            start(port, 0, nowNanos);
        }
    }

    void forget(int port) {
        series.remove(port);
        events.remove(port);
    }

    private void start(int port, int first, long nowNanos) {
        series.remove(port);
        events.put(port, nowNanos);
        goOn(port, new Series(nowNanos, first));
    }

    private void goOn(int port, Series rest) {
        if (options.isEnabled() && rest.next < options.count()
                && offset(rest.next) <= options.advertisementSeconds() * SECOND) {
            series.put(port, rest);
        } else {
            series.remove(port);
        }
    }

    /// Spec 4.43: 0, 1, 3, 7, 15 s; or evenly over the duration.
    private long offset(int nth) {
        return options.spacesEvenly() ? nth * (options.advertisementSeconds() * SECOND) / options.count()
                : ((1L << nth) - 1) * SECOND;
    }

    private long due(int port) {
        return series.containsKey(port) ? series.get(port).startedAt + offset(series.get(port).next) : NaiveLinks.NEVER;
    }

    long due() {
        var due = NaiveLinks.NEVER;
        for (var port : series.keySet()) {
            due = Math.min(due, due(port));
        }
        return leftInInterval == 0 && due <= intervalEnd ? intervalEnd : due;
    }

    /// The ports to announce now, at most as many as the interval has left.
    List<Integer> advance(List<Integer> ports, long nowNanos) {
        var announced = new ArrayList<Integer>();
        if (due() > nowNanos) {
            return announced;
        }
        if (nowNanos >= intervalEnd) {
            intervalEnd = nowNanos + INTERVAL;
            leftInInterval = options.maxPerInterval();
        }
        for (var port : inTurn(ports)) {
            if (due(port) <= nowNanos && leftInInterval > 0) {
                leftInInterval--;
                announced.add(port);
                do { // Spec 4.44: what fell due meanwhile is left out.
                    goOn(port, new Series(series.get(port).startedAt, series.get(port).next + 1));
                } while (due(port) <= nowNanos);
                turn = leftInInterval == 0 ? port : turn;
            }
        }
        return announced;
    }

    private List<Integer> inTurn(List<Integer> ports) {
        var ordered = new ArrayList<Integer>(ports);
        var first = ports.indexOf(turn) + 1;
        ordered.addAll(ports.subList(0, first));
        return ordered.subList(first, ordered.size());
    }

    /// Other options hold for what is still to be said, too.
    void set(SwitchSpec.NotifyOptions next) {
        options = next;
        Map.copyOf(series).forEach(this::goOn);
    }
}
