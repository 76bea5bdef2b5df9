package io.etherloom.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// `vde_switch` with a TAP to each side, as it opens them itself.
final class VdePeer {
    private VdePeer() {}

    /// @param prefix of its namespaces in the ground
    static Peer start(Run run, Ground ground, String prefix) throws Unavailable {
        Commands.require("vde_switch", "vde2");
        var middle = ground.namespace(prefix);
        var control = run.scratch().file(prefix + "-control");
        var command = new ArrayList<>(List.of("ip", "netns", "exec", middle));
        command.addAll(Cpus.on(Cpus.SWITCH));
        command.addAll(List.of("vde_switch", "-s", control.toString(), "-tap", "to-a", "-tap", "to-b"));
        var process = run.scratch().start(control.resolve("ctl"), command, Map.of());
        var left = ground.namespace(prefix + "-a");
        var right = ground.namespace(prefix + "-b");
        ground.move(middle, "to-a", left);
        ground.move(middle, "to-b", right);
        ground.address(left, Peer.SENDER);
        ground.address(right, Peer.RECEIVER);
        return new Peer(Subject.VDE, left, List.of(right), List.of(process));
    }
}
