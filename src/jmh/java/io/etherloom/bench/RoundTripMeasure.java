package io.etherloom.bench;

import java.util.ArrayList;
import java.util.List;

/// How long a frame takes there and back, by `bench/probe.c`, which polls on a processor of its own and needs nobody to answer.
final class RoundTripMeasure implements Measure {
    private static final double NANOS = 1e-9;

    private final boolean isBusy;
    private final String name;

    /// @param isBusy whether those who are compared poll for ever and one probe follows the other; else they wait as they do by
    ///     default, and are asleep when a probe comes
    RoundTripMeasure(boolean isBusy) {
        this.isBusy = isBusy;
        name = isBusy ? "round trip, polling" : "round trip, sleeping";
    }

    Quantity median() {
        return Quantity.cost(name + ", p50", Unit.MICROSECONDS);
    }

    Quantity p99() {
        return Quantity.cost(name + ", p99", Unit.MICROSECONDS);
    }

    Quantity p999() {
        return Quantity.cost(name + ", p99.9", Unit.MICROSECONDS);
    }

    @Override
    public String id() {
        return isBusy ? "rtt-busy" : "rtt";
    }

    @Override
    public String title() {
        return isBusy ? "round trips through those who poll" : "round trips through those who sleep";
    }

    @Override
    public void measure(Run run) throws Unavailable {
        var probe = RelayPeer.compile(run, "probe").toString();
        var lanes = isBusy ? Peers.polling(run) : Peers.all(run);
        run.takeTurns(lanes, (peer, seconds) -> {
            var command = new ArrayList<>(Cpus.on(Cpus.SENDER));
            // Some 10 µs a probe, or the pause and what waking takes.
            command.addAll(List.of(probe, Long.toString(Math.round(seconds * (isBusy ? 50_000 : 1_000))), isBusy ? "0" : "700",
                peer.left() + "/" + Peer.INTERFACE, peer.right() + "/" + Peer.INTERFACE));
            var words = run.scratch().run(command).strip().split(" ");
            return List.of(new Run.Value(median(), Double.parseDouble(words[2]) * NANOS), new Run.Value(p99(), Double.parseDouble(words[3]) * NANOS),
                new Run.Value(p999(), Double.parseDouble(words[4]) * NANOS));
        });
    }
}
