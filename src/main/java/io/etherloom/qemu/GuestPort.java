package io.etherloom.qemu;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Deque;

/// What a guest says by one of its serial ports, and hears by it. When the guest comes to another process of QEMU that goes on there, behind all that the process before
/// had still to say. Read by one thread; the rest by any.
final class GuestPort extends InputStream {
    private final Runnable onMoved;
    /// The one that is read, and those at the processes to which the guest has come since then; guarded by this.
    private final Deque<SocketChannel> channels = new ArrayDeque<>();
    private boolean isRead;

    /// @param channel closed by its owner, or by this once the guest has gone on
    /// @param onMoved called by the reader between the channels of two processes
    GuestPort(SocketChannel channel, Runnable onMoved) {
        channels.add(channel);
        this.onMoved = onMoved;
    }

    /// What comes by this channel is read once the process that is read now says nothing more, which it does when it ends.
    synchronized void goOnAt(SocketChannel later) {
        channels.addLast(later);
        closeEarlier();
    }

    /// All has been read that is wanted.
    synchronized void readToEnd() {
        isRead = true;
        closeEarlier();
    }

    private void closeEarlier() {
        while (isRead && channels.size() > 1) {
            close(channels.removeFirst());
        }
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        while (true) {
            int count = receive(ByteBuffer.wrap(bytes, offset, length));
            if (count >= 0 || !goOn()) {
                return count;
            }
            onMoved.run();
        }
    }

    /// A process that ends before it has heard everything resets its connections, which is an end like any other where the guest has gone on.
    private int receive(ByteBuffer into) throws IOException {
        try {
            return first().read(into);
        } catch (IOException reset) {
            if (hasGoneOn()) {
                return -1;
            }
            throw reset;
        }
    }

    private synchronized SocketChannel first() {
        return channels.getFirst();
    }

    private synchronized boolean hasGoneOn() {
        return channels.size() > 1;
    }

    private synchronized boolean goOn() {
        boolean hasGoneOn = hasGoneOn();
        if (hasGoneOn) {
            close(channels.removeFirst());
        }
        return hasGoneOn;
    }

    /// Says something to the guest, wherever it is; nothing happens when it is gone, which the reader sees, too.
    void write(byte[] words) {
        try {
            var to = last();
            for (var rest = ByteBuffer.wrap(words); rest.hasRemaining();) {
                to.write(rest);
            }
        } catch (IOException e) {
            // As said above.
        }
    }

    private synchronized SocketChannel last() {
        return channels.getLast();
    }

    static void close(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // It is gone all the same.
        }
    }
}
