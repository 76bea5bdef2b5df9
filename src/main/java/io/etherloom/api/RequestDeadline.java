package io.etherloom.api;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Ends a connection that takes too long to say what it wants: who sends an octet now and then keeps a place that others need. Stands before the
/// decoder; runs on the event loop.
final class RequestDeadline extends ChannelInboundHandlerAdapter {
    private final long millis;
    private @Nullable Future<?> running;
    private boolean isAnswering;

    RequestDeadline(long millis) {
        this.millis = millis;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (running == null && !isAnswering) {
            running = context.executor().schedule(() -> {
                RawAnswer.send(context, HttpResponseStatus.REQUEST_TIMEOUT, "A request has to be whole within " + millis + " ms.");
            }, millis, TimeUnit.MILLISECONDS);
        }
        context.fireChannelRead(message);
    }

    /// A request is whole; what comes meanwhile is the next one's, or an upload.
    void whole() {
        isAnswering = true;
        cancel();
    }

    /// It is answered.
    void answered() {
        isAnswering = false;
    }

    private void cancel() {
        var waiting = running;
        if (waiting != null) {
            waiting.cancel(false);
            running = null;
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        cancel();
        context.fireChannelInactive();
    }
}
