package io.etherloom.lab;

import io.etherloom.frame.CapturePoint;
import io.etherloom.lab.Blueprint.DevicePlan;
import io.etherloom.lab.Blueprint.SwitchPlan;
import io.etherloom.lab.view.TraceView;
import io.etherloom.trace.Step;
import io.etherloom.wire.Tag;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Walks one frame through the lab without sending it. Each switch on its way is rehearsed on a twin ([io.etherloom.trace.Rehearsal]); cables lead
/// from one to the next; guests, machines, router interfaces and TAPs are ends. Used once, under the lab's lock; nothing in the lab changes.
///
/// Bounded: a flood is followed through at most [#MOST_HOPS] switches, and of each switch's copies only the first are told one by one,
/// besides those on the way to the place that was asked for.
final class Tracer implements AutoCloseable {
    private static final int MOST_HOPS = 2_000;
    private static final int MOST_DEPTH = 64;
    private static final int SHOWN_COPIES = 12;
    private static final int SHOWN_ENDS = 1_000;
    private static final String TOO_MANY = "not followed further: more than " + MOST_HOPS + " switches, or a loop";

    private final LabState state;
    private final Map<SwitchRuntime, TraceStand> stands = new HashMap<>();
    private final Map<DevicePlan, CaptureTargets.Target> cableEnds = new HashMap<>();
    private final Set<String> arrivals = new LinkedHashSet<>();
    private final List<TraceView.Ending> drops = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private @Nullable TraceEnd target;
    private long startNanos;
    private int hops;
    private int reached;

    Tracer(LabState state) {
        this.state = state;
        state.converger().switches().values().forEach(runtime -> runtime.ports().values().forEach(port -> {
            if (port.plan().device() instanceof DevicePlan.CableEnd end) {
                cableEnds.put(end, new CaptureTargets.Target("", runtime, port));
            }
        }));
    }

    /// @throws LabException for a question that cannot be answered
    TraceView trace(TraceQuestion question) {
        var ends = new TraceEnds(state);
        var from = ends.named(question.from());
        var to = question.to() == null ? null : ends.named(question.to());
        var frames = new TraceFrames(ends, question, from, to);
        var wire = frames.wire();
        notes.addAll(frames.notes());
        target = frames.target();
        var entry = entry(from, to);
        startNanos = entry.runtime().agent().nowNanos();
        var path = hop(entry, wire, startNanos, 0);
        boolean arrives = target == null ? !arrivals.isEmpty() : reached > 0;
        return new TraceView(from.name(), target == null ? null : target.name(), TraceWords.frame(wire), arrives, verdict(arrives),
                List.copyOf(arrivals), drops, notes, path);
    }

    /// Of a router the interface that has the other end in its subnet.
    private static CaptureTargets.Target entry(TraceEnd from, @Nullable TraceEnd to) {
        if (from.ports().size() == 1 || to == null) {
            return from.first();
        }
        for (int i = 0; i < from.addresses().size(); i++) {
            var own = from.addresses().get(i);
            if (to.addresses().stream().anyMatch(it -> own.contains(it.ip()))) {
                return from.ports().get(Math.min(i, from.ports().size() - 1));
            }
        }
        return from.first();
    }

    private TraceView.Hop hop(CaptureTargets.Target entry, byte[] wire, long atNanos, int depth) {
        var runtime = entry.runtime();
        var stand = stands.computeIfAbsent(runtime, it -> new TraceStand(state, it));
        hops++;
        var steps = stand.carry(entry.port().index(), wire, atNanos);
        var copies = new LinkedHashMap<Integer, List<Step>>();
        steps.forEach(step -> copies.computeIfAbsent(step.port(), _ -> new ArrayList<>()).add(step));
        var stages = new ArrayList<TraceView.Stage>();
        int shown = 0;
        int leftOut = 0;
        for (var copy : copies.values()) {
            int before = reached;
            var next = follow(runtime, stand, copy, depth);
            if (shown < SHOWN_COPIES || reached > before) {
                shown++;
                copy.forEach(step -> stages.add(stage(stand, entry.port().index(), copy, step, next)));
            } else {
                leftOut++;
            }
        }
        if (steps.stream().allMatch(step -> step.port() == entry.port().index() && step.reason() == null)) {
            notes.add("the frame ends in " + name(runtime) + ", which it is for (a beacon)");
        }
        return new TraceView.Hop(name(runtime), kind(runtime), stages, leftOut);
    }

    /// Goes on where copies leave the switch by one port; notes those that come out or end.
    private @Nullable Map<Step, TraceView.Hop> follow(SwitchRuntime runtime, TraceStand stand, List<Step> copy, int depth) {
        var next = new HashMap<Step, TraceView.Hop>();
        for (var step : copy) {
            var reason = step.reason();
            if (reason != null && !step.isOther() && drops.size() < SHOWN_ENDS) {
                drops.add(new TraceView.Ending(stand.place(step.port()).name(), reason.label(),
                        stand.words().drop(reason, step.port(), seen(step)).sentence()));
            } else if (isOutput(step)) {
                var peer = peer(stand.place(step.port()));
                if (peer == null) {
                    arrive(runtime, stand.place(step.port()));
                } else if (hops < MOST_HOPS && depth < MOST_DEPTH) {
                    next.put(step, hop(peer, wire(step), step.atNanos(), depth + 1));
                } else if (!notes.contains(TOO_MANY)) {
                    notes.add(TOO_MANY);
                }
            }
        }
        return next.isEmpty() ? null : next;
    }

    private CaptureTargets.@Nullable Target peer(PortPlace place) {
        return place.plan().device() instanceof DevicePlan.CableEnd end
                ? cableEnds.get(new DevicePlan.CableEnd(end.cable(), !end.isFirst())) : null;
    }

    private void arrive(SwitchRuntime runtime, PortPlace place) {
        var port = runtime.ports().get(place.plan().name());
        if (target != null && port != null && target.isAt(runtime, port)) {
            reached++;
            arrivals.add(target.name());
        } else if (arrivals.size() < SHOWN_ENDS) {
            arrivals.add(place.isGuests() ? place.name() : place.peer());
        }
    }

    private TraceView.Stage stage(TraceStand stand, int ingress, List<Step> copy, Step step, @Nullable Map<Step, TraceView.Hop> next) {
        var place = stand.place(step.port());
        var reason = step.reason();
        var hop = next == null ? null : next.get(step);
        boolean isRefused = step.port() != ingress && step == copy.getLast() && reason == null && !isOutput(step);
        var words = reason != null ? stand.words().drop(reason, step.port(), seen(step)) : stand.words().stage(step.point(), step.port(), seen(step));
        if (step.isOther()) {
            words = Explanation.of("another frame that waited there had to go for it");
        } else if (isRefused) {
            words = Explanation.of("the frame came by another uplink than the one by which this port sends").and(words);
        }
        var outcome = step.isOther() ? "passes" : reason != null ? "dropped" : isRefused ? "refused" : !isOutput(step) ? "passes" : outcome(place);
        return new TraceView.Stage(step.point().label(), place.name(), Tag.isPresent(step.tag()) ? Tag.vid(step.tag()) : null, outcome,
                reason == null ? null : reason.label(), (step.atNanos() - startNanos) / 1_000, words.sentence(), words.because(), hop);
    }

    private static String outcome(PortPlace place) {
        return switch (place.plan().device()) {
            case DevicePlan.CableEnd _ -> "crosses";
            case DevicePlan.HostTap _ -> "leaves";
            case DevicePlan.Interface _, DevicePlan.ExternalTap _, DevicePlan.Memory _, DevicePlan.Qemu _ -> "delivered";
        };
    }

    private static boolean isOutput(Step step) {
        return step.point() == CapturePoint.VNIC_RX || step.point() == CapturePoint.UPLINK_SND;
    }

    private static byte[] wire(Step step) {
        return step.tag() == Tag.NONE ? step.frame() : TraceFrames.tagged(step.frame(), step.tag(), step.frame().length);
    }

    private static SeenFrame seen(Step step) {
        return SeenFrame.untagged(MemorySegment.ofArray(step.frame()), step.frame().length, step.tag());
    }

    private static String name(SwitchRuntime runtime) {
        return switch (runtime.plan()) {
            case SwitchPlan.Virtual plan -> plan.host() + "/" + plan.name();
            case SwitchPlan.Physical plan -> plan.name();
            case SwitchPlan.Splitter plan -> plan.name();
        };
    }

    private static String kind(SwitchRuntime runtime) {
        return switch (runtime.plan()) {
            case SwitchPlan.Virtual _ -> "vswitch";
            case SwitchPlan.Physical _ -> "switch";
            case SwitchPlan.Splitter _ -> "router";
        };
    }

    private String verdict(boolean arrives) {
        var place = target == null ? "" : " at " + target.name();
        if (arrives) {
            return "arrives at " + (target != null ? target.name() + (reached > 1 ? ", " + reached + " times" : "") : TraceWords.names(arrivals));
        }
        var elsewhere = arrivals.isEmpty() ? "" : "; copies arrive at " + TraceWords.names(arrivals);
        return "does not arrive" + place + (drops.isEmpty() ? ": nothing leads there"
                : ": dropped at " + drops.getFirst().at() + " as " + drops.getFirst().reason()) + elsewhere;
    }

    @Override
    public void close() {
        stands.values().forEach(TraceStand::close);
    }
}
