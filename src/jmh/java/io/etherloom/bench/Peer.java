package io.etherloom.bench;

/// One of those that are compared: something that carries frames between `eth0` in two namespaces.
///
/// @param name as the table calls it
/// @param left namespace that sends
/// @param right namespace that receives and answers; its `eth0` has the address [#RECEIVER]
record Peer(String name, String left, String right) {
    static final String ETHERLOOM = "Etherloom";
    static final String RELAY = "bare relay";
    static final String BRIDGE = "Linux bridge";
    static final String INTERFACE = "eth0";

    /// IPv4 address of the sending side, the same for all peers, as they live in namespaces of their own.
    static final String SENDER = "10.9.0.1";

    /// IPv4 address of the receiving side.
    static final String RECEIVER = "10.9.0.2";

    static final int PREFIX = 24;
}
