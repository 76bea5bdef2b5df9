package io.etherloom.bench;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.stream.IntStream;

/// Broadcast frames from one port to 100 local TAPs, each in a namespace of its own. What counts is what the receiving interfaces got,
/// beside the relay doing as many writes.
final class BroadcastMeasure implements Measure {
    static final int COPIES = 100;
    static final Quantity WRITES = Quantity.rate("broadcast to " + COPIES + " ports, copies", Unit.FRAMES);

    @Override
    public String id() {
        return "broadcast";
    }

    @Override
    public String title() {
        return "broadcast to " + COPIES + " TAPs";
    }

    @Override
    public void measure(Run run) throws Unavailable {
        Peers.requireRoot();
        var frames = new FramesMeasure();
        var lanes = new ArrayList<Run.Lane>();
        run.add(lanes, Subject.ETHERLOOM, "", () -> Lab.oneHost(run, "many", COPIES + 1, ""));
        var names = new LinkedHashSet<>(List.of("relay-a"));
        IntStream.rangeClosed(1, COPIES).forEach(it -> names.add("relay-b" + it));
        if (run.isWanted(Subject.RELAY)) {
            var ground = Ground.of(run, names);
            run.add(lanes, Subject.RELAY, "", () -> RelayPeer.copying(run, ground, "relay", COPIES));
        }
        run.takeTurns(lanes, (peer, seconds) -> List.of(new Run.Value(WRITES, frames.broadcast(peer, seconds).received())));
    }
}
