package io.etherloom.lab;

import io.etherloom.device.FrameHold;
import io.etherloom.lab.MoveJournal.Step;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The ports of one VM on their way to another host. Everything is done under the lab's lock.
final class VmMove implements PortMove {
    private static final Logger LOG = LoggerFactory.getLogger(VmMove.class);

    /// Runs work as a change of the lab.
    interface Lock {
        <T> T change(Supplier<T> work);
    }

    private final Lock lock;
    private final DesiredState desired;
    private final Converger converger;
    private final LongSupplier agentsNanos;
    private final MoveJournal journal;
    private final Consumer<VmMove> onClose;
    private final String vm;
    private final String from;
    private final String to;
    private DesiredState.Prospect prospect;
    /// By port name.
    private final Map<String, MoveWatch> watches;
    private volatile Map<String, FrameHold> holds = Map.of();
    private volatile long gapNanos;
    private volatile long dropped;
    private volatile boolean wasBusy;
    private boolean isDecided;
    private boolean isTakenBack;
    private boolean isStunned;
    private boolean isAttached;
    private boolean isClosed;

    /// Called under the lock.
    ///
    /// @param agentsNanos the agents' clock
    /// @param onClose     told under the lock that it is over
    /// @throws LabException when the lab could not have the VM there, or the journal cannot be written
    VmMove(Lock lock, DesiredState desired, Converger converger, LongSupplier agentsNanos, MoveJournal journal, Consumer<VmMove> onClose, String vm, String to) {
        this.onClose = onClose;
        this.agentsNanos = agentsNanos;
        this.lock = lock;
        this.desired = desired;
        this.converger = converger;
        this.journal = journal;
        this.vm = vm;
        this.to = to;
        prospect = desired.prospect(vm, to);
        from = host();
        desired.reserve(vm, from, to);
        try {
            journal.append(entry(Step.PREPARE));
        } catch (LabException fault) {
            desired.release(vm);
            throw fault;
        }
        watches = converger.movers().watch(vm, to);
    }

    private String host() {
        var now = desired.topology().vms().get(vm);
        return now == null ? "" : now.host();
    }

    /// The file was applied, which puts the VM where it says, and the journal has begun anew; under the lock.
    void reapplied() {
        isDecided = false;
        isTakenBack |= isAttached && !host().equals(to);
        isAttached &= !isTakenBack;
        isStunned = converger.movers().isStunned(vm);
        journal.append(entry(Step.PREPARE));
    }

    private void requireStanding() {
        if (isTakenBack || host().isEmpty()) {
            throw new LabException(LabException.Kind.CONFLICT, host().isEmpty() ? "there is no VM " + vm + " any more"
                : "the file was applied meanwhile, and has " + vm + " on " + host());
        }
    }

    private MoveJournal.Entry entry(Step step) {
        return new MoveJournal.Entry(vm, from, to, step);
    }

    private void change(Runnable work) {
        lock.change(() -> {
            work.run();
            return true;
        });
    }

    @Override
    public void carry(long bufferOctets) {
        change(() -> converger.movers().carry(vm, bufferOctets));
    }

    @Override
    public void stun(long bufferOctets, long stoppedNanos) {
        change(() -> {
            if (!isStunned && !isAttached) {
                var fresh = converger.movers().holds(vm, bufferOctets);
                noteBusy();
                decide();      // Now, so that the ports do not stand still for a disk.
                holds = converger.movers().stun(vm, fresh, stoppedNanos);
                isStunned = true;
            }
        });
    }

    @Override
    public void attach() {
        change(() -> {
            if (isAttached) {
                return;
            }
            requireStanding();
            prospect = desired.isStale(prospect) ? desired.prospect(vm, to) : prospect;
            decide();
            if (!isStunned) {
                noteBusy();
            }
            try {
                desired.move(prospect);
            } catch (RuntimeException fault) {
                isStunned = converger.movers().isStunned(vm);      // The converger has put ports back, which may be others.
                throw fault;
            }
            isAttached = true;
            isStunned = false;
            gapNanos = converger.movers().gapNanos();
            dropped = converger.movers().lost();
            holds = converger.movers().given();
        });
    }

    private void noteBusy() {
        long nowNanos = agentsNanos.getAsLong();
        wasBusy = watches.values().stream().anyMatch(watch -> watch.isBusy(nowNanos));
    }

    /// From here on the next start after a kill finishes the move.
    private void decide() {
        if (!isDecided) {
            journal.append(entry(Step.ATTACH));
            isDecided = true;
        }
    }

    @Override
    public void back() {
        change(() -> {
            if (isAttached && desired.topology().vms().containsKey(vm)) {
                desired.move(desired.prospect(vm, from));
                isAttached = false;
            } else if (isStunned) {
                dropped = converger.movers().wake(vm);
                isStunned = false;
            }
            journal.appendAtAnyCost(entry(Step.BACK));
            isDecided = false;
        });
    }

    @Override
    public void complete() {
        change(() -> {
            requireStanding();
            journal.append(entry(Step.COMPLETE));
        });
    }

    @Override
    public void close() {
        try {
            change(() -> {
                if (!isClosed) {
                    isClosed = true;
                    desired.release(vm);
                    converger.movers().unwatch(vm);
                    onClose.accept(this);
                }
            });
        } catch (LabException fault) {
            LOG.info("event=move-closed-late vm={} reason=\"{}\"", vm, fault.getMessage());      // The lab is being taken down, and all is gone with it.
        }
    }

    @Override
    public long gapNanos() {
        return gapNanos;
    }

    @Override
    public long held() {
        return holds.values().stream().mapToLong(FrameHold::held).sum();
    }

    @Override
    public long handedOver() {
        return holds.values().stream().mapToLong(FrameHold::handedOver).sum();
    }

    @Override
    public long lost() {
        return dropped + holds.values().stream().mapToLong(FrameHold::lost).sum();
    }

    @Override
    public long duplicated() {
        return watches.values().stream().mapToLong(MoveWatch::duplicates).sum();
    }

    @Override
    public boolean isHeard() {
        return watches.values().stream().allMatch(MoveWatch::isHeard);
    }

    @Override
    public boolean isBusy() {
        return wasBusy;
    }

    @Override
    public long silenceNanos() {
        return watches.values().stream().mapToLong(MoveWatch::silenceNanos).max().orElse(0);
    }

    @Override
    public long deafNanos() {
        return watches.values().stream().mapToLong(MoveWatch::deafNanos).max().orElse(0);
    }
}
