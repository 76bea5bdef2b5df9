package io.etherloom.lab;

import io.etherloom.event.Details;
import io.etherloom.event.EventLog;
import io.etherloom.event.EventType;
import java.util.HashSet;
import java.util.Set;

/// Looks whether agents come around and have memory left. Needs neither their help nor the lab's lock, which a stuck agent could keep. One
/// thread; time is passed in.
final class AgentWatch {
    /// An idle agent comes around once a second; a busy machine may hold it up.
    static final long STALLED_NANOS = 3_000_000_000L;
    private static final int LOW_PERCENT = 10;
    private static final int ENOUGH_PERCENT = 20;

    private final EventLog log;
    private final Set<String> stalled = new HashSet<>();
    private final Set<String> low = new HashSet<>();

    AgentWatch(EventLog log) {
        this.log = log;
    }

    void look(long nowNanos, SwitchAgent agent) {
        var pool = agent.pool();
        int heads = percent(pool.free(), pool.capacity());
        look(agent.role(), nowNanos - agent.meters().begunNanos(), Math.min(heads, percent(pool.freeTails(), pool.tailCapacity())));
    }

    private static int percent(int free, int capacity) {
        return capacity == 0 ? 100 : (int) (free * 100L / capacity);
    }

    /// @param sinceNanos since the agent's last duty cycle began
    /// @param freePercent of its memory for frames, of heads or of tails, of which less is free
    void look(String agent, long sinceNanos, int freePercent) {
        if (sinceNanos > STALLED_NANOS && stalled.add(agent)) {
            log.post(EventType.AGENT_STALLED, agent, agent + " has not come around for " + sinceNanos / 1_000_000_000 + " s; its ports carry nothing.",
                    Details.of("seconds", sinceNanos / 1_000_000_000));
        } else if (sinceNanos <= STALLED_NANOS && stalled.remove(agent)) {
            log.post(EventType.AGENT_RESUMED, agent, agent + " comes around again.");
        }
        if (freePercent < LOW_PERCENT && low.add(agent)) {
            log.post(EventType.POOL_LOW, agent, "Only " + freePercent + " % of the frame memory of " + agent + " is free.", Details.of("freePercent", freePercent));
        } else if (freePercent >= ENOUGH_PERCENT && low.remove(agent)) {
            log.post(EventType.POOL_RECOVERED, agent, freePercent + " % of the frame memory of " + agent + " is free again.", Details.of("freePercent", freePercent));
        }
    }
}
