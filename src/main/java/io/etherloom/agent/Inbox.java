package io.etherloom.agent;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// How an agent learns that other agents have put something into its rings, without looking at each ring in each duty cycle, and how it is
/// woken when it sleeps, without a system call for each record.
///
/// ```
///  producer                            owner
///  commit to ring ─ fence              look: take all bits ─ read the rings of those places
///  set the place's bit                 rest: sleeping = true ─ fence ─ any bit? then do not sleep
///  is the owner sleeping? then ring    awake: sleeping = false
/// ```
///
/// There are 64 bits; more places share them, so a listener may be told for nothing. Either the producer sees that the owner sleeps, or the
/// owner sees the bit: each writes its own flag before it reads that of the other, with a full fence between (Dekker). A bit that is
/// set already is not set again, which the same fence makes safe: who still finds it set is before the owner's next look.
///
/// Any thread announces; the rest is for the owner's thread, or for one that acts while the owner is stopped.
public final class Inbox {
    /// Told on the owner's thread that its ring may have something.
    @FunctionalInterface
    public interface Listener {
        void mayHaveArrived();
    }

    private static final int BITS = Long.SIZE;
    private static final VarHandle MARKED = handle("marked", long.class);
    private static final VarHandle SLEEPING = handle("isSleeping", boolean.class);

    private final Runnable bell;
    private final AtomicInteger places = new AtomicInteger();
    private final List<List<Listener>> listeners = new ArrayList<>(BITS);
    @SuppressWarnings("unused")
    private volatile long marked;
    @SuppressWarnings("unused")
    private volatile boolean isSleeping;

    /// @param bell wakes the owner out of its sleep; called by a producer, at most once for each sleep
    public Inbox(Runnable bell) {
        this.bell = bell;
        for (int i = 0; i < BITS; i++) {
            listeners.add(new ArrayList<>());
        }
    }

    private static VarHandle handle(String field, Class<?> type) {
        try {
            return MethodHandles.lookup().findVarHandle(Inbox.class, field, type);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /// A place for one more ring; any thread.
    public int newPlace() {
        return places.getAndIncrement() & BITS - 1;
    }

    /// Tells this listener of its place from now on, beginning with what came before.
    public void listen(int place, Listener listener) {
        listeners.get(place).add(listener);
        listener.mayHaveArrived();
    }

    /// Ends that.
    public void ignore(int place, Listener listener) {
        listeners.get(place).remove(listener);
    }

    /// Says that something was committed to the ring of this place. Once for many records; any thread.
    public void announce(int place) {
        VarHandle.fullFence();
        long bit = 1L << place;
        if (((long) MARKED.getOpaque(this) & bit) == 0) {
            MARKED.getAndBitwiseOr(this, bit);
        }
        if (isSleeping && SLEEPING.compareAndSet(this, true, false)) {
            bell.run();
        }
    }

    /// Tells the listeners of all places that were announced.
    ///
    /// @return whether any was
    public boolean look() {
        if ((long) MARKED.getOpaque(this) == 0) {
            return false;
        }
        long left = (long) MARKED.getAndSet(this, 0L);
        VarHandle.fullFence();      // No ring may be read before the marks are gone, or what is announced in between is overlooked.
        while (left != 0) {
            var concerned = listeners.get(Long.numberOfTrailingZeros(left));
            for (int i = 0; i < concerned.size(); i++) {
                concerned.get(i).mayHaveArrived();
            }
            left &= left - 1;
        }
        return true;
    }

    /// Asks to be woken from now on.
    ///
    /// @return whether the owner may sleep; not when something was announced since the last look
    public boolean rest() {
        isSleeping = true;
        VarHandle.fullFence();
        if (marked == 0) {
            return true;
        }
        isSleeping = false;
        return false;
    }

    /// The owner has woken, whyever.
    public void awake() {
        isSleeping = false;
    }
}
