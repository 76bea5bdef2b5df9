package io.etherloom.linux;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.etherloom.agent.Allocation;
import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/// The calls on the frame's path allocate nothing, once they are compiled.
class AllocationTest {
    private static final int CALLS = 20_000;

    private final Libc libc = new Libc();

    @Test
    void readsWritesAndWaitsWithoutAllocation() {
        var buffer = Arena.ofAuto().allocate(64, 8);
        var vectors = new Iovec(2);
        try (var bell = new EventFd(); var epoll = new Epoll(4)) {
            int zero = libc.open("/dev/zero", Libc.O_RDWR, 0);
            epoll.add(libc, bell.fd(), Epoll.EPOLLIN, 1);

            assertThat(allocatedBy(() -> FrameCalls.write(libc, zero, buffer.address(), 64))).as("write from an address").isZero();
            assertThat(allocatedBy(() -> {
                vectors.set(0, buffer.address(), 32);
                vectors.set(1, buffer.address() + 32, 32);
                return FrameCalls.readv(libc, zero, vectors.address(), 2);
            })).as("readv").isZero();
            assertThat(allocatedBy(() -> FrameCalls.writev(libc, zero, vectors.address(), 2))).as("writev").isZero();
            assertThat(allocatedBy(() -> FrameCalls.read(libc, zero, buffer.address(), 64))).as("read of a frame").isZero();
            assertThat(allocatedBy(() -> {
                bell.signal(libc);
                int count = epoll.await(libc, 0);
                long token = epoll.token(0) + epoll.events(0);
                return count + token + bell.drain(libc);
            })).as("epoll and eventfd").isZero();
            assertThat(allocatedBy(() -> epoll.await(libc, 0) + bell.drain(libc))).as("epoll and eventfd without an event").isZero();
            libc.close(zero);
        }
    }

    @Test
    void seesAnAllocation() {
        var kept = new Object[CALLS];
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < CALLS; i++) kept[i] = new byte[16];
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isGreaterThanOrEqualTo(16L * CALLS);
    }

    private interface Call {
        long run();
    }

    private static long allocatedBy(Call call) {
        return Allocation.leastOf(() -> {
            for (int i = 0; i < CALLS; i++) call.run();
        });
    }
}
