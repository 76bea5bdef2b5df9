package io.etherloom.api;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/// Hands on a request whose body is read while it comes as soon as its head is there, and gives the body its pieces. Runs on the event loop.
final class UploadReader extends ChannelInboundHandlerAdapter {
    private @Nullable UploadedBody current;

    /// A request that has begun: it passes for a whole one whose body is empty.
    static final class Begun extends DefaultFullHttpRequest {
        private final UploadedBody upload;

        private Begun(HttpRequest head, UploadedBody upload) {
            super(head.protocolVersion(), head.method(), head.uri(), Unpooled.EMPTY_BUFFER, head.headers(), EmptyHttpHeaders.INSTANCE);
            this.upload = upload;
        }

        UploadedBody upload() {
            return upload;
        }
    }

    /// Whether the route of a request reads its body while it comes.
    static boolean isUpload(HttpRequest request) {
        return request.method().equals(HttpMethod.POST) && request.uri().startsWith("/v1/replay/") && request.decoderResult().isSuccess();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpRequest head && !(message instanceof FullHttpRequest)) {
            if (HttpUtil.is100ContinueExpected(head)) {
                context.writeAndFlush(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER));
            }
            var upload = new UploadedBody(context.channel());
            current = upload;
            context.fireChannelRead(new Begun(head, upload));
        } else if (message instanceof HttpContent content && current != null) {
            take(current, content);
        } else {
            context.fireChannelRead(message);
        }
    }

    private void take(UploadedBody upload, HttpContent content) {
        try {
            if (content.decoderResult().isFailure()) {
                upload.broken();
                return;
            }
            upload.add(content.content());
            if (content instanceof LastHttpContent) {
                upload.complete();
                current = null;
            }
        } finally {
            ReferenceCountUtil.release(content);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (current != null) {
            current.readOnce();
        }
        context.fireChannelReadComplete();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (current != null) {
            current.broken();
        }
        context.fireChannelInactive();
    }
}
