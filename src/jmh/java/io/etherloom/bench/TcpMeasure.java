package io.etherloom.bench;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.json.JsonMapper;

/// One TCP flow of iperf3 at full speed.
final class TcpMeasure implements Measure {
    static final Quantity TCP = Quantity.rate("TCP, one flow", Unit.GIGABITS);

    private static final JsonMapper JSON = JsonMapper.shared();

    private final Set<Peer> served = new HashSet<>();

    @Override
    public String id() {
        return "tcp";
    }

    @Override
    public String title() {
        return "TCP from TAP to TAP";
    }

    @Override
    public boolean isIn(Arguments.Extent extent) {
        return true;
    }

    @Override
    public void measure(Run run) throws Unavailable {
        Commands.require("iperf3", "iperf3");
        var lanes = new ArrayList<>(Peers.loaded(run));
        run.add(lanes, Subject.ETHERLOOM, FramesMeasure.TWO_HOSTS, () -> Lab.twoHosts(run, "two", ""));
        run.takeTurns(lanes, (peer, seconds) -> List.of(new Run.Value(TCP, bitsPerSecond(run, peer, seconds))));
    }

    private double bitsPerSecond(Run run, Peer peer, double seconds) {
        if (served.add(peer)) {
            run.scratch().start("Server listening", iperf(peer.right(), Cpus.RECEIVER, "-s", "--forceflush"));
        }
        // The first half second is slow start, and belongs to TCP.
        var report = run.scratch().run(iperf(peer.left(), Cpus.SENDER, "-c", Peer.RECEIVER, "-J", "-O", "0.5", "--connect-timeout", "3000",
            "-t", Integer.toString((int) Math.max(1, Math.round(seconds)))));
        return JSON.readTree(report).at("/end/sum_received/bits_per_second").asDouble();
    }

    private static List<String> iperf(String namespace, int cpu, String... words) {
        var command = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
        command.addAll(Cpus.on(cpu));
        command.add("iperf3");
        command.addAll(List.of(words));
        return command;
    }
}
