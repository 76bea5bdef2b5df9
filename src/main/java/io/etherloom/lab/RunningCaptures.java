package io.etherloom.lab;

import io.etherloom.capture.CaptureSession;
import io.etherloom.frame.FrameObserver;
import io.etherloom.lab.CaptureTargets.Chosen;
import io.etherloom.topology.Topology;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The captures that run now, by what they mean: a port that is made anew, as by a power cycle, is watched again, and one that is added to a
/// port group is watched, too. Guarded by the lab's lock; the observers change while all agents stand still.
final class RunningCaptures {
    private static final Logger LOG = LoggerFactory.getLogger(RunningCaptures.class);

    /// One capture.
    ///
    /// @param decisions that comment its frames
    /// @param names     of the session's sources, in their order
    private record Running(CaptureSession session, CaptureRequest request, Decisions decisions, List<String> names) {
        /// The index of a port in the session, which may be new to it.
        int source(Topology topology, Chosen chosen) {
            int index = names.indexOf(chosen.target().name());
            if (index < 0) {
                index = session.add(CaptureSources.of(topology, chosen));
                names.add(chosen.target().name());
            }
            return index;
        }
    }

    private final Agents agents;
    /// Changed under the lab's lock.
    private final List<Running> running = new CopyOnWriteArrayList<>();
    /// Of captures that have ended; written together with their leaving the list.
    private long lostBefore;
    /// By what comments are made.
    private @Nullable Topology explained;
    private @Nullable Overrides explainedOverrides;
    private @Nullable Blueprint explainedBlueprint;

    RunningCaptures(Agents agents) {
        this.agents = agents;
    }

    /// @param session without a source
    void add(CaptureSession session, CaptureRequest request, Decisions decisions, Topology topology, Converger converger) {
        var capture = new Running(session, request, decisions, new ArrayList<>());
        new CaptureTargets(converger).find(request).forEach(chosen -> capture.source(topology, chosen));
        running.add(capture);
        try {
            watch(topology, converger);
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

    /// Gives every port that a capture means its observer, as far as the port exists.
    void watch(Topology topology, Converger converger) {
        if (running.isEmpty()) {
            return;
        }
        var targets = new CaptureTargets(converger);
        var names = CaptureSources.names(topology);
        running.forEach(capture -> {
            capture.session().resolve(names);
            var chosen = targets.findExisting(capture.request());
            var sources = chosen.stream().mapToInt(it -> capture.source(topology, it)).toArray();
            agents.run(() -> {
                for (int i = 0; i < sources.length; i++) {
                    var target = chosen.get(i).target();
                    PortObservers.add(target.runtime().frameSwitch().ports(), target.port().index(), observer(capture, sources[i], target.runtime()));
                }
            });
        });
    }

    /// Has all captures watch and comment by what the lab follows now, if that is not what they do.
    void follow(Topology topology, Overrides overrides, Converger converger) {
        if (topology != explained || overrides != explainedOverrides || converger.current() != explainedBlueprint) {
            watch(topology, converger);
            explain(topology, overrides, converger);
        }
    }

    /// The same, be it that only a guest has asked for something else.
    void explain(Topology topology, Overrides overrides, Converger converger) {
        explained = topology;
        explainedOverrides = overrides;
        explainedBlueprint = converger.current();
        if (running.isEmpty()) {
            return;
        }
        var targets = new CaptureTargets(converger);
        running.forEach(capture -> {
            var words = new HashMap<SwitchRuntime, SwitchWords>();
            var sources = new Decisions.@Nullable Source[capture.names().size()];
            for (int i = 0; i < sources.length; i++) {
                var target = targets.named(capture.names().get(i));
                sources[i] = target == null ? null : new Decisions.Source(
                        words.computeIfAbsent(target.runtime(), it -> words(topology, overrides, it, converger.current())), target.port().index());
            }
            capture.decisions().follow(sources);
        });
    }

    private static SwitchWords words(Topology topology, Overrides overrides, SwitchRuntime runtime, Blueprint blueprint) {
        return Words.of(topology, overrides, runtime, runtime.spec(), PortPlace.of(runtime, blueprint), new AskedStandings(runtime));
    }

    /// Takes the observers of a capture away; no fault when its ports or the agents are gone already.
    void remove(CaptureSession session, Converger converger) {
        running.stream().filter(capture -> capture.session() == session).findFirst().ifPresent(capture -> {
            synchronized (this) {
                lostBefore += session.dropped();
                running.remove(capture);
            }
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

    /// For metrics; any thread. One that ends is counted once.
    synchronized Meters.Captures counts() {
        long lost = lostBefore;
        int count = 0;
        for (var capture : running) {
            lost += capture.session().dropped();
            count++;
        }
        return new Meters.Captures(count, lost);
    }

    boolean isEmpty() {
        return running.isEmpty();
    }
}
