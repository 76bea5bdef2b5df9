package io.etherloom.api;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;

/// Makes one message of a request and its body, and answers a body that is too large with a problem instead of an empty page.
final class BodyCollector extends HttpObjectAggregator {
    BodyCollector() {
        super(ApiServer.MAX_BODY_SIZE, true);
    }

    /// The body of an upload is not collected.
    @Override
    public boolean acceptInboundMessage(Object message) throws Exception {
        return super.acceptInboundMessage(message) && !(message instanceof HttpRequest request && UploadReader.isUpload(request));
    }

    @Override
    protected void handleOversizedMessage(ChannelHandlerContext context, HttpMessage oversized) {
        var status = HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE;
        var problem = Answer.problem(Problem.of(status, "A body may have " + ApiServer.MAX_BODY_SIZE + " octets."));
        var response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, Unpooled.wrappedBuffer(problem.body()));
        response.headers().set(HttpHeaderNames.CONTENT_TYPE, Problem.MEDIA_TYPE)
            .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        HttpUtil.setContentLength(response, problem.body().length);
        LingeringClose.after(context.writeAndFlush(response));
    }
}
