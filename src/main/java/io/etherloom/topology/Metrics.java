package io.etherloom.topology;

import java.net.InetAddress;

/// Where metrics are served.
///
/// @param address numeric address to listen on
/// @param port    TCP port, 1-65535
public record Metrics(InetAddress address, int port) {
    /// 127.0.0.1:9480.
    public static final Metrics DEFAULT = new Metrics(InetAddress.ofLiteral("127.0.0.1"), 9480);
}
