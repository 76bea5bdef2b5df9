package io.etherloom.capture;

import java.util.List;

/// What holds for all ports of a capture.
///
/// @param snapLength octets of each frame that are written at most, 1 to [#MAX_SNAP_LENGTH]
/// @param maxFrames the capture ends after so many, 0 for never
/// @param filters a frame is recorded when all of them accept it
/// @param commentator says in words what was decided about a frame
/// @param ringBytes memory between agent and writer, a power of two from 256 KiB (three of the longest super-frames) to 1 GiB
/// @param version the version of Etherloom that is written into the file
public record CaptureSettings(
        int snapLength, long maxFrames, List<BpfProgram> filters, FrameCommentator commentator, int ringBytes, String version) {
    /// No frame is cut at this length; the limit that Wireshark sets for a file.
    public static final int MAX_SNAP_LENGTH = 262_144;

    private static final int MIN_RING_BYTES = 1 << 18;
    private static final int MAX_RING_BYTES = 1 << 30;
    /// At 20 Gbit/s this lasts for 6 ms, four times the writer's longest pause of its own.
    private static final int DEFAULT_RING_BYTES = 1 << 24;

    public CaptureSettings {
        if (snapLength < 1 || snapLength > MAX_SNAP_LENGTH) {
            throw new IllegalArgumentException("snap length " + snapLength + " is outside 1-" + MAX_SNAP_LENGTH);
        }
        if (ringBytes < MIN_RING_BYTES || ringBytes > MAX_RING_BYTES || Integer.bitCount(ringBytes) != 1) {
            throw new IllegalArgumentException("ring of " + ringBytes + " octets is no power of two from 256 KiB to 1 GiB");
        }
        filters = List.copyOf(filters);
    }

    /// Every frame, whole, without end; drops say their reason.
    public static CaptureSettings of(String version) {
        return new CaptureSettings(MAX_SNAP_LENGTH, 0, List.of(), FrameCommentator.reasons(), DEFAULT_RING_BYTES, version);
    }

    public CaptureSettings withSnapLength(int octets) {
        return new CaptureSettings(octets, maxFrames, filters, commentator, ringBytes, version);
    }

    public CaptureSettings withMaxFrames(long frames) {
        return new CaptureSettings(snapLength, frames, filters, commentator, ringBytes, version);
    }

    public CaptureSettings withFilters(List<BpfProgram> programs) {
        return new CaptureSettings(snapLength, maxFrames, programs, commentator, ringBytes, version);
    }

    public CaptureSettings withCommentator(FrameCommentator wanted) {
        return new CaptureSettings(snapLength, maxFrames, filters, wanted, ringBytes, version);
    }

    public CaptureSettings withRingBytes(int octets) {
        return new CaptureSettings(snapLength, maxFrames, filters, commentator, octets, version);
    }
}
