package io.etherloom.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is left in a file when its disk gets full.
class WholeItemsTest {
    private static final int ITEM = 100;

    @TempDir
    private Path folder;

    /// A file of a disk that has room for so many octets, and later for more.
    private static final class Disk extends FileChannel {
        private final FileChannel file;
        private long room;

        Disk(Path path, long room) throws IOException {
            file = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            this.room = room;
        }

        @Override
        public int write(ByteBuffer octets) throws IOException {
            int count = (int) Math.min(room, octets.remaining());
            if (count == 0) {
                throw new IOException("No space left on device");
            }
            file.write(octets.slice(octets.position(), count));
            octets.position(octets.position() + count);
            room -= count;
            return count;
        }

        @Override
        public FileChannel truncate(long size) throws IOException {
            room += Math.max(0, file.size() - size);
            file.truncate(size);
            return this;
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        protected void implCloseChannel() throws IOException {
            file.close();
        }

        @Override
        public int read(ByteBuffer octets) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long read(ByteBuffer[] octets, int offset, int length) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long write(ByteBuffer[] octets, int offset, int length) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long position() {
            throw new UnsupportedOperationException();
        }

        @Override
        public FileChannel position(long position) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void force(boolean metaData) {}

        @Override
        public long transferTo(long position, long count, WritableByteChannel target) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long transferFrom(ReadableByteChannel source, long position, long count) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int read(ByteBuffer octets, long position) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int write(ByteBuffer octets, long position) {
            throw new UnsupportedOperationException();
        }

        @Override
        public MappedByteBuffer map(MapMode mode, long position, long size) {
            throw new UnsupportedOperationException();
        }

        @Override
        public FileLock lock(long position, long size, boolean isShared) {
            throw new UnsupportedOperationException();
        }

        @Override
        public FileLock tryLock(long position, long size, boolean isShared) {
            throw new UnsupportedOperationException();
        }
    }

    private static void add(WholeItems items, int from, int to) throws IOException {
        for (int i = from; i < to; i++) {
            var item = new byte[ITEM];
            Arrays.fill(item, (byte) i);
            items.add(item, 0, ITEM, 1);
        }
    }

    /// Whether room comes back in between or not.
    @Test
    void whatWentInWholeStandsThereOnceWhateverComesAfter() throws IOException {
        for (long more : new long[] {0, 1_000_000}) {
            var path = folder.resolve("a" + more);
            var disk = new Disk(path, 20 * ITEM + 30);
            try (var items = new WholeItems(path, disk)) {
                add(items, 0, 5);
                items.flush();
                add(items, 5, 40);
                assertThatThrownBy(items::flush).hasMessage("No space left on device");
                assertThat(items.frames()).isEqualTo(20);
                disk.room += more;
                items.flush();
                assertThat(items.frames()).isEqualTo(20);
            }
            var octets = Files.readAllBytes(path);
            assertThat(octets).hasSize(20 * ITEM);
            for (int i = 0; i < octets.length; i++) {
                assertThat(octets[i]).isEqualTo((byte) (i / ITEM));
            }
        }
    }
}
