package io.etherloom.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.etherloom.frame.DropReason;
import io.etherloom.frame.Frame;
import io.etherloom.frame.FramePool;
import io.etherloom.frame.Segmenter;
import io.etherloom.wire.Tag;
import io.etherloom.wire.VirtioNetHeader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What the switch makes of a frame that a TAP with the vnet header hands it. One thread.
final class OurCutter implements AutoCloseable {
    private static final int HEADER = VirtioNetHeader.LENGTH;

    private final FramePool pool = new FramePool(2, 2);
    private final Segmenter segmenter = new Segmenter();
    private final MemorySegment out = Arena.ofAuto().allocate(80_000, 8);
    private @Nullable Frame frame;
    private int tag;

    /// Receives a frame with its vnet header, as a device does.
    ///
    /// @return why nobody may forward it, or null
    @Nullable DropReason receive(byte[] bytes) {
        close();
        var taken = Objects.requireNonNull(pool.take());
        frame = taken;
        int length = bytes.length - HEADER;
        int inHead = Math.min(length, Frame.HEAD_CAPACITY);
        MemorySegment.copy(bytes, 0, taken.head(), JAVA_BYTE, Frame.HEADROOM - HEADER, inHead + HEADER);
        var tail = length > inHead ? Objects.requireNonNull(pool.takeTail()) : null;
        if (tail != null) MemorySegment.copy(bytes, HEADER + inHead, tail, JAVA_BYTE, 0, length - inHead);
        tag = taken.parse(length, tail);
        taken.offload().read(taken.head(), Frame.HEADROOM - HEADER, taken, tag);
        return taken.fault();
    }

    Frame frame() {
        return Objects.requireNonNull(frame);
    }

    /// The frames on a wire that it stands for, with the tag that it came with, in hexadecimal.
    List<String> finished() {
        return finished(tag);
    }

    List<String> finished(int leaving) {
        var packets = new ArrayList<String>();
        segmenter.finish(frame(), leaving, (bytes, count) ->
                packets.add(HexFormat.of().formatHex(bytes.asSlice(0, count).toArray(JAVA_BYTE))));
        return packets;
    }

    boolean isUnfinished() {
        return !frame().offload().isPlain();
    }

    int segments() {
        return frame().segments();
    }

    /// What a TAP is given of it that took offloads, with its vnet header.
    byte[] passedOn(int leaving) {
        frame().offload().write(out, 0, leaving);
        int length = frame().write(leaving, out, HEADER, Frame.MAX_LENGTH + Tag.LENGTH);
        return out.asSlice(0, (long) HEADER + length).toArray(JAVA_BYTE);
    }

    @Override
    public void close() {
        if (frame != null) frame.release();
        frame = null;
    }
}
