package io.etherloom.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class EpollTest {
    private final Libc libc = new Libc();

    @Test
    void tellsWhichDescriptorByItsToken() {
        try (var epoll = new Epoll(8); var first = new EventFd(); var second = new EventFd()) {
            assertThat(epoll.add(libc, first.fd(), Epoll.EPOLLIN, 0x1122_3344_5566_7788L)).isZero();
            assertThat(epoll.add(libc, second.fd(), Epoll.EPOLLIN, -2)).isZero();
            assertThat(epoll.await(libc, 0)).isZero();

            first.signal(libc);
            assertThat(epoll.await(libc, 0)).isEqualTo(1);
            assertThat(epoll.token(0)).isEqualTo(0x1122_3344_5566_7788L);
            assertThat(epoll.events(0)).isEqualTo(Epoll.EPOLLIN);

            second.signal(libc);
            assertThat(epoll.await(libc, 0)).isEqualTo(2);
            assertThat(new long[] {epoll.token(0), epoll.token(1)}).containsExactlyInAnyOrder(0x1122_3344_5566_7788L, -2);
        }
    }

    @Test
    void bringsAtMostItsCapacityAndTheRestNext() {
        try (var epoll = new Epoll(1); var first = new EventFd(); var second = new EventFd()) {
            epoll.add(libc, first.fd(), Epoll.EPOLLIN, 1);
            epoll.add(libc, second.fd(), Epoll.EPOLLIN, 2);
            first.signal(libc);
            second.signal(libc);
            assertThat(epoll.await(libc, 0)).isEqualTo(1);
            long before = epoll.token(0);
            assertThat(epoll.await(libc, 0)).isEqualTo(1);
            assertThat(epoll.token(0)).isEqualTo(3 - before);
        }
    }

    @Test
    void changesAndEndsWatching() {
        try (var epoll = new Epoll(4); var bell = new EventFd()) {
            epoll.add(libc, bell.fd(), Epoll.EPOLLIN, 1);
            assertThat(epoll.add(libc, bell.fd(), Epoll.EPOLLIN, 1)).isEqualTo(-Errno.EEXIST);
            assertThat(epoll.modify(libc, bell.fd(), Epoll.EPOLLOUT, 9)).isZero();
            assertThat(epoll.await(libc, 0)).isEqualTo(1);
            assertThat(epoll.events(0)).isEqualTo(Epoll.EPOLLOUT);
            assertThat(epoll.token(0)).isEqualTo(9);
            assertThat(epoll.remove(libc, bell.fd())).isZero();
            assertThat(epoll.remove(libc, bell.fd())).isEqualTo(-Errno.ENOENT);
            assertThat(epoll.await(libc, 0)).isZero();
        }
    }

    @Test
    void countsTheRingsOfABell() {
        try (var bell = new EventFd()) {
            assertThat(bell.drain(libc)).isZero();
            bell.signal(libc);
            bell.signal(libc);
            assertThat(bell.drain(libc)).isEqualTo(2);
            assertThat(bell.drain(libc)).isZero();
        }
    }

    @Test
    void isWokenByAnotherThread() throws Exception {
        try (var epoll = new Epoll(4); var bell = new EventFd()) {
            epoll.add(libc, bell.fd(), Epoll.EPOLLIN, 5);
            var ringer = Thread.ofPlatform().start(() -> bell.signal(new Libc()));
            assertThat(epoll.await(libc, 10_000)).isEqualTo(1);
            assertThat(epoll.token(0)).isEqualTo(5);
            ringer.join();
        }
    }

    @Test
    void laysEventsOutAsTheKernelDoes() {
        boolean x86 = System.getProperty("os.arch").equals("amd64");
        assertThat(Architecture.EPOLL_EVENT_BYTES).isEqualTo(x86 ? 12 : 16);
        assertThat(Architecture.EPOLL_EVENT_DATA).isEqualTo(x86 ? 4 : 8);
    }

    @Test
    void refusesRoomForNothing() {
        assertThatThrownBy(() -> new Epoll(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Iovec(0)).isInstanceOf(IllegalArgumentException.class);
    }
}
