package io.etherloom.vmotion;

import io.etherloom.frame.DurationCounts;
import io.etherloom.lab.LabControl;
import io.etherloom.lab.LabException;
import io.etherloom.lab.Meters;
import io.etherloom.lab.TraceQuestion;
import io.etherloom.lab.view.VmView;
import io.etherloom.topology.Host;
import io.etherloom.topology.PortRef;
import io.etherloom.topology.Suggestion;
import io.etherloom.topology.Topology;
import io.etherloom.topology.Vm;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The moves of one lab: begins them, one of a VM at a time, and remembers the last ones. Any thread.
public final class VMotions {
    private static final int REMEMBERED = 100;
    private static final long NANOS_PER_MICRO = 1_000;

    private final LabControl lab;
    /// The newest first; those that go on are never forgotten. Guarded by this, as what follows.
    private final Deque<Move> moves = new ArrayDeque<>();
    private final Map<String, Move> moving = new TreeMap<>();
    private long count;
    private final DurationCounts durations = new DurationCounts();
    private final DurationCounts outages = new DurationCounts();
    private final Map<String, Long> results = new TreeMap<>(Map.of("moved", 0L, "failed", 0L));

    public VMotions(LabControl lab) {
        this.lab = lab;
    }

    /// The last moves and those that go on, the newest first.
    public List<MoveReport> last() {
        List<Move> all;
        synchronized (this) {
            all = List.copyOf(moves);
        }
        return all.stream().map(Move::report).toList();
    }

    /// For metrics.
    public synchronized Meters.Moves meters() {
        return new Meters.Moves(durations, outages, Map.copyOf(results));
    }

    /// What stands against the move of each VM to each host, by VM and host; without the host that it is on. Empty lists are good.
    public Map<String, Map<String, List<Finding>>> check() {
        var topology = lab.topology();
        var macs = effectiveMacs();
        var down = down();
        var poweredOn = poweredOn();
        var matrix = new TreeMap<String, Map<String, List<Finding>>>();
        topology.vms().values().forEach(vm -> {
            var row = new TreeMap<String, List<Finding>>();
            topology.hosts().values().stream().filter(host -> !host.name().equals(vm.host()))
                .forEach(host -> row.put(host.name(), MoveChecks.of(topology, this::way, down, macs, poweredOn, vm, host)));
            matrix.put(vm.name(), row);
        });
        return matrix;
    }

    /// Moves a VM, or says why not; returns when that is over.
    ///
    /// @throws LabException when there is no such VM or host, or it is being moved already
    public MoveReport move(MoveRequest request) {
        return run(claim(request));
    }

    /// Begins to move a VM and returns at once; a dry run is over then.
    ///
    /// @throws LabException as [#move]
    public MoveReport begin(MoveRequest request) {
        var move = claim(request);
        if (request.isDryRun()) {
            return run(move);
        }
        Thread.ofVirtual().name("vmotion").start(() -> run(move));
        return move.report();
    }

    private synchronized Move claim(MoveRequest request) {
        var topology = lab.topology();
        var vm = vm(topology, request.vm());
        var host = host(topology, request.host());
        if (vm.host().equals(host.name())) {
            throw new LabException(LabException.Kind.CONFLICT, vm.name() + " is on " + host.name() + " already");
        }
        if (!request.isDryRun() && moving.containsKey(vm.name())) {
            throw new LabException(LabException.Kind.CONFLICT, vm.name() + " is being moved already; `etherloom show vmotions` says when that is over");
        }
        var move = new Move(lab, MoveClock.SYSTEM, vm, host, request, request.isDryRun() ? 0 : count + 1,
            () -> MoveChecks.of(lab.topology(), this::way, down(), effectiveMacs(), poweredOn(), vm, host));
        if (!request.isDryRun()) {
            count++;
            moving.put(vm.name(), move);
            moves.addFirst(move);
            forgetOldest();
        }
        return move;
    }

    private void forgetOldest() {
        if (moves.size() > REMEMBERED) {
            var oldest = moves.descendingIterator();
            while (oldest.hasNext()) {
                if (!moving.containsValue(oldest.next())) {
                    oldest.remove();
                    return;
                }
            }
        }
    }

    private MoveReport run(Move move) {
        try {
            var report = move.run();
            count(report);
            return report;
        } finally {
            synchronized (this) {
                moving.remove(move.vm(), move);
            }
        }
    }

    private synchronized void count(MoveReport report) {
        if (report.id() > 0) {
            results.merge(report.state().equals("refused") ? report.refusal() : report.state(), 1L, Long::sum);
            if (report.state().equals("moved")) {
                durations.add(report.micros() * NANOS_PER_MICRO);
                outages.add(report.gapMicros() * NANOS_PER_MICRO);
            }
        }
    }

    /// How far a move has come, once more than these of its phases are over, or the time has passed.
    ///
    /// @throws LabException NOT_FOUND when no move of this number is remembered
    public MoveReport follow(long id, int knownPhases, Duration time) {
        return find(id).follow(knownPhases, time);
    }

    /// Has the ports of a move that is driven from outside change hosts; returns when that is done.
    ///
    /// @throws LabException NOT_FOUND as [#follow], CONFLICT when it does not wait for that
    public MoveReport switchover(long id) {
        return requireGood(find(id).go(Step.AWAIT_SWITCHOVER));
    }

    /// Has a move that is driven from outside end well.
    ///
    /// @throws LabException as [#switchover]
    public MoveReport complete(long id) {
        return requireGood(find(id).go(Step.AWAIT_COMPLETE));
    }

    private static MoveReport requireGood(MoveReport report) {
        if (report.state().equals("failed")) {
            throw new LabException(LabException.Kind.CONFLICT, "move " + report.id() + " of " + report.vm() + " has failed: " + report.reason());
        }
        return report;
    }

    /// Takes back a move.
    ///
    /// @throws LabException NOT_FOUND as [#follow], CONFLICT when it cannot be taken back any more
    public MoveReport abort(long id) {
        return find(id).giveUp();
    }

    /// Whoever drives a move is there still.
    public MoveReport renew(long id) {
        return find(id).renew();
    }

    private synchronized Move find(long id) {
        return moves.stream().filter(move -> move.id() == id).findFirst().orElseThrow(() -> new LabException(LabException.Kind.NOT_FOUND, "no move " + id
            + (moves.isEmpty() ? "; nothing has been moved" : "; known: " + moves.stream().map(move -> Long.toString(move.id())).collect(Collectors.joining(", ")))));
    }

    /// By the names of ports, that of a vmk with its host.
    private Map<String, String> effectiveMacs() {
        var macs = new TreeMap<String, String>();
        lab.security().forEach(port -> macs.put(port.usedBy().startsWith("vmk") ? port.host() + "/" + port.usedBy() : port.usedBy(), port.effectiveMac()));
        return macs;
    }

    private Set<String> poweredOn() {
        return lab.vms().stream().filter(vm -> vm.power().equals("on")).map(VmView::name).collect(Collectors.toSet());
    }

    /// Ports of physical switches without a link.
    private Set<PortRef> down() {
        return lab.fabric().stream().filter(port -> port.link().equals("down")).map(port -> new PortRef(port.physicalSwitch(), port.port())).collect(Collectors.toSet());
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
        return new LabException(LabException.Kind.NOT_FOUND, what + " " + name + Suggestion.withAllowed(name, new ArrayList<>(existing), List.copyOf(existing)));
    }
}
