package io.etherloom.frame;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// What a switch has decided to send since it was flushed last: (frame, port, tag), in the order of the decisions.
///
/// One list for all ports: adding to it touches nothing that belongs to the port, so a batch to any of ten thousand ports writes the same few
/// lines of the nearest cache as the batch before it. Owned by the agent thread.
final class Deliveries {
    private @Nullable Frame[] frames = new Frame[4 * FrameBatch.CAPACITY];
    private int[] ports = new int[frames.length];
    private int[] tags = new int[frames.length];
    private int size;

    int size() {
        return size;
    }

    void add(int port, Frame frame, int tag) {
        int at = size;
        if (at == frames.length) {
            grow();
        }
        frames[at] = frame;
        ports[at] = port;
        tags[at] = tag;
        size = at + 1;
    }

    /// Doubles the list: for each size that the switch ever needs, once.
    private void grow() {
        int capacity = 2 * frames.length;
        frames = Arrays.copyOf(frames, capacity);
        ports = Arrays.copyOf(ports, capacity);
        tags = Arrays.copyOf(tags, capacity);
    }

    /// The frame of a delivery; null when it was withdrawn.
    @Nullable Frame frame(int at) {
        return frames[at];
    }

    int port(int at) {
        return ports[at];
    }

    int tag(int at) {
        return tags[at];
    }

    /// Takes a delivery out; the caller is its holder now.
    void withdraw(int at) {
        frames[at] = null;
    }

    /// Forgets the first `done` deliveries, which were handed on: all of them, but after a fault.
    void clear(int done) {
        int left = size - done;
        if (left > 0) {
            System.arraycopy(frames, done, frames, 0, left);
            System.arraycopy(ports, done, ports, 0, left);
            System.arraycopy(tags, done, tags, 0, left);
        }
        size = left;
    }
}
