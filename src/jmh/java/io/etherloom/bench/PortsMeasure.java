package io.etherloom.bench;

import java.util.ArrayList;
import java.util.List;

/// Two busy TAPs among few and among many: what ports cost that have nothing to say.
final class PortsMeasure implements Measure {
    static final Quantity AMONG_2 = quantity(2);
    static final Quantity AMONG_10 = quantity(10);
    static final Quantity AMONG_1000 = quantity(1000);

    private static Quantity quantity(int ports) {
        return Quantity.rate("60-byte frames, 2 busy of %,d TAPs".formatted(ports), Unit.FRAMES);
    }

    @Override
    public String id() {
        return "ports";
    }

    @Override
    public String title() {
        return "two busy TAPs among 2, 10 and 1,000";
    }

    @Override
    public void measure(Run run) throws Unavailable {
        Peers.requireRoot();
        var frames = new FramesMeasure();
        var lanes = new ArrayList<Run.Lane>();
        for (int ports : List.of(2, 10, 1000)) {
            run.add(lanes, Subject.ETHERLOOM, "", () -> Lab.oneHost(run, "ports" + ports, ports, ""));
        }
        run.takeTurns(lanes, (peer, seconds) ->
            List.of(new Run.Value(quantity(peer.receivers().size() + 1), frames.unicast(peer, seconds).received())));
    }
}
