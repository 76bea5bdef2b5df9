package io.etherloom.linux;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LibcTest {
    private final Libc libc = new Libc();
    private final Arena arena = Arena.ofAuto();

    @TempDir
    private Path folder;

    @Test
    void writesAndReadsBackTheSameOctets() throws Exception {
        var file = folder.resolve("file");
        int fd = libc.open(file.toString(), Libc.O_RDWR | Libc.O_CREAT | Libc.O_EXCL, 0600);
        assertThat(fd).isGreaterThan(2);
        var from = arena.allocateFrom("frames");
        assertThat(libc.write(fd, from, 3)).isEqualTo(3);
        assertThat(FrameCalls.write(libc, fd, from.address() + 3, 2)).isEqualTo(2);
        assertThat(libc.close(fd)).isZero();
        assertThat(Files.readString(file)).isEqualTo("frame");

        int again = libc.open(file.toString(), Libc.O_RDONLY, 0);
        var into = arena.allocate(16);
        assertThat(libc.read(again, into, 16)).isEqualTo(5);
        assertThat(into.getString(0)).isEqualTo("frame");
        assertThat(libc.read(again, into, 16)).isZero();
        libc.close(again);
    }

    @Test
    void gathersAndScattersByVectors() throws Exception {
        var file = folder.resolve("file");
        var from = arena.allocateFrom("headtail");
        var vectors = new Iovec(2);
        vectors.set(0, from.address() + 4, 4);
        vectors.set(1, from.address(), 4);
        int fd = libc.open(file.toString(), Libc.O_RDWR | Libc.O_CREAT, 0600);
        assertThat(FrameCalls.writev(libc, fd, vectors.address(), 2)).isEqualTo(8);
        libc.close(fd);
        assertThat(Files.readString(file)).isEqualTo("tailhead");

        MemorySegment head = arena.allocate(3);
        MemorySegment tail = arena.allocate(10);
        vectors.set(0, head.address(), 3);
        vectors.set(1, tail.address(), 10);
        int again = libc.open(file.toString(), Libc.O_RDONLY, 0);
        assertThat(FrameCalls.readv(libc, again, vectors.address(), 2)).isEqualTo(8);
        assertThat(new String(head.toArray(ValueLayout.JAVA_BYTE), US_ASCII)).isEqualTo("tai");
        assertThat(tail.getString(0)).isEqualTo("lhead");
        libc.close(again);
    }

    @Test
    void givesTheNegativeErrorNumber() {
        assertThat(libc.open("/does/not/exist", Libc.O_RDONLY, 0)).isEqualTo(-Errno.ENOENT);
        assertThat(libc.close(-1)).isEqualTo(-Errno.EBADF);
        assertThat(libc.read(-1, arena.allocate(1), 1)).isEqualTo(-Errno.EBADF);
        assertThat(libc.write(-1, arena.allocate(1), 1)).isEqualTo(-Errno.EBADF);
        assertThat(FrameCalls.read(libc, -1, 0, 1)).isEqualTo(-Errno.EBADF);
        assertThat(FrameCalls.write(libc, -1, 0, 1)).isEqualTo(-Errno.EBADF);
        assertThat(libc.setNonBlocking(-1, true)).isEqualTo(-Errno.EBADF);
    }

    @Test
    void refusesMemoryThatWasFreed() {
        MemorySegment freed;
        try (var confined = Arena.ofConfined()) {
            freed = confined.allocate(8);
        }
        assertThatThrownBy(() -> libc.read(0, freed, 8)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void keepsTheErrorNumbersOfTwoInstancesApart() {
        var other = new Libc();
        other.close(-1);
        libc.open("/does/not/exist", Libc.O_RDONLY, 0);
        assertThat(Foreign.errno(other.state)).isEqualTo(Errno.EBADF);
        assertThat(Foreign.errno(libc.state)).isEqualTo(Errno.ENOENT);
    }

    @Test
    void refusesAnIoctlThatTheFileDoesNotKnow() {
        int fd = libc.open("/dev/null", Libc.O_RDWR, 0);
        assertThat(libc.ioctl(fd, 0x400454caL, arena.allocate(40))).isEqualTo(-Errno.ENOTTY);
        assertThat(libc.ioctl(fd, 0x400454d0L, 0L)).isEqualTo(-Errno.ENOTTY);
        libc.close(fd);
    }

    @Test
    void pollsAndSetsNonBlocking() {
        try (var bell = new EventFd()) {
            assertThat(libc.poll(bell.fd(), Libc.POLLIN, 0)).isZero();
            assertThat(libc.poll(bell.fd(), (short) (Libc.POLLIN | Libc.POLLOUT), 0)).isEqualTo(Libc.POLLOUT);
            bell.signal(libc);
            assertThat(libc.poll(bell.fd(), Libc.POLLIN, 0)).isEqualTo(Libc.POLLIN);
            assertThat(libc.setNonBlocking(bell.fd(), false)).isZero();
            bell.drain(libc);
            assertThat(libc.setNonBlocking(bell.fd(), true)).isZero();
            assertThat(bell.drain(libc)).as("an empty counter would block if the flag were not set").isZero();
        }
    }

    @Test
    void tellsWhatWasTriedWhatItMeansAndWhatHelps() {
        assertThat(Errno.check("write", 7)).isEqualTo(7);
        assertThatThrownBy(() -> Errno.check("ioctl TUNSETIFF tap0", -1))
            .isInstanceOfSatisfying(LinuxException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EPERM))
            .hasMessage("ioctl TUNSETIFF tap0: EPERM, operation not permitted (needs CAP_NET_ADMIN)");
        assertThatThrownBy(() -> Errno.check("open x", -Errno.ENOENT)).hasMessage("open x: ENOENT, no such file or directory");
        assertThatThrownBy(() -> Errno.check("open x", -999, "so")).hasMessage("open x: errno 999, see errno(3) (so)");
    }

    @Test
    void knowsANameAndATextForEachNumber() throws Exception {
        for (var field : Errno.class.getFields()) {
            assertThat(Errno.name(field.getInt(null))).isEqualTo(field.getName());
            assertThat(Errno.text(field.getInt(null))).as(field.getName()).isNotEqualTo(Errno.text(999));
        }
    }

    @Test
    void countsTheTimeThatAThreadHadAProcessor() {
        long begun = System.nanoTime();      // The first to be read, and the last.
        long before = Libc.current().threadCpuNanos();
        while (Libc.current().threadCpuNanos() - before < 2_000_000) {
            assertThat(System.nanoTime() - begun).as("nanoseconds of trying").isLessThan(30_000_000_000L);
        }
        long had = Libc.current().threadCpuNanos() - before;
        assertThat(had).isLessThanOrEqualTo(System.nanoTime() - begun);
    }
}
