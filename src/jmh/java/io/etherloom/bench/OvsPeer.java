package io.etherloom.bench;

import java.nio.file.Path;
import java.util.List;

/// Open vSwitch with its userspace datapath, as it must be used where there is no kernel module for it. Its ports are TAPs that it opens
/// itself (`type=internal` of a `netdev` bridge), with the offloads that it offers.
final class OvsPeer {
    private static final Path DAEMON = Path.of("/usr/lib/openvswitch-switch/ovs-vswitchd");

    private OvsPeer() {}

    /// @param prefix of its namespaces in the ground
    static Peer start(Run run, Ground ground, String prefix) throws Unavailable {
        Commands.require(DAEMON, "openvswitch-switch");
        var middle = ground.namespace(prefix);
        var left = ground.namespace(prefix + "-a");
        var right = ground.namespace(prefix + "-b");
        ground.quiet(middle);
        var daemons = OvsDaemons.start(run, middle, DAEMON, List.of());
        daemons.configure("add-br", "br0", "--", "set", "bridge", "br0", "datapath_type=netdev", "fail-mode=standalone",
            "--", "add-port", "br0", "to-a", "--", "set", "interface", "to-a", "type=internal",
            "--", "add-port", "br0", "to-b", "--", "set", "interface", "to-b", "type=internal");
        ground.move(middle, "to-a", left);
        ground.move(middle, "to-b", right);
        ground.address(left, Peer.SENDER);
        ground.address(right, Peer.RECEIVER);
        return new Peer(Subject.OVS, left, List.of(right), List.of(daemons.vSwitch()));
    }
}
