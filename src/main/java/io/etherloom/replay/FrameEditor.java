package io.etherloom.replay;

import io.etherloom.capture.CapturedFrame;
import io.etherloom.wire.Ethernet;
import io.etherloom.wire.MacAddress;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// What of a captured frame is sent. Everything as it was captured, tags included, unless the settings say otherwise:
///
/// - `padCut` fills a cut frame up with zeros to the length that it had on the wire.
/// - `rewriteMacs` makes the port's address the source. A destination that is the port's own becomes the source that the frame had, so that
///   both halves of a captured conversation go to the peer; group addresses and all others stay. What is inside (ARP, IP) stays, too.
///
/// @param mac       address of the port
/// @param maxLength most octets that the port takes
record FrameEditor(ReplaySettings settings, long mac, int maxLength) {
    /// Why this frame is not sent, or null.
    @Nullable SkipReason skips(CapturedFrame frame) {
        int length = length(frame);
        if (isCut(frame) && !settings.padCut()) {
            return SkipReason.CUT;
        }
        return frame.bytes().length < Ethernet.HEADER ? SkipReason.RUNT : length > maxLength ? SkipReason.TOO_LONG : null;
    }

    static boolean isCut(CapturedFrame frame) {
        return frame.bytes().length < frame.originalLength();
    }

    private static int length(CapturedFrame frame) {
        return Math.max(frame.bytes().length, frame.originalLength());
    }

    /// The octets of a frame that is not skipped.
    byte[] edit(CapturedFrame frame) {
        var wire = isCut(frame) ? Arrays.copyOf(frame.bytes(), length(frame)) : frame.bytes();
        if (settings.rewriteMacs()) {
            var bytes = MemorySegment.ofArray(wire);
            long source = Ethernet.source(bytes, 0);
            long destination = Ethernet.destination(bytes, 0);
            boolean isOwn = destination == mac && !MacAddress.isGroup(source);
            Ethernet.addresses(bytes, 0, isOwn ? source : destination, mac);
        }
        return wire;
    }
}
