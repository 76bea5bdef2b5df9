package io.etherloom.lab;

import io.etherloom.capture.CaptureSession;
import io.etherloom.frame.FrameObserver;
import io.etherloom.lab.CaptureTargets.Target;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The captures that run now, by the names of the ports that they watch: a port that is made anew, as by a power cycle, is watched
/// again. Guarded by the lab's lock; the observers change while all agents stand still.
final class RunningCaptures {
    private static final Logger LOG = LoggerFactory.getLogger(RunningCaptures.class);

    /// One capture; the index of a name is that of its source in the session.
    private record Running(CaptureSession session, List<String> names) {}

    private final Agents agents;
    private final List<Running> running = new ArrayList<>();

    RunningCaptures(Agents agents) {
        this.agents = agents;
    }

    void add(CaptureSession session, List<Target> targets, Converger converger) {
        var capture = new Running(session, targets.stream().map(Target::name).toList());
        running.add(capture);
        try {
            watch(converger);
        } catch (RuntimeException fault) {
            running.remove(capture);
            try {
                agents.run(() -> unwatch(capture, converger));      // The session's memory goes next.
            } catch (RuntimeException second) {
                fault.addSuppressed(second);
            }
            throw fault;
        }
    }

    /// Gives every port that a capture names its observer, as far as the port exists.
    void watch(Converger converger) {
        if (running.isEmpty()) {
            return;
        }
        var targets = new CaptureTargets(converger);
        agents.run(() -> running.forEach(capture -> {
            for (int i = 0; i < capture.names().size(); i++) {
                var target = targets.named(capture.names().get(i));
                if (target != null) {
                    PortObservers.add(target.runtime().frameSwitch().ports(), target.port().index(), observer(capture, i, target.runtime()));
                }
            }
        }));
    }

    /// Takes the observers of a capture away; no fault when its ports or the agents are gone already.
    void remove(CaptureSession session, Converger converger) {
        running.stream().filter(capture -> capture.session() == session).findFirst().ifPresent(capture -> {
            running.remove(capture);
            try {
                agents.run(() -> unwatch(capture, converger));
            } catch (IllegalStateException ended) {
                LOG.debug("event=capture-outlived-agent", ended);
            }
        });
    }

    private void unwatch(Running capture, Converger converger) {
        converger.switches().values().forEach(runtime -> runtime.ports().values().forEach(port -> {
            for (int i = 0; i < capture.names().size() && runtime.frameSwitch().ports().observer(port.index()) != null; i++) {
                var observer = capture.session().existingObserver(i, agents.numberOf(runtime.agent()));
                if (observer != null) {
                    PortObservers.remove(runtime.frameSwitch().ports(), port.index(), observer);
                }
            }
        }));
    }

    private FrameObserver observer(Running capture, int source, SwitchRuntime runtime) {
        return capture.session().observer(source, agents.numberOf(runtime.agent()));
    }

    boolean isEmpty() {
        return running.isEmpty();
    }
}
