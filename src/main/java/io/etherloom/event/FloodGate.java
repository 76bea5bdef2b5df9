package io.etherloom.event;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/// Lets events of one type and object through as long as they are few: a burst, then one now and then. So a guest that sets its interface up
/// and down, or a neighbour that changes its name with each frame, fills neither the ring nor the log. Used under the log's lock.
final class FloodGate {
    static final int BURST = 20;
    static final Duration PERIOD = Duration.ofSeconds(6);
    /// Ports of one lab and what may happen to them; beyond, all begin anew.
    private static final int MOST = 65_536;

    private record Kind(EventType type, String object) {}

    private static final class Level {
        private long fullMillis;
        private long leftOut;
    }

    private final Map<Kind, Level> levels = new HashMap<>();

    /// Whether an event goes through.
    ///
    /// @return how many like it were left out since the last that did, or -1 when it is left out, too
    long admit(EventType type, String object, Instant time) {
        if (levels.size() >= MOST) {
            levels.clear();
        }
        var level = levels.computeIfAbsent(new Kind(type, object), _ -> new Level());
        long nowMillis = time.toEpochMilli();
        long period = PERIOD.toMillis();
        // Each event fills a period; a burst may stand before the time that has passed.
        long fullMillis = Math.max(level.fullMillis, nowMillis) + period;
        if (fullMillis - nowMillis > BURST * period) {
            level.leftOut++;
            return -1;
        }
        level.fullMillis = fullMillis;
        long leftOut = level.leftOut;
        level.leftOut = 0;
        return leftOut;
    }
}
