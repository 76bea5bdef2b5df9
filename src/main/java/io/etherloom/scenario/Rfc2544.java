package io.etherloom.scenario;

import io.etherloom.lab.LabControl;
import io.etherloom.lab.LabException;
import io.etherloom.scenario.BenchListener.Progress;
import io.etherloom.traffic.TestFrame;
import io.etherloom.traffic.TrafficPort;
import io.etherloom.traffic.Trial;
import java.util.List;
import java.util.function.BooleanSupplier;

/// The benchmarks of RFC 2544, section 26, between two VMs of a running lab: throughput (26.1), latency at half of it (26.2), frame loss rate
/// (26.3) and back-to-back frames (26.4), for each frame size.
///
/// One thread, which runs all of it. It differs from the RFC, unless settings say otherwise, in the duration of trials and pauses; and always
/// in that a path has no line rate: the highest rate is what the generator reaches, or what the settings say.
public final class Rfc2544 {
    private final LabControl lab;
    private final Rfc2544Settings settings;
    private final BenchListener listener;
    private final BooleanSupplier isOver;
    private int done;
    private int frameSize;

    /// @param isOver whether to end early; what was measured until then is a result
    public Rfc2544(LabControl lab, Rfc2544Settings settings, BenchListener listener, BooleanSupplier isOver) {
        this.lab = lab;
        this.settings = settings;
        this.listener = listener;
        this.isOver = isOver;
    }

    /// Measures, and gives each size to the listener when it is done.
    ///
    /// @throws LabException NOT_FOUND for an unknown VM; CONFLICT when nothing can be sent, or nothing arrives, with the reason
    public void run() {
        try (var from = lab.trafficPort(settings.from()); var to = lab.trafficPort(settings.to())) {
            if (from.name().equals(to.name())) {
                throw new LabException(LabException.Kind.INVALID, "from and to are both " + from.name() + "; name two VMs");
            }
            var course = new Course(lab, streams(from, to),
                settings.conformantRest() ? Course.Rest.CONFORMANT : Course.Rest.SHORT, isOver);
            requirePath(course, from, to);
            for (int size : settings.frameSizes()) {
                if (isOver.getAsBoolean()) {
                    return;
                }
                frameSize = size;
                measure(course);
                done++;
            }
        }
    }

    private List<Trial.Stream> streams(TrafficPort from, TrafficPort to) {
        var forth = new Trial.Stream(from, to.mac(), List.of(to));
        return settings.bidirectional() ? List.of(forth, new Trial.Stream(to, from.mac(), List.of(from))) : List.of(forth);
    }

    private void requirePath(Course course, TrafficPort from, TrafficPort to) {
        var why = course.obstacle(TestFrame.MIN_OCTETS);
        if (!why.isEmpty()) {
            throw new LabException(LabException.Kind.CONFLICT,
                "frames from " + from.name() + " do not arrive at " + to.name() + ": " + why + Vlans.difference(lab, from, to));
        }
    }

    private void measure(Course course) {
        tell("probe", 0, "can " + frameSize + " octets pass?");
        var obstacle = course.obstacle(frameSize - TestFrame.FCS_OCTETS);
        if (!obstacle.isEmpty()) {
            listener.result(SizeReport.skipped(frameSize, obstacle));
            return;
        }
        // Everything else is relative to the throughput; a size whose throughput was cut off has no result.
        var tests = new SizeTests(course, frameSize, settings.limits(), this::tell);
        var throughput = tests.throughput();
        if (throughput == null) {
            return;
        }
        var latency = settings.has("latency") ? tests.latency(throughput) : null;
        var lossRates = settings.has("loss") ? tests.lossRates(throughput) : List.<SizeReport.LossRate>of();
        var backToBack = settings.has("back-to-back") && !course.isOver() ? tests.backToBack() : null;
        listener.result(new SizeReport(frameSize, "", throughput, latency, lossRates, backToBack));
    }

    /// All sizes and tests count alike.
    private void tell(String test, int permille, String sentence) {
        var all = Rfc2544Settings.ALL_TESTS.stream().filter(it -> it.equals("throughput") || settings.has(it)).toList();
        int before = Math.max(0, all.indexOf(test));
        int ofSize = (1000 * before + permille) / all.size();
        listener.progress(new Progress(frameSize, test, (1000 * done + ofSize) / settings.frameSizes().size(), sentence));
    }
}
