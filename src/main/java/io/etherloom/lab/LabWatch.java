package io.etherloom.lab;

import io.etherloom.event.EventLog;
import io.etherloom.lab.Blueprint.SwitchPlan;
import io.etherloom.topology.AdvancedOption;
import io.etherloom.topology.AdvancedOptions;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The thread that looks at agents and at what ports drop, once a second, and tells what is wrong with them.
final class LabWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LabWatch.class);
    private static final long PERIOD_MILLIS = 1_000;

    private final Agents agents;
    private final Converger converger;
    private final DesiredState desired;
    private final ReentrantLock lock;
    private final AgentWatch agentWatch;
    private final DropWatch dropWatch;
    private final Thread thread = Thread.ofVirtual().name("watch").unstarted(this::watch);

    /// @param lock of the lab
    LabWatch(Agents agents, Converger converger, DesiredState desired, EventLog events, ReentrantLock lock) {
        this.agents = agents;
        this.converger = converger;
        this.desired = desired;
        this.lock = lock;
        agentWatch = new AgentWatch(events);
        dropWatch = new DropWatch(events);
    }

    void start() {
        thread.start();
    }

    private void watch() {
        try {
            while (true) {
                Thread.sleep(PERIOD_MILLIS);
                look();
            }
        } catch (InterruptedException _) {
            // The lab ends.
        }
    }

    /// A fault costs this look, not those after it. An agent that is stuck keeps the lab's lock, and must be told of all the same.
    private void look() throws InterruptedException {
        try {
            agents.all().forEach(agent -> agentWatch.look(agent.nowNanos(), agent));
            if (lock.tryLock(PERIOD_MILLIS, TimeUnit.MILLISECONDS)) {
                try {
                    dropWatch.look(agents.nowNanos(), converger.switches(), this::dropThreshold);
                } finally {
                    lock.unlock();
                }
            }
        } catch (RuntimeException fault) {
            LOG.error("event=watch-fault effect=\"agents and drops are looked at again in a second\"", fault);
        }
    }

    private int dropThreshold(SwitchRuntime runtime) {
        var host = runtime.plan() instanceof SwitchPlan.Virtual virtual ? desired.topology().hosts().get(virtual.host()) : null;
        var options = host == null ? AdvancedOptions.defaultsOf(desired.topology().profile()) : host.advanced();
        return options.value(AdvancedOption.DROP_THRESHOLD);
    }

    /// Looks no more; one look may still be under way.
    @Override
    public void close() {
        thread.interrupt();
    }
}
