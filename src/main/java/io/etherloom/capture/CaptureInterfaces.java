package io.etherloom.capture;

import io.etherloom.frame.CapturePoint;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/// The interfaces of one file: one for each port and point, described before the first frame of it, counted at the end. Owned by the pump.
final class CaptureInterfaces {
    private static final CapturePoint[] POINTS = CapturePoint.values();

    private final List<CaptureSession.Source> sources;
    private final PcapngWriter writer;
    private final int snapLength;
    /// Sources that are described.
    private int known;
    private int count;
    /// Interface by `source * POINTS.length + ordinal of the point`.
    private int[] indexes = new int[8 * POINTS.length];
    /// Frames written by interface.
    private long[] written = new long[16];
    /// Frames that are missing before the next one, by interface: the filter may refuse all segments of the one that told of them.
    private int[] lost = new int[16];

    CaptureInterfaces(List<CaptureSession.Source> sources, PcapngWriter writer, int snapLength) {
        this.sources = sources;
        this.writer = writer;
        this.snapLength = snapLength;
    }

    /// Describes the ports that have been added.
    void describe() throws IOException {
        for (; known < sources.size(); known++) {
            var source = sources.get(known);
            if (indexes.length < (known + 1) * POINTS.length) {
                indexes = Arrays.copyOf(indexes, indexes.length * 2);
            }
            for (var point : POINTS) {
                if (source.points().contains(point)) {
                    writer.describe(source.name() + " " + point.label(), source.description(), snapLength, source.bitsPerSecond());
                    indexes[known * POINTS.length + point.ordinal()] = count++;
                }
            }
            if (count > written.length) {
                written = Arrays.copyOf(written, Math.max(count, written.length * 2));
                lost = Arrays.copyOf(lost, written.length);
            }
        }
    }

    /// The interface of a port's point.
    int index(int source, CapturePoint point) throws IOException {
        if (source >= known) {
            describe();
        }
        return indexes[source * POINTS.length + point.ordinal()];
    }

    /// Frames of an interface are missing before its next one.
    void lost(int index, int frames) {
        lost[index] += frames;
    }

    /// What the next frame of an interface has to tell of.
    int takeLost(int index) {
        int frames = lost[index];
        lost[index] = 0;
        return frames;
    }

    /// A frame has been written.
    void written(int index) {
        written[index]++;
    }

    /// Writes the statistics of every interface.
    void finish(List<CaptureLane> lanes, long startNanos, long endNanos) throws IOException {
        describe();
        int index = 0;
        for (int source = 0; source < known; source++) {
            for (var point : POINTS) {
                if (sources.get(source).points().contains(point)) {
                    long dropped = dropped(lanes, source, point);
                    var comment = dropped == 0 ? "" : dropped + " frames are missing here: the buffer of the capture was full";
                    writer.statistics(index, startNanos, endNanos, written[index] + dropped, dropped, comment);
                    index++;
                }
            }
        }
    }

    private static long dropped(List<CaptureLane> lanes, int source, CapturePoint point) {
        return lanes.stream().mapToLong(lane -> lane.dropped(source, point.ordinal())).sum();
    }
}
