package io.etherloom.api;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// The body of a request that is read while it comes. The socket is read only when whoever reads here has nothing left, so a slow reader
/// slows the client down, and about 1 MiB is kept at most whatever the body's length. Filled on the event loop, read by one thread.
final class UploadedBody extends InputStream {
    private final Channel channel;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<byte[]> pieces = new ArrayDeque<>();
    private int position;
    private boolean isAsked;
    private boolean isComplete;
    private boolean isBroken;
    private boolean isUnwanted;

    UploadedBody(Channel channel) {
        this.channel = channel;
    }

    /// Event loop: more of the body.
    void add(ByteBuf octets) {
        lock.lock();
        try {
            if (octets.isReadable() && !isUnwanted) {
                pieces.add(ByteBufUtil.getBytes(octets));
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /// Event loop: the body has been heard to its end; from now on the socket is read to learn that the client has gone.
    void complete() {
        set(() -> isComplete = true);
        channel.config().setAutoRead(true);
    }

    /// Event loop: the rest will never come.
    void broken() {
        set(() -> isBroken = true);
    }

    /// Event loop: what the socket had is here.
    void readOnce() {
        set(() -> isAsked = false);
    }

    private void set(Runnable change) {
        lock.lock();
        try {
            change.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int size) throws IOException {
        lock.lock();
        try {
            if (size == 0) {
                return 0;
            }
            if (!awaitPiece()) {
                return -1;
            }
            var piece = pieces.getFirst();
            int count = Math.min(size, piece.length - position);
            System.arraycopy(piece, position, into, offset, count);
            position += count;
            if (position == piece.length) {
                pieces.removeFirst();
                position = 0;
            }
            return count;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while the client was slow");
        } finally {
            lock.unlock();
        }
    }

    /// @return false at the end of the body
    private boolean awaitPiece() throws IOException, InterruptedException {
        while (pieces.isEmpty() && !isComplete) {
            if (isBroken) {
                throw new EOFException("the client went away in the middle of the file");
            }
            if (!isAsked) {
                isAsked = true;
                channel.eventLoop().execute(channel::read);
            }
            changed.await();
        }
        return !pieces.isEmpty();
    }

    /// Nobody reads what is left.
    void unwanted() {
        set(() -> {
            isUnwanted = true;
            pieces.clear();
        });
    }
}
