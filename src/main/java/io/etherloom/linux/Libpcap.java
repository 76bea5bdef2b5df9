package io.etherloom.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.List;

/// The compiler of libpcap for filter expressions (pcap-filter(7)), loaded when the first expression is compiled. Any thread: since 1.8 libpcap
/// compiles for several at once. A name of a host in an expression is looked up, which may take as long as the name server does.
public final class Libpcap {
    /// What Debian and its kin call the library, then the others.
    private static final List<String> NAMES = List.of("libpcap.so.0.8", "libpcap.so.1", "libpcap.so");
    /// `<pcap/dlt.h>`.
    private static final int DLT_EN10MB = 1;
    /// The expression does not ask for the broadcast address of an IPv4 network (`<pcap/pcap.h>`).
    private static final int PCAP_NETMASK_UNKNOWN = 0xFFFF_FFFF;
    private static final int SNAP_LENGTH = 262_144;
    /// `struct bpf_program { u_int bf_len; struct bpf_insn *bf_insns; }` (`<pcap/bpf.h>`).
    private static final int PROGRAM_SIZE = 16;
    private static final int PROGRAM_INSTRUCTIONS = 8;
    /// `struct bpf_insn { u_short code; u_char jt; u_char jf; bpf_u_int32 k; }`.
    private static final int INSTRUCTION_SIZE = 8;
    /// `PCAP_ERRBUF_SIZE`.
    private static final int MESSAGE_SIZE = 256;

    /// An expression that libpcap does not understand; the message is libpcap's own.
    public static final class SyntaxException extends Exception {
        private static final long serialVersionUID = 1L;

        SyntaxException(String message) {
            super(message);
        }
    }

    /// This machine has no libpcap.
    public static final class MissingException extends Exception {
        private static final long serialVersionUID = 1L;

        MissingException() {
            super("this machine has no libpcap, which compiles filters: sudo apt-get install -y libpcap0.8");
        }
    }

    private static final class Functions {
        private static final Linker LINKER = Linker.nativeLinker();
        private static final SymbolLookup LIBRARY = library();
        static final MethodHandle OPEN_DEAD = bind("pcap_open_dead", FunctionDescriptor.of(ADDRESS, JAVA_INT, JAVA_INT));
        static final MethodHandle COMPILE =
            bind("pcap_compile", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, JAVA_INT, JAVA_INT));
        static final MethodHandle GETERR = bind("pcap_geterr", FunctionDescriptor.of(ADDRESS, ADDRESS));
        static final MethodHandle FREECODE = bind("pcap_freecode", FunctionDescriptor.ofVoid(ADDRESS));
        static final MethodHandle CLOSE = bind("pcap_close", FunctionDescriptor.ofVoid(ADDRESS));

        @SuppressWarnings("restricted")
        private static SymbolLookup library() {
            for (var name : NAMES) {
                try {
                    return SymbolLookup.libraryLookup(name, Arena.global());
                } catch (IllegalArgumentException _) {
                    // The next name.
                }
            }
            throw new UnsatisfiedLinkError("libpcap");
        }

        @SuppressWarnings("restricted")
        private static MethodHandle bind(String symbol, FunctionDescriptor shape) {
            return LINKER.downcallHandle(LIBRARY.findOrThrow(symbol), shape);
        }
    }

    private Libpcap() {}

    /// Compiles an expression for Ethernet frames that stand as on the wire, with their tag.
    ///
    /// @return the instructions, each as `code << 48 | jt << 40 | jf << 32 | k`
    /// @throws SyntaxException  in libpcap's words
    /// @throws MissingException where there is no libpcap
    public static long[] compile(String expression) throws SyntaxException, MissingException {
        MemorySegment handle;
        try {
            handle = (MemorySegment) Functions.OPEN_DEAD.invokeExact(DLT_EN10MB, SNAP_LENGTH);
        } catch (LinkageError absent) {
            throw new MissingException();
        } catch (Throwable t) {
            throw Foreign.failed("pcap_open_dead", t);
        }
        try (var arena = Arena.ofConfined()) {
            var program = arena.allocate(PROGRAM_SIZE, Long.BYTES);
            if (compile(handle, program, arena.allocateFrom(expression)) != 0) {
                throw new SyntaxException(message(handle));
            }
            try {
                return instructions(program);
            } finally {
                call("pcap_freecode", Functions.FREECODE, program);
            }
        } finally {
            call("pcap_close", Functions.CLOSE, handle);
        }
    }

    private static int compile(MemorySegment handle, MemorySegment program, MemorySegment expression) {
        try {
            return (int) Functions.COMPILE.invokeExact(handle, program, expression, 1, PCAP_NETMASK_UNKNOWN);
        } catch (Throwable t) {
            throw Foreign.failed("pcap_compile", t);
        }
    }

    @SuppressWarnings("restricted")
    private static long[] instructions(MemorySegment program) {
        int count = program.get(JAVA_INT, 0);
        var from = program.get(ADDRESS, PROGRAM_INSTRUCTIONS).reinterpret((long) count * INSTRUCTION_SIZE);
        var instructions = new long[count];
        for (int i = 0; i < count; i++) {
            long at = (long) i * INSTRUCTION_SIZE;
            instructions[i] = (from.get(JAVA_SHORT, at) & 0xFFFFL) << 48 | (from.get(JAVA_BYTE, at + 2) & 0xFFL) << 40
                | (from.get(JAVA_BYTE, at + 3) & 0xFFL) << 32 | from.get(JAVA_INT, at + 4) & 0xFFFF_FFFFL;
        }
        return instructions;
    }

    @SuppressWarnings("restricted")
    private static String message(MemorySegment handle) {
        try {
            return ((MemorySegment) Functions.GETERR.invokeExact(handle)).reinterpret(MESSAGE_SIZE).getString(0);
        } catch (Throwable t) {
            throw Foreign.failed("pcap_geterr", t);
        }
    }

    private static void call(String symbol, MethodHandle function, MemorySegment argument) {
        try {
            function.invokeExact(argument);
        } catch (Throwable t) {
            throw Foreign.failed(symbol, t);
        }
    }
}
