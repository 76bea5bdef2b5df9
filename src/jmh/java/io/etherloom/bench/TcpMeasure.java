package io.etherloom.bench;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// One TCP flow of iperf3 at full speed. Sender and receiver are where the scheduler puts them; only the peer is pinned.
final class TcpMeasure implements Measure {
    static final Quantity GIGABITS = new Quantity("TCP, one flow", "Gbit/s");

    private static final JsonMapper JSON = new JsonMapper();

    private final Scratch scratch;
    private final Set<Peer> served = new HashSet<>();

    TcpMeasure(Scratch scratch) {
        this.scratch = scratch;
    }

    @Override
    public String name() {
        return "TCP from TAP to TAP";
    }

    @Override
    public @Nullable String missing() {
        return Bed.hasCommand("iperf3") ? null : "TCP left out: there is no iperf3";
    }

    @Override
    public List<Value> measure(Peer peer, double seconds) {
        if (served.add(peer)) {
            scratch.start("Server listening", List.of("ip", "netns", "exec", peer.right(), "iperf3", "-s", "--forceflush"));
        }
        // The first half second is slow start, and belongs to TCP.
        var report = scratch.run("ip", "netns", "exec", peer.left(), "iperf3", "-c", Peer.RECEIVER, "-J", "-O", "0.5",
            "-t", Integer.toString((int) Math.max(1, Math.round(seconds))));
        return List.of(new Value(GIGABITS, JSON.readTree(report).at("/end/sum_received/bits_per_second").asDouble() / 1e9));
    }
}
