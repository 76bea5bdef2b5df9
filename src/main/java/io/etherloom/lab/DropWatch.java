package io.etherloom.lab;

import io.etherloom.event.Details;
import io.etherloom.event.EventLog;
import io.etherloom.event.EventType;
import io.etherloom.frame.DropReason;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.ToIntFunction;

/// Looks every ten seconds whether a port drops more of its frames for one reason than is allowed (spec 8.9), and tells when that begins and
/// when it has been over for three windows. Reads counters that are there anyway. Under the lab's lock; time is passed in.
final class DropWatch {
    static final long WINDOW_NANOS = 10_000_000_000L;
    /// A share of few frames says nothing.
    private static final int MIN_DROPS = 10;
    private static final int QUIET_WINDOWS = 3;
    /// What a switch drops of whatever is flooded, in a network where all is well.
    private static final Set<DropReason> USUAL = EnumSet.of(DropReason.REFLECTED, DropReason.SAME_PORT, DropReason.NO_RECEIVER,
            DropReason.UNKNOWN_UNICAST, DropReason.WRONG_UPLINK, DropReason.RESERVED_ADDRESS);

    private final EventLog log;
    private final Map<PortRuntime, Watched> watched = new HashMap<>();
    private long nextNanos = Long.MIN_VALUE;

    /// A port as it was at the last look.
    private static final class Watched {
        private final long[] drops = new long[DropReason.COUNT];
        /// Windows since the threshold was exceeded last, 0 where nothing was told.
        private final int[] calm = new int[DropReason.COUNT];
        private long frames;
    }

    DropWatch(EventLog log) {
        this.log = log;
    }

    /// Does nothing before ten seconds have passed since the last time.
    ///
    /// @param threshold of a switch, in hundredths of a percent, 0 for none
    void look(long nowNanos, Map<String, SwitchRuntime> switches, ToIntFunction<SwitchRuntime> threshold) {
        if (nextNanos != Long.MIN_VALUE && nowNanos - nextNanos < 0) {
            return;
        }
        nextNanos = nowNanos + WINDOW_NANOS;
        watched.keySet().removeIf(port -> switches.values().stream().noneMatch(runtime -> runtime.ports().get(port.plan().name()) == port));
        switches.values().forEach(runtime -> {
            int allowed = threshold.applyAsInt(runtime);
            runtime.ports().values().forEach(port -> look(runtime, port, allowed));
        });
    }

    private void look(SwitchRuntime runtime, PortRuntime port, int allowed) {
        boolean isNew = !watched.containsKey(port);
        var was = watched.computeIfAbsent(port, _ -> new Watched());
        var counters = port.counters();
        long frames = counters.inFrames() + counters.outFrames();
        long passed = frames - was.frames;
        was.frames = frames;
        for (int reason = 0; reason < DropReason.COUNT; reason++) {
            long drops = counters.drops(DropReason.of(reason));
            long dropped = drops - was.drops[reason];
            was.drops[reason] = drops;
            if (!isNew && !USUAL.contains(DropReason.of(reason))) {
                judge(EventObjects.name(runtime, port), was, DropReason.of(reason), dropped, passed + dropped, allowed);
            }
        }
    }

    private void judge(String name, Watched port, DropReason reason, long dropped, long frames, int allowed) {
        boolean isHigh = allowed > 0 && dropped >= MIN_DROPS && dropped * 10_000 > frames * allowed;
        int calm = port.calm[reason.ordinal()];
        if (isHigh && calm == 0) {
            log.post(EventType.DROPS_HIGH, name, String.format(Locale.ROOT, "%s drops %s of its frames as %s (%d in 10 s): %s", name, percent(dropped, frames),
                    reason.label(), dropped, reason.meaning()), Details.of("reason", reason.label()).and("dropped", dropped).and("frames", frames)
                    .and("threshold", percent(allowed, 10_000)));
        }
        if (isHigh) {
            port.calm[reason.ordinal()] = 1;
        } else if (calm > QUIET_WINDOWS - 1) {
            port.calm[reason.ordinal()] = 0;
            log.post(EventType.DROPS_NORMAL, name, name + " drops no more than it may as " + reason.label() + ".", Details.of("reason", reason.label()));
        } else if (calm > 0) {
            port.calm[reason.ordinal()]++;
        }
    }

    private static String percent(long part, long whole) {
        return String.format(Locale.ROOT, "%.2f %%", 100.0 * part / Math.max(1, whole));
    }
}
