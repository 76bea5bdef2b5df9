package io.etherloom.scenario;

import io.etherloom.lab.LabControl;
import io.etherloom.lab.LabException;
import io.etherloom.linux.LinuxException;
import io.etherloom.traffic.TestFrame;
import io.etherloom.traffic.TrafficPort;
import io.etherloom.traffic.Trial;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.HdrHistogram.Histogram;

/// Runs trials on a lab, one after the other, each as RFC 2544, 23 has it: tell the switches where the receivers are, send, wait for the rest,
/// and let the lab come to rest. Reads the counters of all ports before and after, so that each loss has a place and a reason.
final class Course {
    private static final int LEARNING_FRAMES = 3;
    private static final int PROBES = 5;
    private static final long PROBE_NANOS = 1_000_000_000L;

    private final LabControl lab;
    private final List<Trial.Stream> streams;
    private final Rest rest;
    private final BooleanSupplier isOver;
    /// How many frames for each one offered end at a place for a reason when all arrive.
    private final Map<String, Double> usual = new HashMap<>();
    private Ledger ledger;

    /// How long is waited around a trial.
    ///
    /// @param learningNanos behind the learning frames
    /// @param residualNanos at most, for frames that are under way
    /// @param restingNanos  until the next trial
    record Rest(long learningNanos, long residualNanos, long restingNanos) {
        /// As long as the RFC wants it: 2, 2 and 5 s.
        static final Rest CONFORMANT = new Rest(2_000_000_000L, 2_000_000_000L, 5_000_000_000L);
        /// Long enough for a lab on one machine, where nothing is under way for longer than a queue holds it.
        static final Rest SHORT = new Rest(20_000_000L, 2_000_000_000L, 20_000_000L);
    }

    /// A trial's report, with what is too much for it.
    record Outcome(TrialReport report, Histogram latency) {}

    Course(LabControl lab, List<Trial.Stream> streams, Rest rest, BooleanSupplier isOver) {
        this.lab = lab;
        this.streams = List.copyOf(streams);
        this.rest = rest;
        this.isOver = isOver;
        ledger = Ledger.of(lab.meters());
    }

    boolean isOver() {
        return isOver.getAsBoolean();
    }

    /// Sends a few frames and says why they do not arrive.
    ///
    /// @param octets of a frame, without frame check sequence
    /// @return empty when all arrived
    String obstacle(int octets) {
        for (var stream : streams) {
            int room = Math.min(stream.from().mtu(), stream.to().stream().mapToInt(TrafficPort::mtu).min().orElse(0));
            if (octets - TestFrame.HEADER_OCTETS > room) {
                return "the MTU of the interfaces is " + room + ", and such a frame needs " + (octets - TestFrame.HEADER_OCTETS)
                    + ": set mtu of the vSwitches and physical switches on the way";
            }
        }
        var before = Ledger.of(lab.meters());
        var report = run(new Trial.Load(octets, 50, PROBES, PROBE_NANOS, PROBE_NANOS), 50, _ -> { }).report;
        // A path with loss is still a path.
        if (report.receivedFrames() > 0 || isOver()) {
            return "";
        }
        return report.losses().isEmpty() ? astray(before) : String.join(", ", report.losses().stream().map(Loss::toString).toList());
    }

    private String astray(Ledger before) {
        var left = ledger.leftSince(before);
        left.values().removeIf(frames -> frames < PROBES);
        return "no port has dropped them" + (left.isEmpty() ? ", and none has sent them"
            : ", and they were last seen leaving by " + String.join(", ", left.keySet()));
    }

    /// Runs a trial.
    ///
    /// @param target frames/s for the report
    Outcome run(Trial.Load load, long target, Trial.Watch watch) {
        teach();
        ledger = Ledger.of(lab.meters());
        var sent = send(streams, load, watch);
        var outcome = outcome(sent, target);
        lab.probed(outcome.latency);
        pause(rest.restingNanos);
        return outcome;
    }

    Trial.Load load(int octets, long framesPerSecond, long frames, long nanos) {
        return new Trial.Load(octets, framesPerSecond, frames, nanos, rest.residualNanos);
    }

    private List<Trial.Sent> send(List<Trial.Stream> sent, Trial.Load load, Trial.Watch watch) {
        try {
            return Trial.run(sent, load, isOver, watch);
        } catch (LinuxException e) {
            throw new LabException(LabException.Kind.CONFLICT, String.valueOf(e.getMessage()), e);
        }
    }

    /// Receivers send a few frames, so that learning switches know where they are (RFC 2544, 23, b).
    private void teach() {
        for (var stream : streams) {
            for (var receiver : stream.to()) {
                var back = new Trial.Stream(receiver, stream.from().mac(), List.of());
                send(List.of(back), new Trial.Load(TestFrame.MIN_OCTETS, Trial.UNPACED, LEARNING_FRAMES, PROBE_NANOS, 0), _ -> { });
            }
        }
        pause(rest.learningNanos);
    }

    private Outcome outcome(List<Trial.Sent> sent, long target) {
        var latency = new Histogram(3);
        long offered = 0;
        long expected = 0;
        long received = 0;
        long duplicates = 0;
        long reordered = 0;
        long overruns = 0;
        for (var stream : sent) {
            offered += stream.offered();
            for (var arrival : stream.arrivals()) {
                expected += stream.offered();
                received += arrival.tally().received();
                duplicates += arrival.tally().duplicates();
                reordered += arrival.tally().reordered();
                overruns += arrival.overruns();
                latency.add(arrival.tally().latency());
            }
        }
        long lost = expected - received;
        var losses = losses(lost, overruns, offered);
        long accounted = losses.stream().mapToLong(Loss::frames).sum();
        long slowest = sent.stream().mapToLong(Trial.Sent::framesPerSecond).min().orElse(0);
        long nanos = sent.stream().mapToLong(Trial.Sent::elapsedNanos).max().orElse(0);
        return new Outcome(new TrialReport(target, slowest, nanos / 1_000_000, offered, expected, received, lost, duplicates, reordered,
            Math.max(0, lost - accounted), losses), latency);
    }

    private List<Loss> losses(long lost, long overruns, long offered) {
        var before = ledger;
        ledger = Ledger.of(lab.meters());
        if (lost == 0) {
            var ended = ledger.since(before);
            ended.forEach(loss -> usual.put(loss.toString(), (double) loss.frames() / Math.max(1, offered)));
            return List.of();
        }
        var losses = unusual(before, offered);
        if (overruns > 0) {
            losses.add(new Loss("the generator", "receiver too slow", overruns));
        }
        return losses;
    }

    /// What ended beyond that which ends, as the copies of a broadcast that come back by another uplink do, when nothing is lost.
    private List<Loss> unusual(Ledger before, long offered) {
        var losses = new ArrayList<Loss>();
        for (var loss : ledger.since(before)) {
            long beyond = loss.frames() - (long) Math.ceil(usual.getOrDefault(loss.toString(), 0.0) * offered);
            if (beyond > 0) {
                losses.add(new Loss(loss.port(), loss.reason(), beyond));
            }
        }
        return losses;
    }

    /// Waits, but not when it is over.
    private void pause(long nanos) {
        long begun = System.nanoTime();
        for (long left = nanos; left > 0 && !isOver(); left = nanos - (System.nanoTime() - begun)) {
            LockSupport.parkNanos(Math.min(left, 50_000_000L));
        }
    }
}
