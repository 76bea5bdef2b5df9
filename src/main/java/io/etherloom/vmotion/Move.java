package io.etherloom.vmotion;

import io.etherloom.event.Details;
import io.etherloom.event.EventType;
import io.etherloom.lab.GuestMigration;
import io.etherloom.lab.LabException;
import io.etherloom.lab.Meters;
import io.etherloom.lab.MovableLab;
import io.etherloom.lab.PortMove;
import io.etherloom.topology.Hook;
import io.etherloom.topology.Host;
import io.etherloom.topology.Vm;
import io.etherloom.vmotion.MoveReport.Nic;
import io.etherloom.vmotion.MoveReport.Phase;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One move: a thread goes through the steps of its [MoveProtocol] in [#run], and others follow it, drive it or give it up.
final class Move {
    /// A RARP goes out when the port is enabled (spec 4.42); the agent has a duty cycle or two until it is counted.
    private static final long NOTIFY_NANOS = 100_000_000;
    /// So long the first frames at the target are waited for, where there was traffic: on a busy machine a guest takes a while to answer.
    private static final long TRAFFIC_NANOS = 200_000_000;
    /// So long frames before the move are waited for: a VM that says nothing for that time has nothing to miss.
    private static final long LISTEN_NANOS = 20_000_000;
    private static final long LOOK_NANOS = 200_000;
    /// Of a step of the way back, half a minute together where it fails at once, six where a hypervisor stands still and is waited for each time: a VM that works nowhere is worse
    /// than one that waits.
    private static final int ATTEMPTS = 100;
    private static final long BETWEEN_ATTEMPTS_NANOS = 300_000_000;
    private static final Duration UNTIMED = Duration.ofDays(365);

    private final MovableLab lab;
    private final MoveClock clock;
    private final Vm vm;
    private final Host target;
    private final MoveRequest request;
    private final long id;
    private final Instant began;
    private final long deadlineNanos;
    private final Supplier<List<Finding>> checks;
    private final Hooks hooks;
    private final @Nullable Duration lease;
    private final MoveProtocol protocol;
    private final Map<String, String> uplinksBefore;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    /// Guarded by the lock, as what follows.
    private final List<Phase> phases = new ArrayList<>();
    private final List<Nic> nics = new ArrayList<>();
    private final List<String> faults = new ArrayList<>();
    private String state = "running";
    private List<Finding> findings = List.of();
    private @Nullable String givenUp;
    private @Nullable Step said;
    private long leaseEndNanos;

    // Of the move's own thread, and then of nobody.
    private long phaseNanos;
    private volatile @Nullable PortMove ports;
    private volatile @Nullable GuestMigration guest;

    /// @param checks what stands against it
    Move(MovableLab lab, MoveClock clock, Vm vm, Host target, MoveRequest request, long id, Supplier<List<Finding>> checks) {
        this.lab = lab;
        this.clock = clock;
        this.vm = vm;
        this.target = target;
        this.request = request;
        this.id = id;
        this.checks = checks;
        began = lab.events().now();
        phaseNanos = clock.nanoTime();
        // Of a move that is driven from outside the lease says how long it may take, unless somebody has set a time.
        boolean isTimed = request.leaseMillis() == null || request.timeoutMillis() != null;
        deadlineNanos = clock.nanoTime() + (isTimed ? request.timeout() : UNTIMED).toNanos();
        lease = request.leaseMillis() == null ? null : Duration.ofMillis(request.leaseMillis());
        renewLease();
        var topology = lab.topology();
        var asked = topology.vmotion().hooks().stream().filter(hook -> hook.scope().includes(vm.name(), vm.host(), target.name())).toList();
        hooks = new Hooks(asked, Path.of(topology.file()));
        guest = request.isDryRun() ? null : lab.migration(vm.name(), target.name());
        protocol = new MoveProtocol(new MoveProtocol.Traits(guest != null, lease != null, !request.stun().isZero(), !hooks.isEmpty()), ATTEMPTS);
        uplinksBefore = uplinks();
    }

    String vm() {
        return vm.name();
    }

    long id() {
        return id;
    }

    /// Goes through it; returns when it is over. Once.
    MoveReport run() {
        if (request.isDryRun()) {
            findings = checks.get();
            ended(Step.VALIDATE);
            var against = against();
            end(against.isEmpty() ? "checked" : "refused", against);
            return report();
        }
        while (protocol.end() == null) {
            var step = protocol.step();
            try {
                requireWanted();
                perform(step);
                leave(step, protocol::done);
            } catch (LabException fault) {
                note(String.valueOf(fault.getMessage()));
                leave(step, protocol::failed);
                rest(step);
            } catch (RuntimeException | Error bug) {
                note("a fault of Etherloom: " + bug);
                leave(step, protocol::failed);
                rest(step);
            }
        }
        try {
            var moved = ports;
            if (moved != null) {
                moved.close();
            }
        } finally {
            conclude();
        }
        return report();
    }

    /// A step of the way back is not tried again at once.
    private void rest(Step step) {
        if (step.isRollback() && protocol.end() == null) {
            clock.pause(BETWEEN_ATTEMPTS_NANOS);
        }
    }

    /// Somebody may have given it up, or its time may be over.
    private void requireWanted() {
        if (!protocol.canGiveUp()) {
            return;
        }
        lock.lock();
        try {
            var why = givenUp;
            if (why != null) {
                throw new LabException(LabException.Kind.CONFLICT, why);
            }
        } finally {
            lock.unlock();
        }
        if (clock.nanoTime() >= deadlineNanos) {
            throw new LabException(LabException.Kind.CONFLICT, "it took longer than " + request.timeout().toMillis() + " ms; --timeout gives it more");
        }
    }

    private void perform(Step step) {
        switch (step) {
            case VALIDATE -> validate();
            case RESERVE -> {
                ports = lab.prepareMove(vm.name(), target.name());
                listen();
            }
            case ASK_HOOKS -> hooks.call("prepare", call("prepare"), remaining());
            case CARRY -> {
                ports().carry(request.buffer());
                guest().untilStopped(remaining());
            }
            case AWAIT_SWITCHOVER -> await("prepared", step);
            case HAND_OFF -> guest().handOff();
            case STUN -> {
                ports().stun(request.buffer(), guest == null ? Long.MAX_VALUE : guest().stoppedAtNanos());
                pause(request.stun());
            }
            case TELL_SWITCHOVER -> hooks.call("switchover", call("switchover"), remaining());
            case ATTACH -> ports().attach();
            case RESUME -> guest().resume(remaining());
            case NOTIFY -> awaitFrames();
            case AWAIT_COMPLETE -> await("switched", step);
            case TELL_COMPLETE -> hooks.call("complete", call("complete"), remaining());
            case COMMIT -> ports().complete();
            case END_SOURCE -> guest().done();
            case BACK -> {
                var begun = ports;
                if (begun != null) {
                    begun.back();
                }
            }
            case ABANDON -> guest().abandon();
            case TELL_ROLLBACK -> hooks.tell("rollback", call("rollback")).forEach(this::note);
        }
    }

    private PortMove ports() {
        return Objects.requireNonNull(ports);
    }

    private GuestMigration guest() {
        return Objects.requireNonNull(guest);
    }

    private Duration remaining() {
        return Duration.ofNanos(Math.max(0, deadlineNanos - clock.nanoTime()));
    }

    private void validate() {
        findings = checks.get();
        var against = against();
        if (!against.isEmpty()) {
            throw new LabException(LabException.Kind.CONFLICT, against);
        }
        lab.events().post(EventType.VM_MIGRATING, vm.name(), vm.name() + " is being moved from " + vm.host() + " to " + target.name() + ".", details());
    }

    private String against() {
        return String.join("\n", findings.stream().filter(it -> it.isFatal() || request.isStrict()).map(Finding::text).toList());
    }

    private Function<Instant, VMotionHook.Call> call(String phase) {
        var told = lab.security().stream().filter(port -> port.usedBy().startsWith(vm.name() + ".eth"))
            .map(port -> new VMotionHook.Port(port.usedBy(), port.effectiveMac(), port.portGroup())).toList();
        return deadline -> new VMotionHook.Call(phase, id, lab.topology().name(), vm.name(), vm.host(), target.name(), told, deadline);
    }

    /// Stands still as the guest would, unless it is given up meanwhile.
    private void pause(Duration time) {
        long end = clock.nanoTime() + time.toNanos();
        while (clock.nanoTime() < end) {
            clock.pause(Math.min(5_000_000, end - clock.nanoTime()));
            requireWanted();
        }
    }

    /// What peers hear of the move is measured from the last frame before it, so there must be one, where there is traffic. A guest that is carried is heard meanwhile.
    private void listen() {
        long begin = clock.nanoTime();
        while (guest == null && !ports().isHeard() && clock.nanoTime() - begin < LISTEN_NANOS) {
            clock.pause(LOOK_NANOS);
        }
    }

    /// Until the RARPs are out, and the first frames have come where there was traffic. A team that does not notify sends none, and a VM that is off has no ports.
    private void awaitFrames() {
        long begin = clock.nanoTime();
        var seats = seats();
        while (!seats.isEmpty()) {
            long passed = clock.nanoTime() - begin;
            boolean isTold = passed > NOTIFY_NANOS || seats.stream().allMatch(seat -> seat.rarps() > 0);
            boolean isSeen = passed > TRAFFIC_NANOS || !ports().isBusy() || ports().silenceNanos() > 0 && ports().deafNanos() > 0;
            if (isTold && isSeen) {
                break;
            }
            clock.pause(LOOK_NANOS);
            seats = seats();
        }
        lock.lock();
        try {
            nics.clear();
            seats.forEach(seat -> nics.add(new Nic(seat.port(), uplinksBefore.getOrDefault(seat.port(), ""), seat.uplink(), seat.rarps())));
        } finally {
            lock.unlock();
        }
    }

    /// Waits for whoever drives the move, as long as his lease holds; the time of the move is his then.
    private void await(String meanwhile, Step step) {
        lock.lock();
        try {
            state = meanwhile;
            changed.signalAll();
            while (said != step) {
                requireWanted();
                long leftNanos = Math.min(leaseEndNanos, deadlineNanos) - clock.nanoTime();
                if (leftNanos <= 0 && (clock.nanoTime() < deadlineNanos || !protocol.canGiveUp())) {
                    throw new LabException(LabException.Kind.CONFLICT, "whoever drives the move was not heard of for " + request.leaseMillis() + " ms");
                }
                clock.await(changed, leftNanos);
            }
            state = "running";
            changed.signalAll();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new LabException(LabException.Kind.CONFLICT, "the lab ends", interrupted);
        } finally {
            lock.unlock();
        }
    }

    /// The one who drives the move says that it goes on; returns when that has been done.
    ///
    /// @param step [Step#AWAIT_SWITCHOVER] or [Step#AWAIT_COMPLETE]
    /// @throws LabException CONFLICT when the move does not wait for that
    MoveReport go(Step step) {
        lock.lock();
        try {
            say(step);
            var awaited = state;
            return reportOnce(() -> !state.equals(awaited) && !state.equals("running"));
        } finally {
            lock.unlock();
        }
    }

    /// The same without waiting for it.
    void say(Step step) {
        lock.lock();
        try {
            renewLease();
            var awaited = step == Step.AWAIT_SWITCHOVER ? "prepared" : "switched";
            if (!state.equals(awaited)) {
                throw new LabException(LabException.Kind.CONFLICT, "move " + id + " of " + vm.name() + " is " + state + ", not " + awaited
                    + (lease == null ? "; only a move with a lease (\"leaseMillis\") is driven from outside" : ""));
            }
            said = step;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// With the lock, which is free meanwhile.
    private MoveReport reportOnce(BooleanSupplier isSo) {
        try {
            while (!isSo.getAsBoolean()) {
                changed.await();
            }
            return snapshot();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new LabException(LabException.Kind.CONFLICT, "the lab ends", interrupted);
        }
    }

    /// The one who drives the move is there.
    MoveReport renew() {
        lock.lock();
        try {
            renewLease();
            return snapshot();
        } finally {
            lock.unlock();
        }
    }

    private void renewLease() {
        if (lease != null) {
            leaseEndNanos = clock.nanoTime() + lease.toNanos();
        }
    }

    /// Takes the move back, if that can still be; returns when it is over.
    ///
    /// @throws LabException CONFLICT when it is over, or its guest runs at the target
    MoveReport giveUp() {
        lock.lock();
        try {
            turnBack();
            return reportOnce(() -> isOver(state));
        } finally {
            lock.unlock();
        }
    }

    /// The same without waiting for it.
    void turnBack() {
        lock.lock();
        try {
            if (isOver(state) || !protocol.canGiveUp()) {
                var why = isOver(state) ? "it is over (" + state + ")"
                    : protocol.step() == Step.VALIDATE ? "it is being checked, and nothing has begun" : "it is on its way back, or its guest runs on " + target.name();
                throw new LabException(LabException.Kind.CONFLICT, "move " + id + " of " + vm.name() + " cannot be taken back: " + why);
            }
            givenUp = "it was given up";
            hooks.giveUp();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private static boolean isOver(String state) {
        return !List.of("running", "prepared", "switched").contains(state);
    }

    /// Waits until more phases are over than these, or all is, or the time has passed.
    MoveReport follow(int knownPhases, Duration time) {
        lock.lock();
        try {
            long leftNanos = time.toNanos();
            while (phases.size() <= knownPhases && state.equals("running") && leftNanos > 0) {
                leftNanos = changed.awaitNanos(leftNanos);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
        return report();
    }

    /// The protocol goes on from a step; a phase ends with its last.
    private void leave(Step step, Runnable transition) {
        lock.lock();
        try {
            transition.run();
            boolean isLast = protocol.end() != null || !protocol.step().phase().equals(step.phase());
            if (isLast && protocol.end() != MoveProtocol.End.REFUSED && !(step.isRollback() && protocol.end() == null)) {
                ended(step);
            }
        } finally {
            lock.unlock();
        }
    }

    private void ended(Step step) {
        long nowNanos = clock.nanoTime();
        lock.lock();
        try {
            phases.add(new Phase(step.phase(), (nowNanos - phaseNanos) / 1_000));
            phaseNanos = nowNanos;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void note(String fault) {
        lock.lock();
        try {
            if (!faults.contains(fault)) {
                faults.add(fault);
            }
        } finally {
            lock.unlock();
        }
    }

    private void conclude() {
        var reason = String.join("\n", faults);
        var sentence = reason.replace("\n", "; ");
        switch (Objects.requireNonNull(protocol.end())) {
            case REFUSED -> {
                lab.events().post(EventType.VM_MIGRATION_FAILED, vm.name(), vm.name() + " cannot move from " + vm.host() + " to " + target.name() + ": "
                    + sentence + ".", details());
                end("refused", reason);
            }
            case FAILED -> {
                var there = lab.topology().vms().get(vm.name());
                var where = there == null || there.host().equals(vm.host()) ? " and is where it was: " : ", and could not be taken back from there: ";
                lab.events().post(EventType.VM_MIGRATION_FAILED, vm.name(), vm.name() + " could not move from " + vm.host() + " to " + target.name() + where
                    + sentence + ".", details());
                end("failed", reason);
            }
            case MOVED -> {
                long gapMicros = micros(ports().gapNanos());
                lab.events().post(EventType.VM_MIGRATED, vm.name(), vm.name() + " has moved from " + vm.host() + " to " + target.name() + "; its ports were off for "
                    + gapMicros + " µs" + (sentence.isEmpty() ? "." : ". Then: " + sentence + "."), details().and("gapMicros", gapMicros));
                end("moved", reason);
            }
        }
    }

    private void end(String how, String reason) {
        lock.lock();
        try {
            if (how.equals("refused") && phases.isEmpty()) {
                ended(Step.VALIDATE);      // At once with the word, so that nobody takes it for a phase of a move.
            }
            faults.clear();
            if (!reason.isEmpty()) {
                faults.add(reason);
            }
            if (!how.equals("moved")) {
                nics.clear();
                uplinksBefore.forEach((name, uplink) -> nics.add(new Nic(name, uplink, "", 0)));
            }
            state = how;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private Details details() {
        return Details.of("from", vm.host()).and("to", target.name());
    }

    /// Where the VM's ports sit now.
    private List<Meters.Seat> seats() {
        return lab.seats().stream().filter(seat -> seat.port().startsWith(vm.name() + ".eth")).toList();
    }

    private Map<String, String> uplinks() {
        var uplinks = new TreeMap<String, String>();
        seats().forEach(seat -> uplinks.put(seat.port(), seat.uplink()));
        return uplinks;
    }

    MoveReport report() {
        lock.lock();
        try {
            return snapshot();
        } finally {
            lock.unlock();
        }
    }

    private MoveReport snapshot() {
        var moving = ports;
        var carried = guest;
        var frames = moving == null ? new MoveReport.Frames(0, 0, 0)
            : new MoveReport.Frames(moving.lost(), moving.held(), moving.duplicated());
        var peers = moving == null ? new MoveReport.Peers(0, 0) : new MoveReport.Peers(micros(moving.silenceNanos()), micros(moving.deafNanos()));
        var still = carried == null ? new MoveReport.Guest(0, 0, 0)
            : new MoveReport.Guest(micros(carried.downtimeNanos()), micros(carried.stoppedNanos()), micros(carried.waitedNanos()));
        return new MoveReport(id, began.toString(), vm.name(), vm.host(), target.name(), state, String.join("\n", faults), List.copyOf(phases),
            moving == null ? 0 : micros(moving.gapNanos()), frames, peers, still, List.copyOf(nics), findings);
    }

    private static long micros(long nanos) {
        return nanos / 1_000;
    }
}
