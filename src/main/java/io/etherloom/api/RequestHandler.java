package io.etherloom.api;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufOutputStream;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.handler.timeout.IdleStateEvent;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The requests of one connection, one at a time: the channel is read by hand, and the next request is asked for when this one is
/// answered. Requests that came in one read with it wait their turn. Runs on the event loop except [#answer], which runs on the request's virtual thread.
final class RequestHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
    private static final Logger LOG = LoggerFactory.getLogger(RequestHandler.class);

    private final Router router;
    private final Access access;
    private final Semaphore streams;
    private final RequestDeadline deadline;
    private final String version;
    private final ArrayDeque<FullHttpRequest> waiting = new ArrayDeque<>();
    private boolean isBusy;
    /// Of the request that is being answered; event loop.
    private @Nullable UploadedBody uploaded;
    private volatile @Nullable StreamedBody streamed;

    /// @param streams one permit for each stream that the listener may still carry
    /// @param deadline of this connection
    RequestHandler(Router router, Access access, Semaphore streams, RequestDeadline deadline, String version) {
        this.router = router;
        this.access = access;
        this.streams = streams;
        this.deadline = deadline;
        this.version = version;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        context.read();
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest message) {
        var body = streamed;
        if (body != null) {
            // A stream reads on while it is answered, to learn that the client has gone. Who asks for something else has had enough of it,
            // and gets its end, but no second answer.
            body.enough();
        } else if (isBusy) {
            waiting.add(message.retain());
        } else {
            begin(context.channel(), message);
        }
    }

    private void begin(Channel channel, FullHttpRequest message) {
        isBusy = true;
        deadline.whole();
        if (message.decoderResult().isFailure()) {
            send(channel, Answer.problem(malformed(message.decoderResult().cause())), false);
            return;
        }
        boolean keepsAlive = HttpUtil.isKeepAlive(message);
        var headers = headers(message);
        var body = ByteBufUtil.getBytes(message.content());
        var method = message.method();
        var uri = message.uri();
        var upload = message instanceof UploadReader.Begun begun ? begun.upload() : null;
        uploaded = upload;
        Thread.ofVirtual().name("request " + method + " " + uri).start(() -> {
            try {
                answer(channel, Request.of(method, uri, headers, body, upload), keepsAlive);
            } catch (IllegalArgumentException e) {
                send(channel, Answer.problem(Problem.of(HttpResponseStatus.BAD_REQUEST, "The address is malformed: " + e.getMessage())), false);
            }
        });
    }

    private static Map<String, String> headers(FullHttpRequest message) {
        var headers = new HashMap<String, String>();
        message.headers().forEach(header -> headers.putIfAbsent(header.getKey().toLowerCase(Locale.ROOT), header.getValue()));
        return headers;
    }

    private void answer(Channel channel, Request request, boolean keepsAlive) {
        Answer answer;
        try {
            answer = router.answer(request, access);
        } catch (Throwable fault) { // Errors too: an answer is owed, whatever happened.
            answer = problem(request, fault);
        }
        switch (answer) {
            // What has come of a body that is refused is nobody's next request.
            case Answer.Whole whole -> send(channel, whole, keepsAlive && request.upload() == null);
            case Answer.Written written -> send(channel, request, written, keepsAlive && request.upload() == null);
            case Answer.Stream stream when streams.tryAcquire() -> {
                try {
                    stream(channel, request, stream);
                } finally {
                    streams.release();
                }
            }
            case Answer.Stream _ -> send(channel, Answer.problem(Problem.of(HttpResponseStatus.SERVICE_UNAVAILABLE,
                "Too many captures, events and other streams go on already; end one of them."), Map.of("Retry-After", "1")), false);
        }
    }

    private static Answer.Whole problem(Request request, Throwable fault) {
        var problem = Problem.of(fault);
        if (problem.status() == HttpResponseStatus.INTERNAL_SERVER_ERROR.code()) {
            LOG.error("event=request-failed method={} path={}", request.method(), request.path(), fault);
        }
        return Answer.problem(problem);
    }

    private void stream(Channel channel, Request request, Answer.Stream stream) {
        var body = new StreamedBody(channel, stream.mediaType(), version);
        streamed = body;
        var upload = request.upload();
        if (upload == null) {
            channel.eventLoop().execute(() -> channel.config().setAutoRead(true));
        }
        try {
            stream.writer().write(body, body::isOver);
            if (upload != null) {
                upload.unwanted();
            }
            LingeringClose.after(body.end());
        } catch (Throwable fault) {
            if (body.isGone()) {
                return; // Nobody listens: the client has gone, or this server is closing.
            }
            if (!body.isStarted()) {
                send(channel, problem(request, fault), false);
                return;
            }
            // The status is out: only a body that does not end can still say that it is not whole.
            if (!(fault instanceof IOException)) {
                LOG.error("event=stream-failed path={}", request.path(), fault);
            }
            channel.close();
        }
    }

    private void send(Channel channel, Request request, Answer.Written written, boolean keepsAlive) {
        var body = channel.alloc().directBuffer();
        try {
            written.content().write(new ByteBufOutputStream(body));
        } catch (Throwable fault) {
            body.release();
            send(channel, problem(request, fault), keepsAlive);
            return;
        }
        send(channel, HttpResponseStatus.OK, written.mediaType(), body, Map.of(), keepsAlive);
    }

    private void send(Channel channel, Answer.Whole whole, boolean keepsAlive) {
        var sent = send(channel, whole.status(), whole.mediaType(), Unpooled.wrappedBuffer(whole.body()), whole.headers(), keepsAlive);
        if (!channel.eventLoop().inEventLoop()) {
            // Whoever has asked for the end of the lab shall hear the answer before the lab ends.
            sent.awaitUninterruptibly(1_000);
            whole.afterwards().run();
        }
    }

    /// @param body belongs to the connection from now on
    private ChannelFuture send(Channel channel, HttpResponseStatus status, String mediaType, ByteBuf body, Map<String, String> headers, boolean keepsAlive) {
        var response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, body);
        response.headers().set(ApiServer.VERSION_HEADER, version);
        if (!mediaType.isEmpty()) {
            response.headers().set(HttpHeaderNames.CONTENT_TYPE, mediaType);
        }
        if (status.code() != HttpResponseStatus.NO_CONTENT.code()) {
            HttpUtil.setContentLength(response, body.readableBytes());
        }
        headers.forEach((name, value) -> response.headers().set(name, value));
        if (!keepsAlive) {
            response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
        return channel.writeAndFlush(response).addListener((ChannelFutureListener) future -> next(future, keepsAlive));
    }

    private void next(ChannelFuture sent, boolean keepsAlive) {
        isBusy = false;
        deadline.answered();
        var upload = uploaded;
        uploaded = null;
        if (upload != null) {
            upload.unwanted();
        }
        if (!keepsAlive || !sent.isSuccess()) {
            LingeringClose.after(sent);
            return;
        }
        var message = waiting.poll();
        if (message == null) {
            sent.channel().read();
            return;
        }
        begin(sent.channel(), message);
        message.release();
    }

    private static Problem malformed(Throwable cause) {
        return switch (cause) {
            case TooLongHttpLineException _ -> Problem.of(HttpResponseStatus.REQUEST_URI_TOO_LONG,
                "The request line is longer than " + ApiServer.MAX_LINE_SIZE + " octets.");
            case TooLongHttpHeaderException _ -> Problem.of(HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
                "The headers are longer than " + ApiServer.MAX_HEADER_SIZE + " octets.");
            default -> Problem.of(HttpResponseStatus.BAD_REQUEST, "This is not HTTP: " + cause.getMessage());
        };
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        recheckStream();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        waiting.forEach(FullHttpRequest::release);
        waiting.clear();
        recheckStream();
    }

    private void recheckStream() {
        var body = streamed;
        if (body != null) {
            body.recheck();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof IdleStateEvent && !isBusy) {
            context.close();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        // A peer that went away in the middle is its own affair.
        if (!(cause instanceof IOException)) {
            LOG.warn("event=connection-failed", cause);
        }
        context.close();
    }
}
