package io.etherloom.lab;

import io.etherloom.lab.view.ReplayView;
import io.etherloom.replay.Replay;
import io.etherloom.replay.ReplayClock;
import io.etherloom.replay.ReplayReport;
import io.etherloom.replay.ReplaySettings;
import io.etherloom.topology.Suggestion;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/// The replays that somebody has asked for, by the name of their port. Any thread.
final class RunningReplays {
    private final Map<String, AtomicBoolean> ended = new ConcurrentHashMap<>();

    /// Runs one to its end.
    ///
    /// @param port open, and closed at the end
    ReplayView run(ReplayPort port, Replay.Source source, ReplaySettings settings, Consumer<ReplayView> progress, BooleanSupplier isOver) {
        var isEnded = new AtomicBoolean();
        ended.put(port.name(), isEnded);
        ReplayReport report;
        try (port) {
            var replay = new Replay(port, settings, ReplayClock.ofSystem(), now -> progress.accept(port.view(now)),
                    () -> isEnded.get() || isOver.getAsBoolean());
            report = replay.run(source);
        } finally {
            ended.remove(port.name(), isEnded);
        }
        // Only now has the agent done with the last frame that it took, so what became of it is counted.
        return port.view(report);
    }

    /// Ends the one at a port.
    ///
    /// @throws LabException NOT_FOUND when there is none
    void end(String port) {
        var isEnded = ended.get(port);
        if (isEnded == null) {
            var running = List.copyOf(ended.keySet());
            throw new LabException(LabException.Kind.NOT_FOUND, "no replay that was asked for goes into " + port
                    + (running.isEmpty() ? "" : Suggestion.withAllowed(port, running, running)));
        }
        isEnded.set(true);
    }

    void endAll() {
        ended.values().forEach(isEnded -> isEnded.set(true));
    }
}
