package io.etherloom.scenario;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What RFC 2544 asks of one frame size; a part that was not asked for is null. Rates are of each direction.
///
/// @param frameSize octets with frame check sequence
/// @param skipped   why nothing was measured, empty when it was
public record SizeReport(
        int frameSize, String skipped, @Nullable Throughput throughput, @Nullable Latency latency, List<LossRate> lossRates,
        @Nullable BackToBack backToBack) {
    public SizeReport {
        lossRates = List.copyOf(lossRates);
    }

    static SizeReport skipped(int frameSize, String why) {
        return new SizeReport(frameSize, why, null, null, List.of(), null);
    }

    /// RFC 2544, 26.1.
    ///
    /// @param bitsPerSecond frames with their check sequence, without preamble and gap
    /// @param limit         `loss`; or `generator` or `max-rate` when nothing was lost at the highest rate that could be offered
    /// @param losses        where frames ended at the lowest rate that was too high
    public record Throughput(long framesPerSecond, long bitsPerSecond, String limit, List<Loss> losses, List<TrialReport> trials) {
        public Throughput {
            losses = List.copyOf(losses);
            trials = List.copyOf(trials);
        }
    }

    /// RFC 2544, 26.2, at half the throughput.
    ///
    /// @param repetitions trials from which the figures are; less than asked for when the benchmark was ended
    public record Latency(long framesPerSecond, int repetitions, long lostFrames, LatencyReport latency) {}

    /// RFC 2544, 26.3, one point of the curve.
    ///
    /// @param percent of the highest rate
    public record LossRate(int percent, TrialReport trial) {}

    /// RFC 2544, 26.4.
    ///
    /// @param frames     average of the longest bursts that arrived whole
    /// @param isLimited  whether a longer one failed; else the longest that may be tried passed
    /// @param losses     where frames of the shortest burst ended that was too long
    public record BackToBack(long frames, boolean isLimited, int repetitions, List<Loss> losses) {
        public BackToBack {
            losses = List.copyOf(losses);
        }
    }
}
