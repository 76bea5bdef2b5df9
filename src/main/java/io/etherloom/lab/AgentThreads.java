package io.etherloom.lab;

import io.etherloom.agent.AgentRunner;
import io.etherloom.agent.IdleStrategy;
import io.etherloom.agent.NanoClock;
import io.etherloom.frame.FramePool;
import io.etherloom.linux.MappedArena;
import io.etherloom.topology.AgentSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The agents of a running lab with their threads and pools. Started, closed and told how to idle under the lab's lock.
final class AgentThreads implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AgentThreads.class);
    /// 32 MiB of address space for frames and 16 MiB for super-frames each; only what is used becomes resident.
    private static final int POOL_FRAMES = 16_384;
    private static final int POOL_TAILS = 256;
    /// Longer than the gap between the segments of a flow, short beside a time slice.
    private static final long SPIN_NANOS = 50_000;
    /// Two guests that talk want a processor each, and so does the agent between them: below this an agent more takes from them what it gives.
    private static final int PROCESSORS_PER_AGENT = 4;

    private final List<AgentRunner> runners = new ArrayList<>();
    private final List<FramePool> pools = new ArrayList<>();
    private final Agents agents;
    private final BiConsumer<String, String> onFault;
    private final Set<String> reportedFaults = ConcurrentHashMap.newKeySet();
    private AgentSettings.Idle idle;

    /// @param count at least one
    /// @param onDeviceFailed told on an agent's thread when a device of its has failed for good
    /// @param onFault told on an agent's thread the agent's name and a fault of a kind that is new
    AgentThreads(int count, AgentSettings.Idle idle, Consumer<SwitchAgent.Attachment> onDeviceFailed, BiConsumer<String, String> onFault) {
        this.onFault = onFault;
        this.idle = idle;
        var all = new ArrayList<SwitchAgent>();
        for (int i = 0; i < count; i++) {
            var pool = new FramePool(POOL_FRAMES, POOL_TAILS, new MappedArena());
            var agent = new SwitchAgent("agent-" + i, NanoClock.SYSTEM, pool, onDeviceFailed);
            pools.add(pool);
            all.add(agent);
            runners.add(new AgentRunner(agent, strategy(idle), NanoClock.SYSTEM, fault -> fault(agent, fault), agent::ring));
        }
        agents = new Agents(all);
    }

    /// How many agents: for `auto` one on fewer than eight processors, and never more than there are hosts and physical switches to own.
    ///
    /// @param switches hosts and physical switches
    static int count(AgentSettings wanted, int processors, int switches) {
        if (wanted.count() != AgentSettings.AUTO) {
            return wanted.count();
        }
        return Math.max(1, Math.min(processors / PROCESSORS_PER_AGENT, switches));
    }

    private static IdleStrategy strategy(AgentSettings.Idle idle) {
        return switch (idle) {
            case GENTLE -> new IdleStrategy.SpinThenWait(SPIN_NANOS);
            case BUSY_POLL -> new IdleStrategy.BusySpin();
        };
    }

    Agents agents() {
        return agents;
    }

    void start() {
        runners.forEach(AgentRunner::start);
    }

    /// Has all agents idle in this way from now on.
    void idle(AgentSettings.Idle next) {
        if (next != idle) {
            idle = next;
            runners.forEach(runner -> runner.idle(strategy(next)));
        }
    }

    /// A bug in the data plane: counted, logged once a kind; the lab lives on.
    private void fault(SwitchAgent agent, Throwable fault) {
        agent.meters().failed();
        var trace = fault.getStackTrace();
        var kind = fault.getClass().getName() + (trace.length > 0 ? " at " + trace[0] : "");
        if (reportedFaults.add(kind)) {
            LOG.error("trace of the fault that reached {}", agent.role(), fault);
            onFault.accept(agent.role(), kind);
        }
    }

    /// Ends all threads, then frees their memory.
    @Override
    public void close() {
        runners.forEach(AgentRunner::close);
        pools.forEach(FramePool::close);
    }
}
