package io.etherloom.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// Waits for many descriptors at once (epoll(7), level triggered), each known by a token that the caller chose. Waiting and reading what
/// came allocate nothing; the next wait overwrites the events. One thread waits; any may add, change and remove with its own [Libc].
public final class Epoll implements AutoCloseable {
    /// `<linux/eventpoll.h>`. Errors and hang-ups are reported without being asked for.
    public static final int EPOLLIN = 0x001;
    public static final int EPOLLOUT = 0x004;
    public static final int EPOLLERR = 0x008;
    public static final int EPOLLHUP = 0x010;

    private static final int EPOLL_CLOEXEC = 02000000;
    private static final int EPOLL_CTL_ADD = 1;
    private static final int EPOLL_CTL_DEL = 2;
    private static final int EPOLL_CTL_MOD = 3;

    private static final ValueLayout.OfInt EVENTS = ValueLayout.JAVA_INT_UNALIGNED;
    private static final int BYTES = Architecture.EPOLL_EVENT_BYTES;
    private static final int DATA = Architecture.EPOLL_EVENT_DATA;

    private static final MethodHandle EPOLL_CREATE1 = Foreign.bind("epoll_create1", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final MethodHandle EPOLL_CTL =
        Foreign.bind("epoll_ctl", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS));
    private static final FunctionDescriptor WAIT = FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT);
    private static final MethodHandle EPOLL_WAIT = Foreign.bind("epoll_wait", WAIT);
    private static final MethodHandle WITHOUT_ERRNO = Foreign.bindWithoutErrno("epoll_wait", WAIT);

    private final MemorySegment events;
    private final int capacity;
    private int fd;

    /// @param capacity how many events one wait can bring; the others come with the next
    public Epoll(int capacity) {
        if (capacity < 1) throw new IllegalArgumentException("room for " + capacity + " events");
        this.capacity = capacity;
        events = Arena.ofAuto().allocate((long) capacity * BYTES, 8);
        fd = (int) Errno.check("epoll_create1", create(Libc.current()));
    }

    private static int create(Libc libc) {
        try {
            return libc.result((int) EPOLL_CREATE1.invokeExact(libc.state, EPOLL_CLOEXEC));
        } catch (Throwable t) {
            throw Foreign.failed("epoll_create1", t);
        }
    }

    /// Watches one more descriptor: 0, or -errno.
    ///
    /// @param interest [#EPOLLIN], [#EPOLLOUT], both, or 0 for errors only
    /// @param token    what [#token] gives with its events
    public int add(Libc libc, int descriptor, int interest, long token) {
        return control(libc, EPOLL_CTL_ADD, descriptor, interest, token);
    }

    /// Changes what is watched for, and the token: 0, or -errno.
    public int modify(Libc libc, int descriptor, int interest, long token) {
        return control(libc, EPOLL_CTL_MOD, descriptor, interest, token);
    }

    /// Stops watching: 0, or -errno. Closing the last descriptor of a file does it as well. Events of the last wait still name it.
    public int remove(Libc libc, int descriptor) {
        return control(libc, EPOLL_CTL_DEL, descriptor, 0, 0);
    }

    private int control(Libc libc, int operation, int descriptor, int interest, long token) {
        try (var arena = Arena.ofConfined()) {
            var event = arena.allocate(BYTES, 8);
            event.set(EVENTS, 0, interest);
            event.set(JAVA_LONG_UNALIGNED, DATA, token);
            return libc.result((int) EPOLL_CTL.invokeExact(libc.state, fd, operation, descriptor, event));
        } catch (Throwable t) {
            throw Foreign.failed("epoll_ctl", t);
        }
    }

    /// Waits for events: how many came, 0 after the time or when a signal came first, or -errno. It allocates nothing, so `errno` is not captured ([FrameCalls]); a wait
    /// that failed is made again for it, without waiting.
    ///
    /// @param timeoutMillis 0 does not wait, -1 waits for ever
    public int await(Libc libc, int timeoutMillis) {
        libc.calls.waits++;
        try {
            int count = (int) WITHOUT_ERRNO.invokeExact(fd, events, capacity, timeoutMillis);
            return count >= 0 ? count : libc.result((int) EPOLL_WAIT.invokeExact(libc.state, fd, events, capacity, 0));
        } catch (Throwable t) {
            throw Foreign.failed("epoll_wait", t);
        }
    }

    /// Whose event it is.
    ///
    /// @param index 0 to the last wait's count, less 1
    public long token(int index) {
        return events.get(JAVA_LONG_UNALIGNED, (long) index * BYTES + DATA);
    }

    /// What happened: `EPOLL…` bits.
    public int events(int index) {
        return events.get(EVENTS, (long) index * BYTES);
    }

    @Override
    public void close() {
        if (fd < 0) return;
        Libc.current().close(fd);
        fd = -1;
    }
}
