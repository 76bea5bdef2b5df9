package io.etherloom.scenario;

import java.util.List;

/// What one trial came to, of all its streams and receivers together. `expected` is what would have arrived without loss: the frames
/// offered, times the receivers of each.
///
/// @param targetFramesPerSecond of each stream, as asked for; 0 for as fast as the generator goes
/// @param framesPerSecond       of the slowest stream, as reached
/// @param unaccounted           lost frames that no port of the lab has counted as dropped
/// @param losses                where frames ended during the trial, of whatever traffic, beyond what ends there when nothing is lost; empty
///     when nothing was lost
public record TrialReport(
        long targetFramesPerSecond, long framesPerSecond, long millis, long offeredFrames, long expectedFrames, long receivedFrames,
        long lostFrames, long duplicateFrames, long reorderedFrames, long unaccounted, List<Loss> losses) {
    public TrialReport {
        losses = List.copyOf(losses);
    }

    /// Whether no more was lost than may be.
    boolean passes(long tolerancePpm) {
        return expectedFrames > 0 && (double) lostFrames * 1_000_000 <= (double) expectedFrames * tolerancePpm;
    }

    /// Frames/s of one stream that arrived.
    long deliveredFramesPerSecond() {
        return expectedFrames == 0 ? 0 : Math.round((double) framesPerSecond * receivedFrames / expectedFrames);
    }
}
