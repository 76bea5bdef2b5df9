package io.etherloom.linux;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.lang.invoke.WrongMethodTypeException;

/// How a C function becomes a method handle: looked up in libc by the name of the handle, with `errno` captured into the segment that
/// is its first argument. The JVM makes system calls of its own between a call and the return to Java, hence the capture.
final class Foreign {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final Linker.Option CAPTURE = Linker.Option.captureCallState("errno");
    private static final Linker.Option CRITICAL = Linker.Option.critical(false);
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    @SuppressWarnings("restricted")
    private static final MethodHandle ERRNO_LOCATION =
        LINKER.downcallHandle(find("__errno_location"), FunctionDescriptor.of(ValueLayout.ADDRESS), CRITICAL);

    private Foreign() {}

    /// A function with a fixed list of parameters.
    @SuppressWarnings("restricted")
    static MethodHandle bind(String symbol, FunctionDescriptor shape) {
        return LINKER.downcallHandle(find(symbol), shape, CAPTURE);
    }

    /// A function declared with `...` after `fixed` parameters, such as `ioctl(int, unsigned long, ...)`.
    @SuppressWarnings("restricted")
    static MethodHandle bindVariadic(String symbol, int fixed, FunctionDescriptor shape) {
        return LINKER.downcallHandle(find(symbol), shape, CAPTURE, Linker.Option.firstVariadicArg(fixed));
    }

    /// The same without the segment for `errno` as first argument.
    @SuppressWarnings("restricted")
    static MethodHandle bindWithoutErrno(String symbol, FunctionDescriptor shape) {
        return LINKER.downcallHandle(find(symbol), shape);
    }

    /// A variadic function that never blocks and never calls back, without the change of the thread's state that lets a garbage
    /// collection go on meanwhile.
    @SuppressWarnings("restricted")
    static MethodHandle bindCritical(String symbol, int fixed, FunctionDescriptor shape) {
        return LINKER.downcallHandle(find(symbol), shape, CAPTURE, CRITICAL, Linker.Option.firstVariadicArg(fixed));
    }

    /// That one without the segment for `errno`.
    @SuppressWarnings("restricted")
    static MethodHandle bindCriticalWithoutErrno(String symbol, int fixed, FunctionDescriptor shape) {
        return LINKER.downcallHandle(find(symbol), shape, CRITICAL, Linker.Option.firstVariadicArg(fixed));
    }

    /// Where libc keeps `errno` of the calling platform thread, valid as long as that lives (`<errno.h>` of glibc: `__errno_location`).
    @SuppressWarnings("restricted")
    static MemorySegment errnoOfThread() {
        try {
            return ((MemorySegment) ERRNO_LOCATION.invokeExact()).reinterpret(ValueLayout.JAVA_INT.byteSize());
        } catch (Throwable t) {
            throw failed("__errno_location", t);
        }
    }

    private static MemorySegment find(String symbol) {
        return LINKER.defaultLookup().find(symbol)
            .orElseThrow(() -> new UnsatisfiedLinkError("libc has no " + symbol + "; Etherloom needs glibc 2.34 or newer"));
    }

    /// Room for one captured `errno`.
    static StructLayout stateLayout() {
        return STATE;
    }

    static int errno(MemorySegment state) {
        return (int) ERRNO.get(state, 0L);
    }

    /// What to throw when the invocation of a handle threw: an exception about the arguments, such as memory that was freed already,
    /// as it is; and an error of this package, found by the binding's test, when the handle was bound with other types.
    static RuntimeException failed(String symbol, Throwable cause) {
        if (cause instanceof RuntimeException e && !(e instanceof WrongMethodTypeException)) return e;
        throw new AssertionError(symbol + " is linked with the wrong shape", cause);
    }
}
