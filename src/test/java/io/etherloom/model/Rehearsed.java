package io.etherloom.model;

import io.etherloom.frame.CapturePoint;
import io.etherloom.frame.FrameSwitch;
import io.etherloom.trace.Rehearsal;
import io.etherloom.trace.Step;
import io.etherloom.wire.Tag;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// Foretells what a switch will do with each frame, and compares it with what the switch then does.
final class Rehearsed implements AutoCloseable {
    private final FrameSwitch subject;
    private final Map<Integer, String> names;
    private final Rehearsal rehearsal;

    Rehearsed(FrameSwitch subject, Map<Integer, String> names) {
        this.subject = subject;
        this.names = names;
        rehearsal = new Rehearsal(names.keySet().stream().map(index -> new Rehearsal.Port(index, true, 80, null)).toList());
    }

    /// Rehearses, lets it happen, and compares what happens at once. Before that it rehearses what will not happen: the same frame at another
    /// port, which must leave nothing behind.
    Outcome carry(int port, byte[] frame, long nowNanos, Supplier<Outcome> live) {
        rehearsal.stand(subject);
        rehearsal.carry((port + 1) % names.size(), frame, nowNanos);
        rehearsal.stand(subject);
        var foretold = outcome(port, rehearsal.carry(port, frame, nowNanos), nowNanos);
        var outcome = live.get();
        if (!foretold.equals(outcome)) {
            throw new AssertionError("of %s at %s was foretold:%s%n   and it became:%s".formatted(
                    Delivery.text(frame), names.get(port), foretold, outcome));
        }
        return outcome;
    }

    private Outcome outcome(int port, List<Step> steps, long nowNanos) {
        var deliveries = new ArrayList<Delivery>();
        var drops = new ArrayList<Drop>();
        for (var step : steps) {
            var reason = step.reason();
            if (step.atNanos() == nowNanos && reason != null) {
                drops.add(new Drop(names.get(port), reason));
            } else if (step.atNanos() == nowNanos && step.point() == CapturePoint.VNIC_RX) {
                deliveries.add(new Delivery(names.get(step.port()), wire(step)));
            }
        }
        return new Outcome(deliveries, drops);
    }

    private static byte[] wire(Step step) {
        return Tag.isPresent(step.tag()) ? WireFrame.tag(step.frame(), Tag.tagControl(step.tag())) : step.frame().clone();
    }

    @Override
    public void close() {
        rehearsal.close();
    }
}
