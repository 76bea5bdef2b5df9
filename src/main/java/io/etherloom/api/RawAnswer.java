package io.etherloom.api;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;

/// A problem for a connection that has no decoder yet, or whose request will never be whole; then it is closed.
final class RawAnswer {
    private RawAnswer() {}

    static void send(ChannelHandlerContext context, HttpResponseStatus status, String detail) {
        var body = Json.bytes(Problem.of(status, detail));
        var head = "HTTP/1.1 " + status.code() + " " + status.reasonPhrase() + "\r\nContent-Type: " + Problem.MEDIA_TYPE + "\r\nContent-Length: " + body.length
            + "\r\nRetry-After: 1\r\nConnection: close\r\n\r\n";
        LingeringClose.after(context.writeAndFlush(Unpooled.wrappedBuffer(head.getBytes(StandardCharsets.US_ASCII), body)));
    }
}
