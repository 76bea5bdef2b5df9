package io.etherloom.bench;

import java.util.List;

/// What is asked of Etherloom's speed, in the order of the report. A measure that is added adds its line here.
final class Targets {
    private static final RoundTripMeasure POLLING = new RoundTripMeasure(true);
    private static final RoundTripMeasure SLEEPING = new RoundTripMeasure(false);

    static final List<Target> ALL = List.of(
        Target.share(TcpMeasure.TCP, Subject.RELAY, 0.95),
        Target.share(TcpMeasure.TCP, Subject.RELAY_THREADS, 0.95),
        Target.share(TcpMeasure.TCP, Subject.BRIDGE, 0.9),
        Target.share(TcpMeasure.TCP, Subject.OVS, 3),
        Target.share(TcpMeasure.TCP, Subject.VDE, 3),
        Target.share(FramesMeasure.FRAMES, Subject.RELAY, 0.95),
        Target.share(FramesMeasure.FRAMES, Subject.RELAY_THREADS, 0.95),
        Target.shown(FramesMeasure.FRAMES, Subject.BRIDGE),
        Target.share(FramesMeasure.FRAMES, Subject.OVS, 2),
        Target.limit(FramesMeasure.FRAMES, Subject.RELAY, Subject.OVS),
        Target.limit(FramesMeasure.FRAMES, Subject.RELAY_THREADS, Subject.OVS),
        Target.share(FramesMeasure.FRAMES, Subject.VDE, 1.2),
        within(TcpMeasure.TCP.with(FramesMeasure.TWO_HOSTS), TcpMeasure.TCP, 0.6),
        within(FramesMeasure.FRAMES.with(FramesMeasure.TWO_HOSTS), FramesMeasure.FRAMES, 0.6),
        Target.share(POLLING.median(), Subject.RELAY, 1.15),
        Target.share(POLLING.p999(), Subject.RELAY, 1.15),
        Target.share(SLEEPING.median(), Subject.RELAY, 1.2),
        Target.share(BroadcastMeasure.WRITES, Subject.RELAY, 0.8),
        within(PortsMeasure.AMONG_10, PortsMeasure.AMONG_2, 0.9),
        within(PortsMeasure.AMONG_1000, PortsMeasure.AMONG_2, 0.9),
        within(CaptureMeasure.ALL, CaptureMeasure.NONE, 0.5),
        within(CaptureMeasure.OTHER, CaptureMeasure.NONE, 0.97),
        Target.absolute(ScrapeMeasure.SCRAPE, 0.05),
        within(ScrapeMeasure.BESIDE, ScrapeMeasure.ALONE, 0.9),
        Target.absolute(StartMeasure.READY, 1.0),
        Target.absolute(StartMeasure.LS, 0.25),
        Target.absolute(StartMeasure.RESIDENT, 150e6),
        Target.absolute(ScaleMeasure.UP_1000, 8),
        Target.absolute(ScaleMeasure.DOWN_1000, 5),
        Target.absolute(ScaleMeasure.RESIDENT_1000, 600e6),
        Target.absolute(ScaleMeasure.UP_10000, 1.5),
        Target.absolute(ScaleMeasure.IDLE_100, 0.01),
        Target.absolute(CoreMeasure.rate("vmToVm", "2", "none"), 30e6),
        Target.absolute(CoreMeasure.rate("vmToVm", "100", "none"), 30e6),
        Target.absolute(CoreMeasure.rate("vmToVm", "10000", "none"), 25e6),
        Target.absolute(CoreMeasure.rate("vmToVm", "100", "all"), 20e6),
        Target.absolute(CoreMeasure.rate("vmToVm", "100", "watcher"), 20e6),
        Target.absolute(CoreMeasure.rate("vmToUplink", "100", "none"), 30e6),
        Target.absolute(CoreMeasure.allocation("vmToVm", "100", "none"), 0),
        Target.absolute(CoreMeasure.allocation("vmToVm", "10000", "none"), 0),
        Target.absolute(CoreMeasure.allocation("vmToVm", "100", "all"), 0),
        Target.absolute(CoreMeasure.allocation("vmToUplink", "100", "none"), 0),
        Target.shown(CoreMeasure.rate("vmToVm", "100", "none"), new Target.Baseline(DpdkCore.NORMAL, Subject.OVS_DPDK)),
        Target.shown(CoreMeasure.rate("vmToVm", "100", "none"), new Target.Baseline(DpdkCore.FLOW, Subject.OVS_DPDK)));

    private Targets() {}

    private static Target within(Quantity quantity, Quantity single, double bound) {
        return Target.share(quantity, new Target.Baseline(single, Subject.ETHERLOOM), bound);
    }

    /// The verdicts of a run about the targets that its measures can say something of.
    static List<Target.Verdict> judge(Results results) {
        return ALL.stream().map(it -> it.judge(results)).toList();
    }
}
