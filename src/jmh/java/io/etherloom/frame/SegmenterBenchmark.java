package io.etherloom.frame;

import io.etherloom.wire.Ethernet;
import io.etherloom.wire.Tag;
import io.etherloom.wire.VirtioNetHeader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// What it costs to finish in software what a sender left to do, without any system call: TCP over IPv4 with twelve octets of options, a
/// super-frame of 45 segments of 1,448 octets, and one frame of 1,514 octets whose checksum is open. From memory that the cache holds.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 10, time = 1)
@Fork(1)
public class SegmenterBenchmark {
    private static final int SEGMENTS = 45;
    private static final int SIZE = 1448;
    private static final int HEADERS = 66;
    private static final int TAG = Tag.of(10);

    private final FramePool pool = new FramePool(4, 2);
    private final Segmenter segmenter = new Segmenter();
    private final Frame superFrame = Objects.requireNonNull(pool.take());
    private final Frame open = Objects.requireNonNull(pool.take());
    private long octets;
    private final Segmenter.Sink sink = (_, length) -> octets += length;

    @Setup
    public void receive() {
        receive(superFrame, SEGMENTS * SIZE, VirtioNetHeader.GSO_TCPV4, SIZE);
        receive(open, SIZE, VirtioNetHeader.GSO_NONE, 0);
        if (superFrame.segments() != SEGMENTS || !open.offload().needsChecksum()) {
            throw new IllegalStateException("the frames were refused");
        }
    }

    private void receive(Frame frame, int payload, int gsoType, int gsoSize) {
        var head = frame.head();
        for (int i = 0; i < head.byteSize(); i++) {
            Ethernet.u8(head, i, i * 31);
        }
        int ip = Frame.HEADROOM + Ethernet.HEADER;
        Ethernet.u16(head, ip - 2, Ethernet.TYPE_IPV4);
        Ethernet.u8(head, ip, 0x45);
        Ethernet.u8(head, ip + 9, 6);
        Ethernet.u8(head, ip + 20 + 12, 0x80);
        int length = HEADERS + payload;
        frame.parse(length, length > Frame.HEAD_CAPACITY ? pool.takeTail() : null);
        MemorySegment header = Arena.ofAuto().allocate(VirtioNetHeader.LENGTH);
        VirtioNetHeader.write(header, 0, VirtioNetHeader.NEEDS_CSUM, gsoType, HEADERS, gsoSize, Ethernet.HEADER + 20, 16);
        frame.offload().read(header, 0, frame, Tag.NONE);
    }

    /// Nanoseconds per segment.
    @Benchmark
    @OperationsPerInvocation(SEGMENTS)
    public long cut() {
        segmenter.finish(superFrame, TAG, sink);
        return octets;
    }

    /// Nanoseconds per segment that a shaper takes: into a pooled frame of its own.
    @Benchmark
    @OperationsPerInvocation(SEGMENTS)
    public long segment() {
        for (int i = 0; i < SEGMENTS; i++) {
            var segment = Objects.requireNonNull(segmenter.segment(superFrame, i, pool));
            octets += segment.length();
            segment.release();
        }
        return octets;
    }

    /// Nanoseconds per frame.
    @Benchmark
    public long checksum() {
        segmenter.finish(open, TAG, sink);
        return octets;
    }
}
