package io.etherloom.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;

/// The system calls on a frame's way, for descriptors that never block. They are bound as *critical*: the thread stays a Java thread
/// for the JVM during the call, so that a memory fence and a look for safepoints fall away, some 15 ns of the 850 that
/// a small frame costs from TAP to TAP. The price is that a garbage collection waits for a call under way, which is why the descriptor
/// must not block: then it is microseconds.
///
/// By `syscall(2)`, because glibc's own functions turn thread cancellation on and off around the call by two atomic operations.
/// Each call gives the value of the C function, or `-errno`; memory is given by its address and kept alive by the caller.
final class FrameCalls {
    private static final FunctionDescriptor SHAPE = FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle SYSCALL = Foreign.bindCritical("syscall", 1, SHAPE);
    private static final MethodHandle WITHOUT_ERRNO = Foreign.bindCriticalWithoutErrno("syscall", 1, SHAPE);

    private FrameCalls() {}

    static long read(Libc libc, int fd, long address, long bytes) {
        libc.calls.reads++;
        return callOrRepeat(libc, Architecture.SYS_READ, fd, address, bytes);
    }

    static long readv(Libc libc, int fd, long vectors, int count) {
        libc.calls.reads++;
        return callOrRepeat(libc, Architecture.SYS_READV, fd, vectors, count);
    }

    static long write(Libc libc, int fd, long address, long bytes) {
        libc.calls.writes++;
        return callOrRepeat(libc, Architecture.SYS_WRITE, fd, address, bytes);
    }

    static long writev(Libc libc, int fd, long vectors, int count) {
        libc.calls.writes++;
        return callOrRepeat(libc, Architecture.SYS_WRITEV, fd, vectors, count);
    }

    /// sendmsg(2): octets sent, or -errno.
    ///
    /// @param message address of a `struct msghdr`
    static long sendmsg(Libc libc, int fd, long message, int flags) {
        libc.calls.writes++;
        return callOrRepeat(libc, Architecture.SYS_SENDMSG, fd, message, flags);
    }

    /// recvmsg(2): octets received, or -errno.
    ///
    /// @param message address of a `struct msghdr`
    static long recvmsg(Libc libc, int fd, long message, int flags) {
        libc.calls.reads++;
        return callOrRepeat(libc, Architecture.SYS_RECVMSG, fd, message, flags);
    }

    private static long call(Libc libc, long number, int fd, long address, long count) {
        try {
            return libc.result((long) SYSCALL.invokeExact(libc.state, number, (long) fd, address, count));
        } catch (Throwable t) {
            throw Foreign.failed("syscall", t);
        }
    }

    /// A call that is not counted. To capture `errno` costs a call into the JVM and an object: the slice by which the JVM checks the memory for it,
    /// which the compiler leaves out in most processes, but for no visible reason not in all. Most calls succeed, and of those that fail most find no
    /// frame, which an agent that polls hears all the time, or no room at the other side of a packet socket: for these libc's own variable is believed.
    /// Any other call that fails has had no effect and is made again for its errno; if it succeeds then, so much the better.
    static long callOrRepeat(Libc libc, long number, int fd, long address, long count) {
        long result;
        try {
            result = (long) WITHOUT_ERRNO.invokeExact(number, (long) fd, address, count);
        } catch (Throwable t) {
            throw Foreign.failed("syscall", t);
        }
        if (result >= 0) {
            return result;
        }
        int errno = libc.probableErrno();
        return errno == Errno.EAGAIN || errno == Errno.ENOBUFS ? -errno : call(libc, number, fd, address, count);
    }
}
