package io.etherloom.api;

import io.etherloom.lab.LabControl;
import io.etherloom.lab.LabException;
import io.etherloom.lab.view.LabView;
import io.etherloom.metrics.LabMetrics;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.timeout.IdleStateHandler;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;

/// Serves one lab: every route on a unix socket of mode 0600 and, where that is wanted, on a TCP address for whom [Access] lets in; `/metrics`
/// and `/health` on a TCP port of their own. May be used by any thread.
///
/// Limits: [#MAX_BODY_SIZE], [#MAX_HEADER_SIZE], those of [Limits], and a minute of silence on a connection without a request. Beyond them a
/// request is answered with a problem, then the connection closed.
public final class ApiServer implements AutoCloseable {
    /// The header by which every answer tells the lab's version.
    public static final String VERSION_HEADER = "Etherloom-Version";
    /// A topology has 4 MiB at most; a little more is let in so that the lab, not HTTP, refuses a larger one.
    static final int MAX_BODY_SIZE = 4 * 1024 * 1024 + 64 * 1024;
    static final int MAX_HEADER_SIZE = 16 * 1024;
    static final int MAX_LINE_SIZE = 8 * 1024;
    private static final int METRICS_CONNECTIONS = 32;
    private static final int IDLE_SECONDS = 60;
    private static final int KEEPALIVE_SECONDS = 60;
    private static final int PORTS_TRIED = 100;

    private final LabControl lab;
    private final Path socket;
    private final String version;
    private final LabMetrics metrics;
    private final LabRoutes routes;
    private final MultiThreadIoEventLoopGroup loop;
    private @Nullable InetSocketAddress metricsAddress;
    private @Nullable InetSocketAddress apiAddress;
    private final Limits limits;

    /// How a lab is served.
    ///
    /// @param socket  path of the unix socket; its folder is made with mode 0700 when it is missing
    /// @param metrics wanted address of the scrape endpoint; when its port is taken the next free one is used, 0 is any. Null for none
    /// @param version what `/v1/version` and [#VERSION_HEADER] say
    /// @param api wanted address of everything over TCP, port 0 is any; null for none
    /// @param token what everybody must show there; null for none, which loopback alone allows
    public record Options(Path socket, @Nullable InetSocketAddress metrics, String version, @Nullable InetSocketAddress api, @Nullable String token) {
        /// Nothing over TCP but metrics.
        public Options(Path socket, @Nullable InetSocketAddress metrics, String version) {
            this(socket, metrics, version, null, null);
        }

        public Options {
            if (api != null && token == null && !api.getAddress().isLoopbackAddress()) {
                throw new IllegalArgumentException(NEEDS_TOKEN);
            }
        }

        /// Why an address is refused.
        public static final String NEEDS_TOKEN = "without a token the API listens on loopback only, 127.0.0.1 or ::1; give --token-file for other addresses";
    }

    private ApiServer(LabControl lab, Options options, Limits limits, Runnable end) {
        this.limits = limits;
        this.lab = lab;
        this.socket = options.socket();
        this.version = options.version();
        this.metrics = new LabMetrics(lab::meters, version);
        this.routes = new LabRoutes(lab, this::view, metrics, version, end);
        this.loop = new MultiThreadIoEventLoopGroup(
            1, Thread.ofPlatform().daemon().name("api").factory(), NioIoHandler.newFactory());
    }

    /// Opens both listeners.
    ///
    /// @param end called on a request's thread after `/v1/shutdown` was answered; it shuts the lab down and closes this server
    /// @throws LabException of kind ENVIRONMENT when a listener cannot be opened; nothing stays open
    public static ApiServer start(LabControl lab, Options options, Runnable end) {
        return start(lab, options, Limits.DEFAULT, end);
    }

    static ApiServer start(LabControl lab, Options options, Limits limits, Runnable end) {
        var server = new ApiServer(lab, options, limits, end);
        try {
            server.listen(options);
        } catch (IOException e) {
            server.close();
            throw new LabException(LabException.Kind.ENVIRONMENT,
                "The lab cannot listen on " + options.socket() + ": " + e.getMessage(), e);
        } catch (RuntimeException e) {
            server.close();
            throw e;
        }
        // The first answer would otherwise pay for loading Jackson.
        Thread.ofVirtual().start(() -> Json.bytes(server.view()));
        return server;
    }

    /// The lab as it says of itself, with the addresses at which this server really listens.
    public LabView view() {
        var view = lab.lab();
        return new LabView(view.name(), view.pid(), socket.toString(), metricsUrl(), version, view.topology(), view.startedAt(),
            view.rootless(), apiUrl());
    }

    /// URL of the scrape endpoint with the port that was really bound; empty when there is none.
    public String metricsUrl() {
        var address = metricsAddress;
        return address == null ? "" : url(address) + "/metrics";
    }

    /// URL of everything over TCP, with the port that was really bound; empty when there is none.
    public String apiUrl() {
        var address = apiAddress;
        return address == null ? "" : url(address);
    }

    private static String url(InetSocketAddress address) {
        var host = address.getAddress().getHostAddress();
        return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
    }

    private void listen(Options options) throws IOException {
        var wanted = options.metrics();
        if (wanted != null) {
            metricsAddress = listenOnPort(wanted);
        }
        var api = options.api();
        if (api != null) {
            apiAddress = listenForAll(api, options.token());
        }
        var folder = socket.toAbsolutePath().getParent();
        if (folder != null && !Files.exists(folder)) {
            Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        Files.deleteIfExists(socket); // Of a lab of this name that was killed: whoever starts one has made sure that none lives.
        bind(NioServerDomainSocketChannel.class, UnixDomainSocketAddress.of(socket), routes.all(), new Access.Open(), limits.connections());
        Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
    }

    private InetSocketAddress listenForAll(InetSocketAddress wanted, @Nullable String token) {
        try {
            var access = token == null ? new Access.Loopback() : Access.Token.of(token);
            return (InetSocketAddress) bind(NioServerSocketChannel.class, wanted, routes.all(), access, limits.connections()).localAddress();
        } catch (IOException e) {
            throw new LabException(LabException.Kind.ENVIRONMENT, "The API cannot listen on " + wanted.getHostString() + ":" + wanted.getPort() + ": "
                + e.getMessage() + ".", e);
        }
    }

    private InetSocketAddress listenOnPort(InetSocketAddress wanted) throws IOException {
        for (int port = wanted.getPort(); ; port++) {
            try {
                var address = new InetSocketAddress(wanted.getAddress(), port);
                var channel = bind(NioServerSocketChannel.class, address, routes.scrapes(), new Access.Open(), METRICS_CONNECTIONS);
                return (InetSocketAddress) channel.localAddress();
            } catch (BindException e) {
                // An address that this machine does not have fails on every port alike.
                if (port - wanted.getPort() == PORTS_TRIED || port == 65_535) {
                    throw new LabException(LabException.Kind.ENVIRONMENT, "Metrics cannot be served on " + wanted.getHostString()
                        + ", ports " + wanted.getPort() + " to " + port + ": " + e.getMessage() + ".", e);
                }
            }
        }
    }

    private Channel bind(Class<? extends ServerChannel> kind, SocketAddress address, Router router, Access access, int connections)
            throws IOException {
        var streams = new Semaphore(limits.streams());
        var limit = new ConnectionLimit(connections);
        metrics.connections(kind == NioServerSocketChannel.class ? "tcp" : "socket", limit::open);
        var bootstrap = new ServerBootstrap();
        if (kind == NioServerSocketChannel.class) {
            // A client whose machine is gone says nothing, and a quiet stream to it would be kept for ever.
            bootstrap.childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE), KEEPALIVE_SECONDS)
                .childOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPINTERVAL), KEEPALIVE_SECONDS / 3)
                .childOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPCOUNT), 3);
        }
        var bound = bootstrap.group(loop).channel(kind)
            .childOption(ChannelOption.AUTO_READ, false)
            .childHandler(new ChannelInitializer<Channel>() {
                @Override
                protected void initChannel(Channel channel) {
                    var deadline = new RequestDeadline(limits.requestMillis());
                    channel.pipeline().addLast(
                        limit,
                        deadline,
                        new HttpServerCodec(new HttpDecoderConfig().setMaxInitialLineLength(MAX_LINE_SIZE).setMaxHeaderSize(MAX_HEADER_SIZE)),
                        new BodyCollector(),
                        new UploadReader(),
                        new IdleStateHandler(0, 0, IDLE_SECONDS, TimeUnit.SECONDS),
                        new RequestHandler(router, access, streams, deadline, version));
                }
            })
            .bind(address).awaitUninterruptibly();
        if (bound.cause() instanceof IOException refused) {
            throw refused;
        }
        return bound.syncUninterruptibly().channel();
    }

    /// Closes listeners and connections and removes the socket. A capture that is running ends.
    @Override
    public void close() {
        loop.shutdownGracefully(0, 500, TimeUnit.MILLISECONDS).awaitUninterruptibly(2_000);
        metrics.close();
        try {
            Files.deleteIfExists(socket);
        } catch (IOException _) {
            // The folder is removed by whoever made it, and says so when it cannot.
        }
    }
}
