package io.etherloom.bench;

import java.util.List;

/// A bridge of the kernel with a veth pair to each side, offloads as the kernel sets them.
final class BridgePeer {
    private static final String BRIDGE = "br0";

    private BridgePeer() {}

    /// @param prefix of its namespaces in the ground
    static Peer start(Run run, Ground ground, String prefix) {
        var scratch = run.scratch();
        var middle = ground.namespace(prefix);
        var left = ground.namespace(prefix + "-a");
        var right = ground.namespace(prefix + "-b");
        ground.quiet(middle);
        scratch.run("ip", "-n", middle, "link", "add", BRIDGE, "up", "type", "bridge");
        for (var side : List.of(left, right)) {
            var port = side.equals(left) ? "to-a" : "to-b";
            scratch.run("ip", "-n", side, "link", "add", Peer.INTERFACE, "type", "veth", "peer", "name", port, "netns", middle);
            scratch.run("ip", "-n", middle, "link", "set", port, "master", BRIDGE, "up");
        }
        ground.address(left, Peer.SENDER);
        ground.address(right, Peer.RECEIVER);
        return new Peer(Subject.BRIDGE, left, List.of(right), List.of());
    }
}
