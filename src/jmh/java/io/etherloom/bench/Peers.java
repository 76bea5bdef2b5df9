package io.etherloom.bench;

import io.etherloom.linux.Processes;
import java.util.ArrayList;
import java.util.List;

/// Everybody who carries frames between two namespaces, as a measure from TAP to TAP compares them.
final class Peers {
    private static final List<String> NAMES = List.of("relay-a", "relay-b", "threads-a", "threads-b", "bridge", "bridge-a", "bridge-b", "ovs", "ovs-a", "ovs-b",
        "vde", "vde-a", "vde-b");

    private Peers() {}

    /// Each as it is by default.
    ///
    /// @throws Unavailable if this machine does not let us make any
    static List<Run.Lane> all(Run run) throws Unavailable {
        return all(run, false);
    }

    /// The same for measures under load, where it shows what threads cost a relay.
    static List<Run.Lane> loaded(Run run) throws Unavailable {
        return all(run, true);
    }

    private static List<Run.Lane> all(Run run, boolean isLoaded) throws Unavailable {
        requireRoot();
        var lanes = new ArrayList<Run.Lane>();
        run.add(lanes, Subject.ETHERLOOM, "", () -> Lab.oneHost(run, "one", 2, ""));
        var ground = Ground.of(run, NAMES);
        run.add(lanes, Subject.RELAY, "", () -> RelayPeer.start(run, ground, "relay", RelayPeer.DEFAULT));
        if (isLoaded) {
            run.add(lanes, Subject.RELAY_THREADS, "", () -> RelayPeer.withThreads(run, ground, "threads"));
        }
        run.add(lanes, Subject.BRIDGE, "", () -> BridgePeer.start(run, ground, "bridge"));
        run.add(lanes, Subject.OVS, "", () -> OvsPeer.start(run, ground, "ovs"));
        run.add(lanes, Subject.VDE, "", () -> VdePeer.start(run, ground, "vde"));
        return lanes;
    }

    /// Those who never sleep while they wait for a frame, and the bridge, which works in the sender's thread and has nothing to wake.
    static List<Run.Lane> polling(Run run) throws Unavailable {
        requireRoot();
        var lanes = new ArrayList<Run.Lane>();
        run.add(lanes, Subject.ETHERLOOM, "", () -> {
            Lab.require(Lab.BUSY_POLL);
            return Lab.oneHost(run, "busy", 2, Lab.BUSY_POLL);
        });
        var ground = Ground.of(run, NAMES);
        run.add(lanes, Subject.RELAY, "", () -> RelayPeer.start(run, ground, "relay", RelayPeer.BUSY));
        run.add(lanes, Subject.BRIDGE, "", () -> BridgePeer.start(run, ground, "bridge"));
        return lanes;
    }

    static void requireRoot() throws Unavailable {
        if (Processes.effectiveUser() != 0) {
            throw new Unavailable("it needs root, for namespaces and TAPs of its own");
        }
    }
}
