package io.etherloom.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.etherloom.event.EventLog;
import io.etherloom.frame.DurationCounts;
import io.etherloom.lab.view.SecurityView;
import io.etherloom.model.Outcome;
import io.etherloom.topology.Topology;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A lab in memory of which VMs can be moved, with all that belongs to it: its ports, its journal on a disk, and hypervisors that carry guests, which are
/// the only thing that is not real. Time is the manual clock's; what shall happen meanwhile is told before ([#at]), and so are faults ([#fail]).
///
/// After each thing that is done to it no two ports have one address, and no guest runs twice.
public final class MemoryMoves implements MovableLab, AutoCloseable {
    /// When a fault happens: the call has done nothing yet, or everything.
    public enum When { BEFORE, AFTER }

    private static final long CARRY_NANOS = 30_500_000;
    /// How long after a guest has stopped its hypervisor says so.
    private static final long SAY_NANOS = 3_000_000;

    private final MemoryLab lab;
    private final DesiredState desired;
    private final Path folder;
    private final MoveJournal journal;
    private final List<Action> actions = new ArrayList<>();
    private final Map<String, Fault> faults = new HashMap<>();
    private final List<String> calls = new ArrayList<>();
    private final Map<String, MemoryGuest> guests = new LinkedHashMap<>();

    private record Action(long nanos, Runnable what) {}

    private static final class Fault {
        private final When when;
        private int left;

        Fault(When when, int times) {
            this.when = when;
            left = times;
        }
    }

    /// @param text of a topology file, whose VMs are in memory
    public MemoryMoves(String text) {
        lab = MemoryLab.of(text);
        desired = new DesiredState(lab.topology(), Path.of(lab.topology().file()).toAbsolutePath().toString(), lab::converge, lab.events());
        try {
            folder = Files.createTempDirectory("etherloom-moves-");
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
        journal = new MoveJournal(folder);
    }

    /// Has a hypervisor carry the guest of a VM.
    public void carries(String vm) {
        guests.put(vm, new MemoryGuest(vm, host(vm)));
    }

    public long nowNanos() {
        return lab.nowNanos();
    }

    /// Something happens when so much time has passed.
    public void at(long nanosFromNow, Runnable what) {
        actions.add(new Action(nowNanos() + nanosFromNow, what));
        actions.sort(Comparator.comparingLong(Action::nanos));
    }

    /// Time passes, and what shall happen does.
    public void pass(long nanos) {
        long end = nowNanos() + nanos;
        while (!actions.isEmpty() && actions.getFirst().nanos <= end) {
            var next = actions.removeFirst();
            advance(next.nanos - nowNanos());
            next.what.run();
        }
        advance(end - nowNanos());
    }

    /// How long until the next thing happens; `Long.MAX_VALUE` when nothing will.
    public long nanosToNext() {
        return actions.isEmpty() ? Long.MAX_VALUE : Math.max(0, actions.getFirst().nanos - nowNanos());
    }

    private void advance(long nanos) {
        if (nanos > 0) {
            lab.advanceNanos(nanos);
        }
        requireOneOfEach();
    }

    /// A call of [PortMove] or [GuestMigration] fails.
    ///
    /// @param call its name
    /// @param times how often, from now on
    public void fail(String call, When when, int times) {
        faults.put(call, new Fault(when, times));
    }

    public Outcome send(String place, byte[]... frames) {
        return lab.send(place, frames);
    }

    /// The device at this place has a frame to send, if it has room for it; its port reads when time passes.
    public void offer(String place, byte[] frame) {
        lab.takes(place, frame);
    }

    /// What a VM gets from now on, in its order.
    public List<byte[]> listenAt(String vm) {
        return lab.listenAt(vm, () -> isRunning(vm));
    }

    /// Where a VM is.
    public String host(String vm) {
        return desired.topology().vms().get(vm).host();
    }

    /// Where its guest runs, of a VM that is carried; null when it does nowhere.
    public @Nullable String runsAt(String vm) {
        return guests.get(vm).runsAt;
    }

    /// Whether it does, or needs no hypervisor for that.
    public boolean isRunning(String vm) {
        return !guests.containsKey(vm) || runsAt(vm) != null;
    }

    /// Where the next start of the lab after a kill would have it.
    public String afterKill(String vm) {
        try {
            var last = MoveJournal.read(folder.resolve(MoveJournal.FILE)).get(vm);
            return last == null ? lab.topology().vms().get(vm).host() : last.host();
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }

    /// Spec 7.4: at no instant do two enabled ports have one address.
    private void requireOneOfEach() {
        var addresses = lab.state().converger().switches().values().stream().flatMap(runtime -> runtime.ports().values().stream())
            .filter(port -> port.plan().rule() instanceof Blueprint.Rule.Access).map(port -> port.plan().name()).toList();
        assertThat(addresses).doesNotHaveDuplicates();
    }

    /// What was called, in its order.
    public List<String> calls() {
        return List.copyOf(calls);
    }

    private void call(String name, Runnable work) {
        calls.add(name);
        var fault = faults.get(name);
        boolean isFaulty = fault != null && fault.left-- > 0;
        try {
            if (isFaulty && fault.when == When.BEFORE) {
                throw fault(name);
            }
            work.run();
            if (isFaulty) {
                throw fault(name);
            }
        } finally {
            requireOneOfEach();
        }
    }

    private static LabException fault(String name) {
        return new LabException(LabException.Kind.ENVIRONMENT, "the fault of " + name);
    }

    @Override
    public Topology topology() {
        return desired.topology();
    }

    @Override
    public EventLog events() {
        return lab.events();
    }

    @Override
    public List<SecurityView> security() {
        return new PolicyViews(lab.state(desired.topology(), desired.overrides())).security();
    }

    @Override
    public List<Meters.Seat> seats() {
        var beside = new LabMeters.Beside(lab.agents(), new DurationCounts(), events(), new Meters.Captures(0, 0));
        return LabMeters.of(topology(), lab.state().converger(), beside, LabMeters.PATIENCE_NANOS).seats();
    }

    @Override
    public PortMove prepareMove(String vm, String host) {
        var moves = new PortMove[1];
        call("prepareMove", () -> moves[0] = new Watched(vm, host));
        return moves[0];
    }

    @Override
    public @Nullable GuestMigration migration(String vm, String host) {
        var guest = guests.get(vm);
        return guest == null ? null : guest.to(host);
    }

    @Override
    public void close() {
        lab.close();
        try {
            Files.deleteIfExists(folder.resolve(MoveJournal.FILE));
            Files.delete(folder);
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }

    /// The real one, with faults.
    private final class Watched implements PortMove {
        private final VmMove move;

        Watched(String vm, String host) {
            move = new VmMove(MemoryMoves::change, desired, lab.state().converger(), lab::nowNanos, journal, _ -> {}, vm, host);
            lab.brings(host(vm) + "/vSwitch0", () -> move.handedOver() + move.lost());
            lab.brings(host + "/vSwitch0", () -> move.handedOver() + move.lost());
        }

        @Override
        public void carry(long bufferOctets) {
            call("carry", () -> move.carry(bufferOctets));
        }

        @Override
        public void stun(long bufferOctets, long stoppedNanos) {
            call("stun", () -> move.stun(bufferOctets, stoppedNanos));
        }

        @Override
        public void attach() {
            call("attach", move::attach);
        }

        @Override
        public void back() {
            call("back", move::back);
        }

        @Override
        public void complete() {
            call("complete", move::complete);
        }

        @Override
        public void close() {
            move.close();
        }

        @Override
        public long gapNanos() {
            return move.gapNanos();
        }

        @Override
        public long held() {
            return move.held();
        }

        @Override
        public long handedOver() {
            return move.handedOver();
        }

        @Override
        public long lost() {
            return move.lost();
        }

        @Override
        public long duplicated() {
            return move.duplicated();
        }

        @Override
        public boolean isHeard() {
            return move.isHeard();
        }

        @Override
        public boolean isBusy() {
            return move.isBusy();
        }

        @Override
        public long silenceNanos() {
            return move.silenceNanos();
        }

        @Override
        public long deafNanos() {
            return move.deafNanos();
        }
    }

    private static <T> T change(Supplier<T> work) {
        return work.get();
    }

    /// A guest that hypervisors carry. What comes after it has stopped the one at the source takes, and throws away; the one at the target takes nothing before it runs.
    private final class MemoryGuest implements GuestMigration {
        private final String vm;
        private @Nullable String runsAt;
        private String from;
        private String to = "";
        private boolean isAtTarget;
        private long stoppedAt;
        private long stoodStill;

        MemoryGuest(String vm, String host) {
            this.vm = vm;
            runsAt = host;
            from = host;
        }

        MemoryGuest to(String host) {
            from = host(vm);
            to = host;
            isAtTarget = false;
            return this;
        }

        private void runs(@Nullable String host) {
            assertThat(host == null || runsAt == null || host.equals(runsAt)).as("%s runs on %s, and shall run on %s", vm, runsAt, host).isTrue();
            runsAt = host;
            lab.stall(vm, false);
        }

        @Override
        public void untilStopped(Duration timeout) {
            call("untilStopped", () -> {
                pass(Math.min(CARRY_NANOS, timeout.toNanos()));
                if (timeout.toNanos() < CARRY_NANOS) {
                    throw new LabException(LabException.Kind.CONFLICT, "the copy takes longer");
                }
                isAtTarget = true;
                stoppedAt = nowNanos();
                runs(null);
                pass(SAY_NANOS);
            });
        }

        @Override
        public void handOff() {
            call("handOff", () -> {
                assertThat(runsAt).isNull();
                assertThat(host(vm)).as("where its ports still are").isEqualTo(from);
                lab.stall(vm, true);
            });
        }

        @Override
        public void resume(Duration timeout) {
            call("resume", () -> {
                assertThat(host(vm)).as("where its ports are").isEqualTo(to);
                assertThat(isAtTarget).isTrue();
                stoodStill = nowNanos() - stoppedAt;
                runs(to);
            });
        }

        @Override
        public void done() {
            call("done", () -> assertThat(runsAt).isEqualTo(to));
        }

        @Override
        public void abandon() {
            call("abandon", () -> {
                isAtTarget = false;
                if (to.equals(runsAt)) {
                    runs(null);
                }
                runs(from);
            });
        }

        @Override
        public long downtimeNanos() {
            return stoodStill;
        }

        @Override
        public long stoppedAtNanos() {
            return stoppedAt;
        }

        @Override
        public long stoppedNanos() {
            return stoodStill;
        }

        @Override
        public long waitedNanos() {
            return 0;
        }
    }
}
