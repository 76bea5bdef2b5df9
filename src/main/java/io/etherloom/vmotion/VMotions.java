package io.etherloom.vmotion;

import io.etherloom.event.Details;
import io.etherloom.event.EventType;
import io.etherloom.frame.DurationCounts;
import io.etherloom.lab.LabControl;
import io.etherloom.lab.LabException;
import io.etherloom.lab.Meters;
import io.etherloom.lab.TraceQuestion;
import io.etherloom.topology.Host;
import io.etherloom.topology.Suggestion;
import io.etherloom.topology.Topology;
import io.etherloom.topology.Vm;
import io.etherloom.vmotion.MoveReport.Nic;
import io.etherloom.vmotion.MoveReport.Phase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// The moves of one lab: carries them out, one of a VM at a time, and remembers the last ones. Any thread.
public final class VMotions {
    private static final int REMEMBERED = 100;
    private static final long NANOS_PER_MICRO = 1_000;
    /// A RARP goes out when the port is enabled (spec 4.42); the agent has a duty cycle or two until it is counted.
    private static final long NOTIFY_NANOS = 100_000_000;

    /// Of a guest, until it stands still.
    private static final Duration COPY = Duration.ofSeconds(60);
    private static final Duration RESUME = Duration.ofSeconds(10);

    private final LabControl lab;
    /// Guarded by this, as what follows.
    private final Deque<MoveReport> last = new ArrayDeque<>();
    private final Set<String> moving = new HashSet<>();
    private long count;
    private final DurationCounts durations = new DurationCounts();
    private final DurationCounts outages = new DurationCounts();
    private final Map<String, Long> results = new TreeMap<>(Map.of("moved", 0L, "failed", 0L));

    public VMotions(LabControl lab) {
        this.lab = lab;
    }

    /// The last moves, the newest first.
    public synchronized List<MoveReport> last() {
        return List.copyOf(last);
    }

    /// For metrics.
    public synchronized Meters.Moves meters() {
        return new Meters.Moves(durations, outages, Map.copyOf(results));
    }

    /// What stands against the move of each VM to each host, by VM and host; without the host that it is on. Empty lists are good.
    public Map<String, Map<String, List<Finding>>> check() {
        var topology = lab.topology();
        var macs = effectiveMacs();
        var matrix = new TreeMap<String, Map<String, List<Finding>>>();
        topology.vms().values().forEach(vm -> {
            var row = new TreeMap<String, List<Finding>>();
            topology.hosts().values().stream().filter(host -> !host.name().equals(vm.host()))
                .forEach(host -> row.put(host.name(), MoveChecks.of(topology, this::way, macs, vm, host)));
            matrix.put(vm.name(), row);
        });
        return matrix;
    }

    /// Moves a VM, or says why not; returns when that is over.
    ///
    /// @throws LabException when there is no such VM or host, or it is being moved already
    public MoveReport move(MoveRequest request) {
        var topology = lab.topology();
        var vm = vm(topology, request.vm());
        var host = host(topology, request.host());
        if (vm.host().equals(host.name())) {
            throw new LabException(LabException.Kind.CONFLICT, vm.name() + " is on " + host.name() + " already");
        }
        claim(vm.name());
        try {
            var report = new Move(vm, host, request).run(topology);
            remember(report);
            return report;
        } finally {
            release(vm.name());
        }
    }

    /// By the names of ports, that of a vmk with its host.
    private Map<String, String> effectiveMacs() {
        var macs = new TreeMap<String, String>();
        lab.security().forEach(port -> macs.put(port.usedBy().startsWith("vmk") ? port.host() + "/" + port.usedBy() : port.usedBy(), port.effectiveMac()));
        return macs;
    }

    private @Nullable String way(String from, String to) {
        var answer = lab.trace(new TraceQuestion(from, to, null, null, "icmp", null, null, null));
        return answer.arrives() ? null : answer.verdict();
    }

    private static Vm vm(Topology topology, String name) {
        var vm = topology.vms().get(name);
        if (vm == null) {
            throw missing("no vm", name, topology.vms().keySet());
        }
        return vm;
    }

    private static Host host(Topology topology, String name) {
        var host = topology.hosts().get(name);
        if (host == null) {
            throw missing("no host", name, topology.hosts().keySet());
        }
        return host;
    }

    private static LabException missing(String what, String name, Collection<String> existing) {
        return new LabException(LabException.Kind.NOT_FOUND, what + " " + name + Suggestion.withAllowed(name, List.copyOf(existing), List.copyOf(existing)));
    }

    private synchronized void claim(String vm) {
        if (!moving.add(vm)) {
            throw new LabException(LabException.Kind.CONFLICT, vm + " is being moved already; `etherloom show vmotions` says when that is over");
        }
    }

    private synchronized void release(String vm) {
        moving.remove(vm);
    }

    private synchronized long nextId() {
        return ++count;
    }

    private synchronized void remember(MoveReport report) {
        if (report.id() > 0) {
            last.addFirst(report);
            results.merge(report.state().equals("refused") ? report.refusal() : report.state(), 1L, Long::sum);
            if (report.state().equals("moved")) {
                durations.add(report.micros() * NANOS_PER_MICRO);
                outages.add(report.gapMicros() * NANOS_PER_MICRO);
            }
            if (last.size() > REMEMBERED) {
                last.removeLast();
            }
        }
    }

    /// One move. One thread.
    private final class Move {
        private final Vm vm;
        private final Host target;
        private final MoveRequest request;
        private final long id;
        private final Instant began = lab.events().now();
        private final List<Phase> phases = new ArrayList<>();
        private final Map<String, String> uplinksBefore;
        private final List<Nic> nics = new ArrayList<>();
        private List<Finding> findings = List.of();
        private long gapNanos;
        private long phaseNanos = System.nanoTime();

        Move(Vm vm, Host target, MoveRequest request) {
            this.vm = vm;
            this.target = target;
            this.request = request;
            id = request.isDryRun() ? 0 : nextId();
            uplinksBefore = uplinks();
        }

        MoveReport run(Topology topology) {
            findings = MoveChecks.of(topology, VMotions.this::way, effectiveMacs(), vm, target);
            ended("validate");
            var against = findings.stream().filter(it -> it.isFatal() || request.isStrict()).map(Finding::text).toList();
            if (!against.isEmpty()) {
                return refused(String.join("\n", against));
            }
            if (request.isDryRun()) {
                return report("checked", "");
            }
            lab.events().post(EventType.VM_MIGRATING, vm.name(), vm.name() + " is being moved from " + vm.host() + " to " + target.name() + ".", details());
            try {
                carry();
            } catch (LabException fault) {
                ended("rollback");
                return failed(String.valueOf(fault.getMessage()));
            }
            ended("switchover");
            var arrived = awaitRarps();
            ended("notify");
            arrived.forEach(seat -> nics.add(new Nic(seat.port(), uplinksBefore.getOrDefault(seat.port(), ""), seat.uplink(), seat.rarps())));
            ended("complete");
            var report = report("moved", "");
            lab.events().post(EventType.VM_MIGRATED, vm.name(), vm.name() + " has moved from " + vm.host() + " to " + target.name() + "; its ports were off for "
                + report.gapMicros() + " µs.", details().and("gapMicros", report.gapMicros()));
            return report;
        }

        /// Moves the ports, while the guest of a hypervisor stands still between its processes.
        private void carry() {
            var migration = lab.migration(vm.name(), target.name());
            if (migration == null) {
                gapNanos = lab.move(vm.name(), target.name());
                return;
            }
            migration.untilStopped(COPY);
            try {
                gapNanos = lab.move(vm.name(), target.name());
                migration.resume(RESUME);
            } catch (LabException fault) {
                back(fault);
                migration.abandon();
                throw fault;
            }
            migration.done();
        }

        /// The ports return to where the guest is.
        private void back(LabException fault) {
            try {
                lab.move(vm.name(), vm.host());
            } catch (LabException second) {
                fault.addSuppressed(second);
            }
        }

        private Details details() {
            return Details.of("from", vm.host()).and("to", target.name());
        }

        private void ended(String phase) {
            long nowNanos = System.nanoTime();
            phases.add(new Phase(phase, (nowNanos - phaseNanos) / 1_000));
            phaseNanos = nowNanos;
        }

        private MoveReport refused(String reason) {
            if (!request.isDryRun()) {
                lab.events().post(EventType.VM_MIGRATION_FAILED, vm.name(), vm.name() + " cannot move from " + vm.host() + " to " + target.name() + ": "
                    + reason.replace("\n", "; ") + ".", details());
            }
            return report("refused", reason);
        }

        private MoveReport failed(String reason) {
            lab.events().post(EventType.VM_MIGRATION_FAILED, vm.name(), vm.name() + " could not move from " + vm.host() + " to " + target.name()
                + " and is where it was: " + reason + ".", details());
            return report("failed", reason);
        }

        /// A team that does not notify sends none, and a VM that is off has no ports.
        ///
        /// @return where the ports sit then
        private List<Meters.Seat> awaitRarps() {
            long deadline = System.nanoTime() + NOTIFY_NANOS;
            var seats = seats();
            while (!seats.isEmpty() && seats.stream().noneMatch(seat -> seat.rarps() > 0) && System.nanoTime() < deadline) {
                LockSupport.parkNanos(1_000_000);
                seats = seats();
            }
            return seats;
        }

        /// Where the VM's ports sit now.
        private List<Meters.Seat> seats() {
            return lab.meters().seats().stream().filter(seat -> seat.port().startsWith(vm.name() + ".eth")).toList();
        }

        private Map<String, String> uplinks() {
            var uplinks = new TreeMap<String, String>();
            seats().forEach(seat -> uplinks.put(seat.port(), seat.uplink()));
            return uplinks;
        }

        private MoveReport report(String state, String reason) {
            if (!state.equals("moved")) {
                uplinksBefore.forEach((name, uplink) -> nics.add(new Nic(name, uplink, "", 0)));
            }
            return new MoveReport(id, began.toString(), vm.name(), vm.host(), target.name(), state, reason, List.copyOf(phases), gapNanos / 1_000, List.copyOf(nics), findings);
        }
    }
}
