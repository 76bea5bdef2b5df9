package io.etherloom.capture;

import io.etherloom.frame.CapturePoint;
import java.util.EnumSet;
import java.util.Set;

/// What a capture records.
///
/// @param points at which points of a port's path frames are copied
/// @param snapLength octets of each frame that are written at most, 1 to [#MAX_SNAP_LENGTH]
/// @param ringBytes memory between agent and writer, a power of two from 256 KiB (three of the longest super-frames) to 1 GiB
/// @param version the version of Etherloom that is written into the file
public record CaptureSettings(Set<CapturePoint> points, int snapLength, int ringBytes, String version) {
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
        points = Set.copyOf(points);
    }

    /// Whole frames where they enter the switch and where they leave it, from guests and by uplinks.
    public static CaptureSettings of(String version) {
        var points = EnumSet.of(CapturePoint.VNIC_TX, CapturePoint.VNIC_RX, CapturePoint.UPLINK_RCV, CapturePoint.UPLINK_SND);
        return new CaptureSettings(points, MAX_SNAP_LENGTH, DEFAULT_RING_BYTES, version);
    }

    public CaptureSettings withPoints(Set<CapturePoint> wanted) {
        return new CaptureSettings(wanted, snapLength, ringBytes, version);
    }

    public CaptureSettings withSnapLength(int octets) {
        return new CaptureSettings(points, octets, ringBytes, version);
    }

    public CaptureSettings withRingBytes(int octets) {
        return new CaptureSettings(points, snapLength, octets, version);
    }
}
