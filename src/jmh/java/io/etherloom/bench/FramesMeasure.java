package io.etherloom.bench;

import io.etherloom.linux.Netns;
import io.etherloom.linux.Rtnetlink;
import java.util.ArrayList;
import java.util.List;

/// Frames of 60 octets from a [Generator]. What counts is what the receiving interfaces got; the sender may be faster than the peer.
final class FramesMeasure implements Measure {
    static final Quantity FRAMES = Quantity.rate("60-byte frames", Unit.FRAMES);
    static final Quantity OFFERED = Quantity.rate("60-byte frames offered", Unit.FRAMES);
    static final String TWO_HOSTS = "over two hosts";

    private static final long RAMP_MILLIS = 300;

    private final Netns netns = new Netns();

    @Override
    public String id() {
        return "frames";
    }

    @Override
    public String title() {
        return "small frames from TAP to TAP";
    }

    @Override
    public boolean isIn(Arguments.Extent extent) {
        return true;
    }

    @Override
    public void measure(Run run) throws Unavailable {
        var lanes = new ArrayList<>(Peers.loaded(run));
        run.add(lanes, Subject.ETHERLOOM, TWO_HOSTS, () -> Lab.twoHosts(run, "two", ""));
        run.takeTurns(lanes, (peer, seconds) -> {
            var rates = unicast(peer, seconds);
            return List.of(new Run.Value(FRAMES, rates.received()), new Run.Value(OFFERED, rates.offered()));
        });
    }

    /// @param received frames/s, of all receivers together
    /// @param offered frames/s that the sender passed to its interface
    record Rates(double received, double offered) {}

    /// From the left side to the first receiver.
    Rates unicast(Peer peer, double seconds) {
        Generator.announce(netns, peer.right());
        return rates(peer, netns.call(peer.right(), () -> {
            try (var rtnetlink = Rtnetlink.open()) {
                return rtnetlink.link(Peer.INTERFACE).mac();
            }
        }), List.of(peer.right()), seconds);
    }

    /// From the left side to all.
    Rates broadcast(Peer peer, double seconds) {
        return rates(peer, Generator.BROADCAST, peer.receivers(), seconds);
    }

    private Rates rates(Peer peer, long destination, List<String> receivers, double seconds) {
        var sockets = new ArrayList<Rtnetlink>();
        try (var sender = netns.call(peer.left(), Rtnetlink::open); var _ = new Generator(netns, peer.left(), destination)) {
            for (var receiver : receivers) {
                sockets.add(netns.call(receiver, Rtnetlink::open));
            }
            Scratch.sleep(RAMP_MILLIS);
            long offered = offered(sender);
            long received = received(sockets);
            long begin = System.nanoTime();
            Scratch.sleep((long) (seconds * 1000));
            received = received(sockets) - received;
            double elapsed = (System.nanoTime() - begin) / 1e9;
            return new Rates(received / elapsed, (offered(sender) - offered) / elapsed);
        } finally {
            sockets.forEach(Rtnetlink::close);
        }
    }

    private static long received(List<Rtnetlink> receivers) {
        return receivers.stream().mapToLong(it -> it.link(Peer.INTERFACE).statistics().rxPackets()).sum();
    }

    private static long offered(Rtnetlink sender) {
        var statistics = sender.link(Peer.INTERFACE).statistics();
        return statistics.txPackets() + statistics.txDropped();
    }
}
