package io.etherloom.cli;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// What comes from a lab's socket, by octet and by line (RFC 9112, 2.2). Waits for the next octets no longer than until the deadline.
/// One thread.
final class HttpInput extends InputStream {
    private final SocketChannel channel;
    private final Selector selector;
    private final ByteBuffer buffer = ByteBuffer.allocate(64 * 1024).flip();
    /// Of [System#nanoTime]; null waits for ever.
    private @Nullable Long deadlineNanos;

    HttpInput(SocketChannel channel) throws IOException {
        this.channel = channel;
        selector = Selector.open();
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_READ);
    }

    void awaitUntil(@Nullable Long nanos) {
        deadlineNanos = nanos;
    }

    /// A line without its end.
    String line() throws IOException {
        var line = new StringBuilder();
        for (int octet = read(); octet != '\n'; octet = read()) {
            if (octet < 0) {
                throw new EOFException("the lab closed the connection");
            }
            line.append((char) octet);
            if (line.length() > 64 * 1024) {
                throw new IOException("the lab sent a line without end");
            }
        }
        int size = line.length();
        return size > 0 && line.charAt(size - 1) == '\r' ? line.substring(0, size - 1) : line.toString();
    }

    @Override
    public int read() throws IOException {
        return fill() ? buffer.get() & 0xff : -1;
    }

    @Override
    public int read(byte[] into, int offset, int size) throws IOException {
        if (size == 0) {
            return 0;
        }
        if (!fill()) {
            return -1;
        }
        int count = Math.min(size, buffer.remaining());
        buffer.get(into, offset, count);
        return count;
    }

    @Override
    public int available() {
        return buffer.remaining();
    }

    /// Whether there is an octet at all.
    private boolean fill() throws IOException {
        while (!buffer.hasRemaining()) {
            buffer.clear();
            int count = channel.read(buffer);
            buffer.flip();
            if (count < 0) {
                return false;
            }
            if (count == 0) {
                await();
            }
        }
        return true;
    }

    private void await() throws IOException {
        long millis = 0;
        if (deadlineNanos != null) {
            millis = Math.ceilDiv(deadlineNanos - System.nanoTime(), 1_000_000);
            if (millis <= 0) {
                throw new SocketTimeoutException("the lab does not answer");
            }
        }
        selector.select(millis);
        selector.selectedKeys().clear();
    }

    /// Writes all of it, whatever the socket's buffer holds.
    void send(ByteBuffer request) throws IOException {
        while (request.hasRemaining()) {
            if (channel.write(request) == 0) {
                Thread.onSpinWait();
            }
        }
    }

    /// The octets up to here as text.
    static String text(byte[] octets) {
        return new String(octets, StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        selector.close();
        channel.close();
    }
}
