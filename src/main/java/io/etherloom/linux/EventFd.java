package io.etherloom.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.ref.Reference;

/// A bell for a thread that waits in [Epoll] (eventfd(2)): readable from the first [#signal] to the next [#drain]. Any thread signals,
/// with its own [Libc]; one drains. Neither blocks nor allocates.
public final class EventFd implements AutoCloseable {
    /// `<linux/eventfd.h>`.
    private static final int EFD_NONBLOCK = 04000;
    private static final int EFD_CLOEXEC = 02000000;

    private static final MethodHandle EVENTFD = Foreign.bind("eventfd", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));

    /// The number 1 to add, never written, so that all threads share it.
    private final MemorySegment one = Arena.ofAuto().allocateFrom(JAVA_LONG, 1);
    private final MemorySegment drained = Arena.ofAuto().allocate(JAVA_LONG);
    private int fd;

    public EventFd() {
        fd = (int) Errno.check("eventfd", create(Libc.current()));
    }

    private static int create(Libc libc) {
        try {
            return libc.result((int) EVENTFD.invokeExact(libc.state, 0, EFD_NONBLOCK | EFD_CLOEXEC));
        } catch (Throwable t) {
            throw Foreign.failed("eventfd", t);
        }
    }

    /// Rings. It never fails for good: a full counter (EAGAIN) is ringing already.
    public void signal(Libc libc) {
        FrameCalls.callOrRepeat(libc, Architecture.SYS_WRITE, fd, one.address(), Long.BYTES);
        Reference.reachabilityFence(this);
    }

    /// Silences it: how often it was rung since the last time.
    public long drain(Libc libc) {
        long octets = FrameCalls.callOrRepeat(libc, Architecture.SYS_READ, fd, drained.address(), Long.BYTES);
        return octets == Long.BYTES ? drained.get(JAVA_LONG, 0) : 0;
    }

    /// The descriptor, to be watched for [Epoll#EPOLLIN]; -1 once closed.
    public int fd() {
        return fd;
    }

    @Override
    public void close() {
        if (fd < 0) return;
        Libc.current().close(fd);
        fd = -1;
    }
}
