package io.etherloom.lab;

import io.etherloom.device.FrameFeed;
import io.etherloom.frame.DropReason;
import io.etherloom.frame.PortCounters;
import io.etherloom.lab.Blueprint.Rule;
import io.etherloom.lab.view.ReplayView;
import io.etherloom.replay.FrameTarget;
import io.etherloom.replay.ReplayReport;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// The port of a vNIC or vmk as the place where a replay's frames enter, beside those of its guest. Opened under the lab's lock; then for
/// one thread, and closed by any.
final class ReplayPort implements FrameTarget, AutoCloseable {
    private final String name;
    private final long mac;
    private final SwitchAgent agent;
    private final SwitchAgent.Attachment attachment;
    private final FrameFeed feed;
    private final PortCounters counters;
    private final long[] dropsBefore = new long[DropReason.COUNT];

    private ReplayPort(CaptureTargets.Target target, Rule.Access access, SwitchAgent.Attachment attachment) {
        name = target.name();
        mac = target.port().vnic(access.vnic(), 0).mac();
        agent = target.runtime().agent();
        this.attachment = attachment;
        feed = new FrameFeed(agent.side());
        counters = target.port().counters();
        for (var reason : DropReason.values()) {
            dropsBefore[reason.ordinal()] = counters.drops(reason);
        }
    }

    /// @throws LabException CONFLICT when a replay goes into the port already or nothing is plugged into it, INVALID for a port of a switch
    static ReplayPort open(CaptureTargets.Target target) {
        var attachment = target.port().attachment();
        if (!(target.port().plan().rule() instanceof Rule.Access access)) {
            throw new LabException(LabException.Kind.INVALID, target.name()
                    + " has no guest that could send; name a VM (web1), one of its vNICs (web1/1) or a vmk (esx1/vmk0)");
        }
        if (attachment == null) {
            throw new LabException(LabException.Kind.CONFLICT, target.name() + " has no device now; see etherloom show ports");
        }
        var port = new ReplayPort(target, access, attachment);
        if (!port.agent.commands().call(() -> port.agent.feed(attachment, port.feed))) {
            throw new LabException(LabException.Kind.CONFLICT, "a replay goes into " + target.name() + " already; wait for its end, or end it");
        }
        return port;
    }

    String name() {
        return name;
    }

    /// Whether this is still what the port has plugged in.
    boolean isOf(SwitchAgent.Attachment other) {
        return attachment == other && !feed.isCut();
    }

    @Override
    public long mac() {
        return mac;
    }

    @Override
    public int maxLength() {
        return FrameFeed.MAX_LENGTH;
    }

    @Override
    public boolean offer(byte[] wire) {
        return feed.offer(wire);
    }

    @Override
    public long taken() {
        return feed.taken();
    }

    @Override
    public boolean isGone() {
        return feed.isCut();
    }

    ReplayView view(ReplayReport report) {
        var skipped = new LinkedHashMap<String, Long>();
        new TreeMap<>(report.skipped()).forEach((reason, frames) -> skipped.put(reason.label(), frames));
        return new ReplayView(name, report.sent(), report.octets(), report.padded(), report.rounds(), skipped, dropped(),
                report.nanos(), report.end().name().toLowerCase(Locale.ROOT), report.problem());
    }

    private Map<String, Long> dropped() {
        var dropped = new LinkedHashMap<String, Long>();
        for (var reason : DropReason.values()) {
            long frames = counters.drops(reason) - dropsBefore[reason.ordinal()];
            if (frames > 0) {
                dropped.put(reason.label(), frames);
            }
        }
        return dropped;
    }

    /// Whatever was not taken yet is forgotten. No fault when the port or its agent has gone.
    @Override
    public void close() {
        try {
            agent.commands().run(() -> agent.unfeed(attachment, feed));
        } catch (IllegalStateException ended) {
            // Its ports ended before it.
        }
    }
}
