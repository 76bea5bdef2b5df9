package io.etherloom.api;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.TimeUnit;

/// Closes a connection once its last answer is out, and lets the client finish: one that is closed while octets of the client wait to be read is reset,
/// and the client may lose the answer with it. What still comes is thrown away. Runs on the event loop.
final class LingeringClose implements ChannelFutureListener {
    static final LingeringClose AFTERWARDS = new LingeringClose();
    /// So long a client may go on.
    private static final long PATIENCE_SECONDS = 2;

    private LingeringClose() {}

    @Override
    public void operationComplete(ChannelFuture sent) {
        if (sent.isSuccess()) {
            of(sent.channel());
        } else {
            sent.channel().close();
        }
    }

    /// The client sees the end of what is said to it at once. The connection is closed when the client does so, or after a short while.
    static void of(Channel channel) {
        channel.pipeline().addFirst(new Discard());
        if (channel instanceof DuplexChannel duplex) {
            duplex.shutdownOutput();
        }
        channel.config().setAutoRead(true);
        var closing = channel.eventLoop().schedule(() -> channel.close(), PATIENCE_SECONDS, TimeUnit.SECONDS);
        channel.closeFuture().addListener(_ -> closing.cancel(false));
    }

    private static final class Discard extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ReferenceCountUtil.release(message);
        }
    }
}
