package io.etherloom.api;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// The body of an answer, one chunk for each write. The status line goes out with the first one, so whoever fails before it can still
/// answer with a problem. Written by one thread; the event loop tells it when the connection takes more or is gone.
///
/// Bounded: a write waits while more than the channel's high-water mark (64 KiB) is still unsent.
final class StreamedBody extends OutputStream {
    private final Channel channel;
    private final String mediaType;
    private final String version;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private boolean isStarted;
    private volatile boolean isEnough;

    StreamedBody(Channel channel, String mediaType, String version) {
        this.channel = channel;
        this.mediaType = mediaType;
        this.version = version;
    }

    /// Whether the status line is out, after which nothing but the body can be said.
    boolean isStarted() {
        return isStarted;
    }

    /// Whether nobody wants more: the client has asked for something else or has gone, or this server is closing. What there is may still be written.
    boolean isOver() {
        return isEnough || !channel.isActive();
    }

    /// Whether the connection is gone, so that nothing that is written is read.
    boolean isGone() {
        return !channel.isActive();
    }

    /// The client asks for something else, so this may end; what belongs to its end is still written. Called on the event loop.
    void enough() {
        isEnough = true;
        recheck();
    }

    @Override
    public void write(int octet) throws IOException {
        write(new byte[] {(byte) octet});
    }

    @Override
    public void write(byte[] bytes, int offset, int size) throws IOException {
        start();
        if (size == 0) {
            return; // An empty chunk would end the body.
        }
        awaitRoom();
        // Pooled, since a capture of a busy port would otherwise leave hundreds of megabytes a second to the garbage collector.
        channel.writeAndFlush(new DefaultHttpContent(channel.alloc().directBuffer(size).writeBytes(bytes, offset, size)));
    }

    private void start() {
        if (isStarted) {
            return;
        }
        isStarted = true;
        var head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
        head.headers().set(HttpHeaderNames.CONTENT_TYPE, mediaType)
            .set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED)
            .set(ApiServer.VERSION_HEADER, version);
        channel.writeAndFlush(head);
    }

    private void awaitRoom() throws IOException {
        lock.lock();
        try {
            while (channel.isActive() && !channel.isWritable()) {
                changed.await();
            }
        } catch (InterruptedException e) {
            throw new IOException("interrupted while the client was slow", e);
        } finally {
            lock.unlock();
        }
        if (!channel.isActive()) {
            throw new ClosedChannelException();
        }
    }

    /// Wakes a waiting writer. Called on the event loop when the channel has become writable or inactive.
    void recheck() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Ends the body as a whole one.
    ///
    /// @return completes when all of it is out
    ChannelFuture end() {
        start();
        return channel.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
    }
}
