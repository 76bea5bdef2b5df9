package io.etherloom.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.etherloom.frame.Frame;
import io.etherloom.frame.FramePool;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// What is resident is read from `/proc/self/pagemap`, where bit 63 says that a page is present (proc(5)).
class MappedArenaTest {
    private static final int PAGE = 4096;

    /// An arena that tells what it gave.
    private static final class Watched implements Arena {
        final ArrayList<MemorySegment> given = new ArrayList<>();
        private final Arena arena = new MappedArena();

        @Override
        public MemorySegment allocate(long byteSize, long byteAlignment) {
            given.add(arena.allocate(byteSize, byteAlignment));
            return given.getLast();
        }

        @Override
        public MemorySegment.Scope scope() {
            return arena.scope();
        }

        @Override
        public void close() {
            arena.close();
        }
    }

    private static int residentPages(MemorySegment memory) throws Exception {
        int resident = 0;
        try (var pages = new RandomAccessFile("/proc/self/pagemap", "r")) {
            pages.seek(memory.address() / PAGE * Long.BYTES);
            for (long at = 0; at < memory.byteSize(); at += PAGE) {
                // Little-endian: the highest bit is in the last octet.
                if ((pages.readLong() & 0x80) != 0) resident++;
            }
        }
        return resident;
    }

    @Test
    void givesZeroedMemoryThatIsResidentWhereItIsTouched() throws Exception {
        try (var arena = new MappedArena()) {
            var memory = arena.allocate(1000 * PAGE, PAGE);
            assertThat(memory.address() % PAGE).isZero();
            assertThat(residentPages(memory)).isZero();
            memory.set(JAVA_BYTE, 7 * PAGE + 5, (byte) 1);
            memory.set(JAVA_BYTE, 999 * PAGE, (byte) 1);
            assertThat(residentPages(memory)).isEqualTo(2);
            assertThat(memory.get(JAVA_BYTE, 7 * PAGE + 4)).isZero();
        }
    }

    @Test
    void aFramePoolOfItIsResidentAsFarAsItIsUsed() throws Exception {
        var arena = new Watched();
        try (var pool = new FramePool(16_384, 256, arena)) {
            assertThat(arena.given).hasSize(2);
            for (var memory : arena.given) {
                assertThat(residentPages(memory)).isZero();
            }
            // Over and over the same two.
            for (int i = 0; i < 100; i++) {
                var first = Objects.requireNonNull(pool.take());
                var second = Objects.requireNonNull(pool.take());
                first.head().fill((byte) i);
                second.head().fill((byte) i);
                first.release();
                second.release();
            }
            assertThat(residentPages(arena.given.getFirst())).isBetween(1, 1 + (2 * Frame.HEAD_SIZE + 64) / PAGE);
        }
    }

    @Test
    void unmapsWhenItIsClosed() throws Exception {
        var arena = new MappedArena();
        var memory = arena.allocate(1000 * PAGE, 8);
        memory.fill((byte) 1);
        assertThat(residentPages(memory)).isEqualTo(1000);
        arena.close();
        assertThatThrownBy(() -> memory.get(JAVA_BYTE, 0)).isInstanceOf(IllegalStateException.class);
        // Another thread of this JVM may have mapped something there since, but hardly all of it.
        assertThat(residentPages(memory)).isLessThan(1000);
    }

    @Test
    void refusesWhatNoMappingCanBe() {
        try (var arena = new MappedArena()) {
            assertThatThrownBy(() -> arena.allocate(16, 8192)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> arena.allocate(1L << 50, 8)).isInstanceOf(LinuxException.class).hasMessageContaining("mmap");
            assertThat(arena.allocate(0, 1).byteSize()).isZero();
        }
    }
}
