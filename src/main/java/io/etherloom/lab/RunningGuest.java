package io.etherloom.lab;

import io.etherloom.lab.Blueprint.MachinePlan;
import io.etherloom.qemu.QemuException;
import io.etherloom.qemu.QemuMachine;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A process of QEMU that has the guest, and what need not be waited for: done one after the other on a thread of its own, so that a process that
/// answers late keeps nobody else. Any thread.
final class RunningGuest implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RunningGuest.class);

    /// After a change was told, so that a driver that never stops changing costs the lab little.
    private static final long REST_NANOS = 20_000_000L;

    private final QemuMachine machine;
    private final MachinePlan plan;
    private final String accelerator;
    private final ExecutorService work = Executors.newSingleThreadExecutor(Thread.ofVirtual().name("qemu-guest").factory());
    private final AtomicBoolean isAsking = new AtomicBoolean();
    private final Set<Integer> drivers = ConcurrentHashMap.newKeySet();
    private final Set<Integer> unwanted = ConcurrentHashMap.newKeySet();
    private volatile boolean isWaiting;
    /// How the guest was told to set up its interfaces, by vNIC; under the lab's lock.
    private final Map<Integer, String> addressing = new HashMap<>();
    /// What was told last, by vNIC; guarded by itself.
    private final Map<Integer, GuestFilter> told = new HashMap<>();

    RunningGuest(QemuMachine machine, MachinePlan plan, String accelerator) {
        this.machine = machine;
        this.plan = plan;
        this.accelerator = accelerator;
    }

    QemuMachine machine() {
        return machine;
    }

    MachinePlan plan() {
        return plan;
    }

    String accelerator() {
        return accelerator;
    }

    /// Whether the guest is in another process still.
    boolean isWaiting() {
        return isWaiting;
    }

    void waits(boolean isWaiting) {
        this.isWaiting = isWaiting;
    }

    /// Whether a vNIC is to be set up otherwise than it was told last; remembers it.
    boolean isNews(int nic, String words) {
        return !words.equals(addressing.put(nic, words));
    }

    /// Whether a vNIC shall be pulled out of the guest.
    ///
    /// @return whether that is another word than before
    boolean unwanted(int nic, boolean isUnwanted) {
        return isUnwanted ? unwanted.add(nic) : unwanted.remove(nic);
    }

    boolean isUnwanted(int nic) {
        return unwanted.contains(nic);
    }

    /// Does something when what came before is done; a fault is logged.
    void later(Runnable what) {
        try {
            work.execute(() -> {
                try {
                    what.run();
                } catch (QemuException fault) {
                    LOG.warn("event=guest-refused vm={} reason=\"{}\"", machine.spec().name(), fault.getMessage());
                }
            });
        } catch (RejectedExecutionException e) {
            // It is being ended.
        }
    }

    /// The driver of a vNIC has said what it wants. Before that, and after a reset, an adapter says that it wants everything, and nobody asked for that.
    void hasDriver(int nic) {
        drivers.add(nic);
    }

    /// Another adapter is there now.
    void hasNoDriver(int nic) {
        drivers.remove(nic);
    }

    /// The guest begins anew.
    void hasNoDrivers() {
        drivers.clear();
    }

    /// Asks what the drivers want, and tells what is different from the last time.
    void askFilters(Consumer<Map<Integer, GuestFilter>> listener) {
        if (drivers.isEmpty() || !isAsking.compareAndSet(false, true)) {
            return;
        }
        later(() -> {
            isAsking.set(false);      // What changes from here on needs another question.
            var changed = new HashMap<Integer, GuestFilter>();
            var filters = machine.rxFilters();
            synchronized (told) {
                for (var answer : filters) {
                    var filter = QemuGuests.filter(answer);
                    if (drivers.contains(answer.index()) && !filter.equals(told.put(answer.index(), filter))) {
                        changed.put(answer.index(), filter);
                    }
                }
            }
            if (!changed.isEmpty()) {
                listener.accept(changed);
                LockSupport.parkNanos(REST_NANOS);
            }
        });
    }

    /// A vNIC is connected anew, so that what is known of it must be told again.
    void forget(int nic) {
        synchronized (told) {
            told.remove(nic);
        }
    }

    /// Ends the process.
    @Override
    public void close() {
        work.shutdownNow();
        machine.close();
    }
}
