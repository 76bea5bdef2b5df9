package io.etherloom.event;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The last events of a lab, in a ring. Each is also one line of the lab's log. Any thread may post, ask and wait; an agent does not, since
/// posting takes a lock and writes to the log.
///
/// Bounded: a reader has no queue, only its place in the ring, and one that is too slow learns how many it has missed.
public final class EventLog implements AutoCloseable {
    /// Hours of a lab that is being worked with.
    public static final int CAPACITY = 8192;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final @Nullable Event[] ring;
    private final InstantSource clock;
    private final FloodGate gate = new FloodGate();
    private final AtomicLongArray counts = new AtomicLongArray(EventType.values().length);
    private long last;
    private boolean isClosed;

    public EventLog() {
        this(CAPACITY, InstantSource.system());
    }

    /// @param capacity how many events are kept
    public EventLog(int capacity, InstantSource clock) {
        ring = new Event[capacity];
        this.clock = clock;
    }

    /// Something has happened just now, and the sentence says it all.
    public void post(EventType type, String object, String sentence) {
        post(type, object, sentence, Details.none());
    }

    /// Something has happened just now.
    public void post(EventType type, String object, String sentence, Details details) {
        post(clock.instant(), type, object, sentence, details);
    }

    /// Something has happened at that time. Of what comes from outside and too often ([EventType#isLimited]) the next one says how many like it
    /// were left out; they are counted all the same. After [#close] nothing is told.
    public void post(Instant time, EventType type, String object, String sentence, Details details) {
        lock.lock();
        try {
            if (isClosed) {
                return;
            }
            counts.incrementAndGet(type.ordinal());
            long leftOut = type.isLimited() ? gate.admit(type, object, time) : 0;
            if (leftOut < 0) {
                return;
            }
            var event = leftOut == 0 ? new Event(++last, time, type, object, sentence, details.values())
                : new Event(++last, time, type, object, sentence + " " + leftOut + " like it were left out before.", details.and("leftOut", leftOut).values());
            ring[(int) (last % ring.length)] = event;
            LogLine.write(event);      // Under the lock, so that the log has the order of the numbers.
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// When something happens now.
    public Instant now() {
        return clock.instant();
    }

    /// How many events of a type have been posted, kept or not.
    public long count(EventType type) {
        return counts.get(type.ordinal());
    }

    /// What was read at once.
    ///
    /// @param events in order
    /// @param missed how many after the asked place are no longer kept
    /// @param last the number of the newest event there is, 0 without any
    /// @param isEnded whether nothing will be posted after these
    public record Page(List<Event> events, long missed, long last, boolean isEnded) {}

    /// The events with a number above `seq`, as far as they are kept. A number that has not been reached is of another lab of this name,
    /// and all are new to whoever asks.
    public Page since(long seq) {
        lock.lock();
        try {
            long from = seq > last ? 0 : Math.max(0, seq);
            long oldest = Math.max(1, last - ring.length + 1);
            long first = Math.max(from + 1, oldest);
            var events = new ArrayList<Event>();
            for (long number = first; number <= last; number++) {
                var event = ring[(int) (number % ring.length)];
                if (event != null) {
                    events.add(event);
                }
            }
            return new Page(List.copyOf(events), first - from - 1, last, isClosed);
        } finally {
            lock.unlock();
        }
    }

    /// The same, but waits while there are none.
    ///
    /// @param timeoutNanos after which the page is empty
    public Page await(long seq, long timeoutNanos) throws InterruptedException {
        lock.lock();
        try {
            long left = timeoutNanos;
            while (seq == last && !isClosed && left > 0) {
                left = changed.awaitNanos(left);
            }
            return since(seq);
        } finally {
            lock.unlock();
        }
    }

    /// Nothing is posted any more: whoever waits is told so.
    @Override
    public void close() {
        lock.lock();
        try {
            isClosed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
