package io.etherloom.api;

import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpResponseStatus;

/// Refuses a connection that would be one too many, before it costs a decoder. All connections of a listener share one of these on the
/// one event loop.
@Sharable
final class ConnectionLimit extends ChannelInboundHandlerAdapter {
    private final int limit;
    private volatile int open;

    ConnectionLimit(int limit) {
        this.limit = limit;
    }

    /// How many are open now; any thread.
    int open() {
        return open;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        open++;
        if (open > limit) {
            RawAnswer.send(context, HttpResponseStatus.SERVICE_UNAVAILABLE, "All " + limit + " connections of this address are taken.");
            open--;
            context.pipeline().remove(this);      // It stays until its client has heard this, and takes no place.
            return;
        }
        context.fireChannelActive();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        open--;
        context.fireChannelInactive();
    }
}
