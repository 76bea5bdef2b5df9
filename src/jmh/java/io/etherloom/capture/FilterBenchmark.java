package io.etherloom.capture;

import io.etherloom.frame.Frame;
import io.etherloom.frame.FramePool;
import io.etherloom.linux.Libpcap;
import io.etherloom.wire.Tag;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// What a filter costs for a frame in VLAN 10, whose tag is a number beside it: run in Java over the frame where it lies, or by libpcap's
/// `bpf_filter` over a copy of its first 128 octets with the tag in its place.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 4, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
public class FilterBenchmark {
    private static final int HEAD = 128;
    private static final MethodHandle BPF_FILTER = bpfFilter();

    @Param({"arp", "vlan 10 and icmp", "vlan 10 and tcp dst port 80 and host 10.0.0.2"})
    public String expression;

    private final FramePool pool = new FramePool(2, 1);
    private final int tag = Tag.of(10);
    private Frame frame;
    private CaptureFilter filter;
    private MemorySegment instructions;
    private MemorySegment scratch;

    @SuppressWarnings("restricted")
    private static MethodHandle bpfFilter() {
        var address = SymbolLookup.libraryLookup("libpcap.so.0.8", Arena.global()).findOrThrow("bpf_filter");
        var shape = FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);
        return Linker.nativeLinker().downcallHandle(address, shape, Linker.Option.critical(false));
    }

    @Setup
    public void compile() throws Exception {
        var program = Libpcap.compile(expression);
        filter = new CaptureFilter(List.of(BpfProgram.of(program)));
        instructions = Arena.global().allocate(8L * program.length, 8);
        for (int i = 0; i < program.length; i++) {
            instructions.set(ValueLayout.JAVA_SHORT, 8L * i, (short) (program[i] >>> 48));
            instructions.set(ValueLayout.JAVA_BYTE, 8L * i + 2, (byte) (program[i] >>> 40));
            instructions.set(ValueLayout.JAVA_BYTE, 8L * i + 3, (byte) (program[i] >>> 32));
            instructions.set(ValueLayout.JAVA_INT, 8L * i + 4, (int) program[i]);
        }
        scratch = Arena.global().allocate(HEAD, 8);
        frame = Objects.requireNonNull(pool.take());
        byte[] octets = new byte[60];
        octets[5] = 2;
        octets[12] = 8;
        octets[14] = 0x45;
        octets[23] = 6;
        octets[26] = 10;
        octets[30] = 10;
        octets[33] = 2;
        octets[37] = 80;
        MemorySegment.copy(octets, 0, frame.head(), ValueLayout.JAVA_BYTE, Frame.HEADROOM, octets.length);
        frame.parse(octets.length, null);
    }

    @Benchmark
    public boolean inJava() {
        return filter.accepts(frame, tag);
    }

    @Benchmark
    public boolean byLibpcap() throws Throwable {
        int length = frame.write(tag, scratch, 0, HEAD);
        return (int) BPF_FILTER.invokeExact(instructions, scratch, frame.length() + 4, length) != 0;
    }
}
