package io.etherloom.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/// The libc calls on descriptors. One instance per thread: it holds that thread's `errno`, so two threads never share one. An agent
/// makes its own with `new Libc()`; control code takes [#current()].
///
/// Each call gives the value of the C function, or `-errno`; [Errno#check] makes an exception of it. To capture `errno` may cost an object: what stands on the frame's path is in
/// [FrameCalls], [Epoll] and [EventFd]. Descriptors are plain `int`s: who opened one closes it.
public final class Libc {
    /// `<asm-generic/fcntl.h>`.
    public static final int O_RDONLY = 0;
    public static final int O_RDWR = 2;
    public static final int O_CREAT = 0100;
    public static final int O_EXCL = 0200;
    public static final int O_NONBLOCK = 04000;
    public static final int O_CLOEXEC = 02000000;

    /// `<asm-generic/poll.h>`.
    public static final short POLLIN = 0x0001;
    public static final short POLLOUT = 0x0004;
    public static final short POLLERR = 0x0008;

    static final int F_SETFD = 2;
    private static final int F_GETFL = 3;
    private static final int F_SETFL = 4;

    private static final MethodHandle OPEN = Foreign.bindVariadic("open", 2, FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT));
    private static final MethodHandle OPENAT =
        Foreign.bindVariadic("openat", 3, FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle CLOSE = Foreign.bind("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final MethodHandle READ = Foreign.bind("read", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
    private static final MethodHandle PREAD = Foreign.bind("pread", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle WRITE = Foreign.bind("write", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
    private static final MethodHandle IOCTL =
        Foreign.bindVariadic("ioctl", 2, FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS));
    private static final MethodHandle IOCTL_VALUE =
        Foreign.bindVariadic("ioctl", 2, FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle FCNTL =
        Foreign.bindVariadic("fcntl", 2, FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
    private static final MethodHandle POLL = Foreign.bind("poll", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));

    private static final MethodHandle CLOCK_GETTIME =
        Foreign.bind("clock_gettime", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS));
    /// `<linux/time.h>`.
    private static final int CLOCK_REALTIME = 0;
    private static final int CLOCK_THREAD_CPUTIME_ID = 3;

    private static final ThreadLocal<Libc> CURRENT = ThreadLocal.withInitial(Libc::new);

    /// Captured `errno` of the last call. Freed with this object, by the garbage collector, so that an instance needs no closing.
    final MemorySegment state = Arena.ofAuto().allocate(Foreign.stateLayout());

    private @Nullable MemorySegment errno;
    private @Nullable Thread errnoThread;

    final CallCount calls = new CallCount();

    /// `struct pollfd` for [#poll]: int fd; short events; short revents.
    private final MemorySegment pollfd = Arena.ofAuto().allocate(8, 4);

    /// `struct timespec`: seconds and nanoseconds, both long.
    private final MemorySegment timespec = Arena.ofAuto().allocate(16, 8);

    /// The instance of the calling thread, for code that does not count nanoseconds.
    public static Libc current() {
        return CURRENT.get();
    }

    /// The calls made so far by this instance's thread on the frame's path.
    public CallCount calls() {
        return calls;
    }

    /// open(2) with `O_CLOEXEC` added: the descriptor, or -errno.
    ///
    /// @param mode permissions of a file that `O_CREAT` makes, such as `0600`
    public int open(String path, int flags, int mode) {
        try (var arena = Arena.ofConfined()) {
            return result((int) OPEN.invokeExact(state, arena.allocateFrom(path), flags | O_CLOEXEC, mode));
        } catch (Throwable t) {
            throw Foreign.failed("open", t);
        }
    }

    /// openat(2) with `O_CLOEXEC` added: the descriptor of a file that exists, or -errno.
    ///
    /// @param directory where a relative path begins
    int openAt(int directory, String path, int flags) {
        try (var arena = Arena.ofConfined()) {
            return result((int) OPENAT.invokeExact(state, directory, arena.allocateFrom(path), flags | O_CLOEXEC));
        } catch (Throwable t) {
            throw Foreign.failed("openat", t);
        }
    }

    /// close(2): 0, or -errno. The descriptor is gone in both cases; an EINTR must not be repeated (close(2), Notes).
    public int close(int fd) {
        try {
            return result((int) CLOSE.invokeExact(state, fd));
        } catch (Throwable t) {
            throw Foreign.failed("close", t);
        }
    }

    /// read(2): octets read, 0 at the end, or -errno.
    public long read(int fd, MemorySegment into, long bytes) {
        try {
            return result((long) READ.invokeExact(state, fd, into, bytes));
        } catch (Throwable t) {
            throw Foreign.failed("read", t);
        }
    }

    /// pread(2): octets read from an offset, which may be fewer than there are, 0 at the end, or -errno.
    public long pread(int fd, MemorySegment into, long bytes, long offset) {
        try {
            return result((long) PREAD.invokeExact(state, fd, into, bytes, offset));
        } catch (Throwable t) {
            throw Foreign.failed("pread", t);
        }
    }

    /// write(2): octets written, or -errno.
    public long write(int fd, MemorySegment from, long bytes) {
        try {
            return result((long) WRITE.invokeExact(state, fd, from, bytes));
        } catch (Throwable t) {
            throw Foreign.failed("write", t);
        }
    }

    /// ioctl(2) whose argument is a pointer: the value, or -errno.
    int ioctl(int fd, long request, MemorySegment argument) {
        try {
            return result((int) IOCTL.invokeExact(state, fd, request, argument));
        } catch (Throwable t) {
            throw Foreign.failed("ioctl", t);
        }
    }

    /// ioctl(2) whose argument is a number: the value, or -errno.
    int ioctl(int fd, long request, long argument) {
        try {
            return result((int) IOCTL_VALUE.invokeExact(state, fd, request, argument));
        } catch (Throwable t) {
            throw Foreign.failed("ioctl", t);
        }
    }

    /// Sets or clears `O_NONBLOCK` by fcntl(2): 0, or -errno. The flag belongs to the open file, so a duplicated descriptor shares it.
    public int setNonBlocking(int fd, boolean nonBlocking) {
        int flags = fcntl(fd, F_GETFL, 0);
        if (flags < 0) return flags;
        return fcntl(fd, F_SETFL, nonBlocking ? flags | O_NONBLOCK : flags & ~O_NONBLOCK);
    }

    /// fcntl(2): the value, or -errno.
    int fcntl(int fd, int command, long argument) {
        try {
            return result((int) FCNTL.invokeExact(state, fd, command, argument));
        } catch (Throwable t) {
            throw Foreign.failed("fcntl", t);
        }
    }

    /// clock_gettime(2) of `CLOCK_THREAD_CPUTIME_ID`: nanoseconds for which the calling thread had a processor, whatever others had.
    public long threadCpuNanos() {
        return nanos(CLOCK_THREAD_CPUTIME_ID);
    }

    /// clock_gettime(2) of `CLOCK_REALTIME`: nanoseconds since 1970, the clock by which the kernel stamps packets. It can be set while one
    /// measures.
    public long realtimeNanos() {
        return nanos(CLOCK_REALTIME);
    }

    private long nanos(int clock) {
        try {
            Errno.check("clock_gettime", result((int) CLOCK_GETTIME.invokeExact(state, clock, timespec)));
            return timespec.get(JAVA_LONG, 0) * 1_000_000_000L + timespec.get(JAVA_LONG, 8);
        } catch (LinuxException refused) {
            throw refused;
        } catch (Throwable t) {
            throw Foreign.failed("clock_gettime", t);
        }
    }

    /// poll(2) of one descriptor: the events that came (of `events`, [#POLLERR], POLLHUP), 0 after the time, or -errno.
    ///
    /// @param timeoutMillis 0 does not wait, -1 waits for ever
    public int poll(int fd, short events, int timeoutMillis) {
        pollfd.set(JAVA_INT, 0, fd);
        pollfd.set(JAVA_SHORT, 4, events);
        pollfd.set(JAVA_SHORT, 6, (short) 0);
        try {
            int ready = result((int) POLL.invokeExact(state, pollfd, 1L, timeoutMillis));
            return ready <= 0 ? ready : pollfd.get(JAVA_SHORT, 6);
        } catch (Throwable t) {
            throw Foreign.failed("poll", t);
        }
    }

    /// What libc has as `errno` of the calling thread just after a critical call: a guess, because the JVM may have made calls of its own in
    /// between, at a safepoint. 0 for a virtual thread, which has none.
    int probableErrno() {
        var thread = Thread.currentThread();
        var known = errno;
        if (known == null || errnoThread != thread) {
            if (thread.isVirtual()) {
                return 0;
            }
            known = Foreign.errnoOfThread();
            errno = known;
            errnoThread = thread;
        }
        return known.get(JAVA_INT, 0);
    }

    /// Turns the C convention (-1 and `errno`) into ours (`-errno`).
    int result(int value) {
        return value >= 0 ? value : -Foreign.errno(state);
    }

    long result(long value) {
        return value >= 0 ? value : -Foreign.errno(state);
    }
}
