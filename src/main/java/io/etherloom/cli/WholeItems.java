package io.etherloom.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/// A file that is made of items, blocks of pcapng or packets of pcap, and never ends within one that could not be written whole: when the disk
/// is full, what is left of the last item is cut off. Items are collected; a reader finds them after [#flush]. One thread.
final class WholeItems implements AutoCloseable {
    private static final int BUFFER = 1 << 18;

    private final Path path;
    private final FileChannel channel;
    private ByteBuffer items = ByteBuffer.allocate(BUFFER);
    /// Where the collected items end, and how many frames there are up to there.
    private int[] ends = new int[1024];
    private int[] framesUpTo = new int[1024];
    private int count;
    private long flushedSize;
    private long flushedFrames;
    private boolean hasFailed;

    /// @param channel of the file, empty; closed by this
    WholeItems(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /// Makes the file, or empties it.
    static WholeItems create(Path path) throws IOException {
        return new WholeItems(path, FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE));
    }

    Path path() {
        return path;
    }

    /// Adds an item.
    ///
    /// @param frames that it holds, 0 or 1
    void add(byte[] octets, int at, int size, int frames) throws IOException {
        if (items.remaining() < size) {
            flush();
            if (items.capacity() < size) {
                items = ByteBuffer.allocate(size);
            }
        }
        if (count == ends.length) {
            ends = Arrays.copyOf(ends, count * 2);
            framesUpTo = Arrays.copyOf(framesUpTo, count * 2);
        }
        items.put(octets, at, size);
        framesUpTo[count] = (count == 0 ? 0 : framesUpTo[count - 1]) + frames;
        ends[count++] = items.position();
    }

    /// Octets of all items so far.
    long size() {
        return flushedSize + items.position();
    }

    /// Frames of all items so far; after a fault, of those that are in the file.
    long frames() {
        return flushedFrames + (count == 0 ? 0 : framesUpTo[count - 1]);
    }

    /// Writes what was collected.
    ///
    /// @throws IOException as of a full disk; the file then ends with the last item that went in whole, and nothing more is written
    void flush() throws IOException {
        if (hasFailed) {
            return;      // What is still collected was told of, and what of it went in stands in the file.
        }
        items.flip();
        try {
            while (items.hasRemaining()) {
                channel.write(items);
            }
        } catch (IOException fault) {
            cut(items.position(), fault);
            throw fault;
        }
        flushedSize += items.limit();
        flushedFrames = frames();
        count = 0;
        items.clear();
    }

    private void cut(int written, IOException fault) {
        hasFailed = true;
        int whole = 0;
        while (whole < count && ends[whole] <= written) {
            whole++;
        }
        count = whole;
        items.clear();
        if (whole > 0) {
            items.position(ends[whole - 1]);
        }
        try {
            // A pipe or a terminal cannot be cut, and need not be.
            if (channel.size() > size()) {
                channel.truncate(size());
            }
        } catch (IOException second) {
            fault.addSuppressed(second);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
