package io.etherloom.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/// Sends a body in chunks while its answer is read by another thread (RFC 9112, 7.1), as fast as the lab takes it. Ends quietly when the
/// lab no longer listens: its answer says why.
final class HttpUpload {
    private static final int CHUNK = 64 * 1024;

    private HttpUpload() {}

    static void begin(SocketChannel channel, InputStream body) {
        Thread.ofPlatform().daemon().name("upload").start(() -> {
            try (var selector = Selector.open()) {
                channel.register(selector, SelectionKey.OP_WRITE);
                var octets = new byte[CHUNK];
                for (int size = body.read(octets); size >= 0; size = body.read(octets)) {
                    send(channel, selector, chunk(octets, size));
                }
                send(channel, selector, ByteBuffer.wrap("0\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1)));
            } catch (IOException _) {
                // The answer tells more.
            }
        });
    }

    private static ByteBuffer chunk(byte[] octets, int size) {
        var head = (Integer.toHexString(size) + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
        return ByteBuffer.allocate(head.length + size + 2).put(head).put(octets, 0, size).put((byte) '\r').put((byte) '\n').flip();
    }

    private static void send(SocketChannel channel, Selector selector, ByteBuffer octets) throws IOException {
        while (octets.hasRemaining()) {
            if (channel.write(octets) == 0) {
                selector.select();
                selector.selectedKeys().clear();
            }
        }
    }
}
