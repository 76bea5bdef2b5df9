package io.etherloom.docker;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// Lets Docker call a [NetworkDriver]: HTTP on a unix socket of mode 0600, each call on a virtual thread of its own. What cannot be done is answered as
/// `{"Err": …}`, which Docker shows to its user. The socket's file goes with this.
public final class PluginServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PluginServer.class);
    private static final String MEDIA_TYPE = "application/vnd.docker.plugins.v1.1+json";
    private static final int MAX_BODY_SIZE = 1024 * 1024;

    private final NetworkDriver driver;
    private final Path socket;
    private final MultiThreadIoEventLoopGroup loop = new MultiThreadIoEventLoopGroup(
        1, Thread.ofPlatform().daemon().name("docker-plugin").factory(), NioIoHandler.newFactory());

    private PluginServer(NetworkDriver driver, Path socket) {
        this.driver = driver;
        this.socket = socket;
    }

    /// Opens the socket; a file that a killed one has left is replaced.
    ///
    /// @throws Refused when another one serves there
    public static PluginServer start(NetworkDriver driver, Path socket) throws IOException {
        Files.createDirectories(socket.toAbsolutePath().getParent());
        if (isServed(socket)) {
            throw new Refused("another plugin serves " + socket + " already; end it, or give this one another --socket");
        }
        Files.deleteIfExists(socket);
        var server = new PluginServer(driver, socket);
        try {
            server.listen();
            return server;
        } catch (IOException | RuntimeException e) {
            server.close();
            throw e;
        }
    }

    private static boolean isServed(Path socket) {
        try (var _ = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private void listen() throws IOException {
        var bootstrap = new ServerBootstrap().group(loop).channel(NioServerDomainSocketChannel.class).childHandler(new ChannelInitializer<Channel>() {
            @Override
            protected void initChannel(Channel channel) {
                channel.pipeline().addLast(new HttpServerCodec(), new HttpObjectAggregator(MAX_BODY_SIZE), new Handler());
            }
        });
        var bound = bootstrap.bind(UnixDomainSocketAddress.of(socket)).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException("cannot listen on " + socket + ": " + bound.cause().getMessage(), bound.cause());
        }
        Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
    }

    private final class Handler extends SimpleChannelInboundHandler<FullHttpRequest> {
        @Override
        protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
            var method = request.uri().replaceFirst("^/", "");
            var text = request.content().toString(StandardCharsets.UTF_8);
            boolean isKept = HttpUtil.isKeepAlive(request);
            // Docker sends one call after the other on a connection.
            Thread.startVirtualThread(() -> write(context, answer(method, text), isKept));
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close();
        }
    }

    private Map<String, Object> answer(String method, String text) {
        try {
            LOG.debug("event=docker-call method={} body={}", method, text);
            return driver.answer(method, JsonMapper.shared().readTree(text.isBlank() ? "{}" : text));
        } catch (Refused | JacksonException e) {
            LOG.warn("event=docker-call-refused method={} reason=\"{}\"", method, e.getMessage());
            return Map.of("Err", String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            LOG.error("event=docker-call-failed method={}", method, e);
            return Map.of("Err", "the driver of Etherloom failed, see its log: " + e);
        }
    }

    private static void write(ChannelHandlerContext context, Map<String, Object> answer, boolean isKept) {
        var body = Unpooled.wrappedBuffer(JsonMapper.shared().writeValueAsBytes(answer));
        var response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK, body);
        response.headers().set(HttpHeaderNames.CONTENT_TYPE, MEDIA_TYPE).setInt(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes());
        var written = context.writeAndFlush(response);
        if (!isKept) {
            written.addListener(ChannelFutureListener.CLOSE);
        }
    }

    @Override
    public void close() {
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
        try {
            Files.deleteIfExists(socket);
        } catch (IOException e) {
            LOG.warn("event=socket-left path={} reason=\"{}\"", socket, e.getMessage());
        }
    }
}
