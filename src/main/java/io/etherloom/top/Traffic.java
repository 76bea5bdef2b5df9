package io.etherloom.top;

import io.etherloom.lab.view.TopView.Flow;

/// What went in one direction of a port between two moments. Every figure is NaN while there is only one.
///
/// @param meanOctets of a frame, 0 when there was none
/// @param droppedPercent of what was offered (spec 8.9), 0 when nothing was
public record Traffic(
        double framesPerSecond, double bitsPerSecond, double meanOctets, double multicastsPerSecond, double broadcastsPerSecond,
        double droppedPercent) {
    /// Of what has no port.
    static final Traffic NONE = new Traffic(0, 0, 0, 0, 0, 0);
    private static final Flow START = new Flow(0, 0, 0, 0, 0, 0);

    /// Counters that went back are those of a port that was connected anew since, so they began at zero.
    ///
    /// @param seconds between the two, 0 when there is no earlier one
    static Traffic between(Flow before, Flow now, double seconds) {
        if (seconds <= 0) {
            return new Traffic(Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN);
        }
        var from = now.frames() < before.frames() || now.offered() < before.offered() ? START : before;
        long frames = now.frames() - from.frames();
        long octets = now.octets() - from.octets();
        return new Traffic(frames / seconds, octets * 8 / seconds, frames == 0 ? 0 : (double) octets / frames,
                (now.multicasts() - from.multicasts()) / seconds, (now.broadcasts() - from.broadcasts()) / seconds,
                percent(now.dropped() - from.dropped(), now.offered() - from.offered()));
    }

    /// Counters are read one after the other, so that a frame may be in one and not yet in the other.
    private static double percent(long dropped, long offered) {
        return offered <= 0 ? 0 : Math.clamp(100.0 * dropped / offered, 0, 100);
    }
}
