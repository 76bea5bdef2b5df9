package io.etherloom.api;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.timeout.ReadTimeoutHandler;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.TimeUnit;

/// Closes a connection once its last answer is out, and lets the client finish: one that is closed while octets of the client wait to be read is reset,
/// and the client may lose the answer with it. What still comes is thrown away. Any thread.
final class LingeringClose {
    /// So long a client may say nothing and stay.
    private static final int PATIENCE_SECONDS = 2;
    /// So long it may take to read the answer and to go.
    private static final int LIMIT_SECONDS = 30;

    private LingeringClose() {}

    /// The client sees the end of what is said to it at once, and the connection is closed when the client does so, or after a while.
    ///
    /// @param last the last write
    static void after(ChannelFuture last) {
        var channel = last.channel();
        last.addListener(sent -> {
            if (sent.isSuccess()) {
                linger(channel);
            } else {
                channel.close();
            }
        });
        var closing = channel.eventLoop().schedule(() -> channel.close(), LIMIT_SECONDS, TimeUnit.SECONDS);
        channel.closeFuture().addListener(_ -> closing.cancel(false));
    }

    private static void linger(Channel channel) {
        channel.pipeline().addFirst(new ReadTimeoutHandler(PATIENCE_SECONDS), new Discard());
        if (channel instanceof DuplexChannel duplex) {
            duplex.shutdownOutput();
        }
        channel.config().setAutoRead(true);
    }

    private static final class Discard extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ReferenceCountUtil.release(message);
        }

        /// The client has said nothing for too long, or has gone.
        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close();
        }
    }
}
