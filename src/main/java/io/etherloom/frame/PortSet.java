package io.etherloom.frame;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The ports of one switch as the agent sees them: counters, sinks, observers and what waits, by dense port index. Every frame that enters,
/// leaves or ends at a port passes through here, so this is where it is counted and shown.
///
/// ```
/// send ──► deliveries of all ports, in order ──flush──► sink of the port ──► counted as out
///                                                        │ no room
///                                                        ▼
///                                     queue of the port, at most `limit` frames ──retry──► sink
/// ```
///
/// Owned by the agent thread; counters may be read by any.
public final class PortSet {
    /// So many frames may wait at a port while the pool is low.
    private static final int LOW_LIMIT = FrameBatch.CAPACITY / 8;
    /// Frames that wait at a port for which there is memory at first.
    private static final int QUEUE_CAPACITY = 8;
    private static final FrameSink NOBODY = (_, _) -> DropReason.PORT_DISABLED;

    private final FramePool pool;
    private final Deliveries deliveries = new Deliveries();
    private final UnicastCounters unicast = new UnicastCounters(0);
    private PortCounters[] counters = new PortCounters[0];
    private FrameSink[] sinks = new FrameSink[0];
    private CapturePoint[] inputPoints = new CapturePoint[0];
    private CapturePoint[] outputPoints = new CapturePoint[0];
    private @Nullable FrameObserver[] observers = new FrameObserver[0];
    private int[] limits = new int[0];
    private @Nullable FrameQueue[] queues = new FrameQueue[0];
    /// Ports at which something waits.
    private int[] waiting = new int[0];
    private int waitingCount;
    private boolean isPoolLow;
    private long nowNanos;

    public PortSet(FramePool pool) {
        this.pool = pool;
    }

    public FramePool pool() {
        return pool;
    }

    /// Gives port `index` fresh counters, and nobody who takes what leaves by it; nothing waits there.
    ///
    /// @param queueLimit frames that may wait for a sink that has no room (spec 1.33)
    /// @param input how frames that enter are called in a capture: VnicTx or UplinkRcv
    /// @param output how frames that leave are called: VnicRx or UplinkSnd
    public PortCounters open(int index, int queueLimit, CapturePoint input, CapturePoint output) {
        if (index >= counters.length) {
            grow(index + 1);
        }
        unicast.clear(index);
        counters[index] = new PortCounters(unicast, index);
        sinks[index] = NOBODY;
        limits[index] = queueLimit;
        inputPoints[index] = input;
        outputPoints[index] = output;
        observers[index] = null;
        return counters[index];
    }

    private void grow(int size) {
        int known = counters.length;
        int capacity = Math.max(size, known * 2);
        unicast.ports(capacity);
        counters = Arrays.copyOf(counters, capacity);
        sinks = Arrays.copyOf(sinks, capacity);
        inputPoints = Arrays.copyOf(inputPoints, capacity);
        outputPoints = Arrays.copyOf(outputPoints, capacity);
        observers = Arrays.copyOf(observers, capacity);
        limits = Arrays.copyOf(limits, capacity);
        queues = Arrays.copyOf(queues, capacity);
        waiting = Arrays.copyOf(waiting, capacity);
        for (int i = known; i < capacity; i++) {
            counters[i] = new PortCounters(unicast, i);
            sinks[i] = NOBODY;
            inputPoints[i] = CapturePoint.VNIC_TX;
            outputPoints[i] = CapturePoint.VNIC_RX;
        }
    }

    /// Says who takes what leaves by a port from now on; null for nobody, as when nothing is plugged in.
    public void connect(int index, @Nullable FrameSink sink) {
        sinks[index] = sink == null ? NOBODY : sink;
    }

    /// Frames that may wait at a port.
    public int limit(int index) {
        return limits[index];
    }

    /// Changes how many frames may wait at a port; those that do stay.
    public void limit(int index, int frames) {
        limits[index] = frames;
    }

    public PortCounters counters(int index) {
        return counters[index];
    }

    /// Shows this observer what passes the port from now on; null ends that.
    public void observe(int index, @Nullable FrameObserver observer) {
        observers[index] = observer;
    }

    public @Nullable FrameObserver observer(int index) {
        return observers[index];
    }

    /// Sets the time that observers are told; called at the start of a batch.
    public void now(long nowNanos) {
        this.nowNanos = nowNanos;
    }

    /// A frame has come from the device of this port.
    public void received(int index, Frame frame, int tag) {
        if (frame.isGroup()) {
            counters[index].received(frame, tag);
        } else {
            unicast.received(index, frame, tag);
        }
        if (observers[index] != null) {
            show(index, inputPoints[index], frame, tag, null);
            show(index, CapturePoint.PORT_INPUT, frame, tag, null);
        }
    }

    /// Decides that a copy leaves by this port; the caller keeps its own hold.
    public void send(int index, Frame frame, int tag) {
        frame.retain();
        deliveries.add(index, frame, tag);
    }

    /// Sends a copy of a frame that the switch itself made; nothing entered by a port for it (spec 4.48a).
    public void originate(int index, Frame frame, int tag) {
        counters[index].originated(frame);
        resolved(index, frame, tag);
        send(index, frame, tag);
    }

    /// Gives a frame that has waited elsewhere to the device of a port, past what waits here; nothing entered by a port for it. It takes over the
    /// caller's hold, unless the device has no room.
    ///
    /// @return false when it has none
    public boolean bring(int index, Frame frame, int tag, FrameSink device) {
        var refusal = device.transmit(frame, tag);
        if (refusal == DropReason.QUEUE_FULL) {
            return false;
        }
        counters[index].originated(frame);
        resolved(index, frame, tag);
        if (refusal == null) {
            sent(index, frame, tag);
        } else {
            drop(index, frame, tag, refusal);
        }
        return true;
    }

    /// This port is about to get a copy of a unicast frame that is for another.
    public void watched(int index, Frame frame) {
        counters[index].watched(frame);
    }

    /// A frame that entered by this port was for the switch itself. Releases nothing.
    public void consumed(int index, Frame frame) {
        counters[index].consumed(frame);
    }

    /// A copy ended at this port. Releases nothing.
    public void dropped(int index, Frame frame, int tag, DropReason reason) {
        dropped(index, frame, tag, reason, frame.segments());
    }

    /// So many of the frames on the wire that a super-frame stands for ended at this port; an observer is shown the super-frame, once.
    /// Releases nothing.
    public void dropped(int index, Frame frame, int tag, DropReason reason, int wireFrames) {
        counters[index].dropped(wireFrames, reason);
        if (observers[index] != null) {
            show(index, CapturePoint.DROP, frame, tag, reason);
        }
    }

    /// Shows a stage in the middle of the path to the observer of the port, if there is one.
    public void passed(int index, CapturePoint point, Frame frame, int tag) {
        if (observers[index] != null) {
            show(index, point, frame, tag, null);
        }
    }

    /// A frame has been resolved to this port, which shows it where it leaves the switch and where it comes to the port.
    public void resolved(int index, Frame frame, int tag) {
        if (observers[index] != null) {
            show(index, CapturePoint.ETHERSWITCH_OUTPUT, frame, tag, null);
            show(index, CapturePoint.PORT_OUTPUT, frame, tag, null);
        }
    }

    private void show(int index, CapturePoint point, Frame frame, int tag, @Nullable DropReason reason) {
        var observer = observers[index];
        if (observer != null) {
            observer.observe(point, frame, tag, reason, nowNanos);
        }
    }

    /// Hands what was sent since the last time to those who take it, in order. A sink that throws costs the frame that it was given; what is
    /// behind it leaves with the next call.
    public void flush() {
        isPoolLow = pool.isLow();
        int at = 0;
        try {
            while (at < deliveries.size()) {
                var frame = deliveries.frame(at);
                int port = deliveries.port(at);
                int tag = deliveries.tag(at++);
                if (frame != null) {
                    deliver(port, frame, tag);
                }
            }
        } finally {
            deliveries.clear(at);
        }
    }

    private void deliver(int index, Frame frame, int tag) {
        var queue = queues[index];
        var refusal = queue == null || queue.isEmpty() ? offer(index, frame, tag) : DropReason.QUEUE_FULL;
        if (refusal == null) {
            sent(index, frame, tag);
        } else if (refusal == DropReason.QUEUE_FULL) {
            await(index, frame, tag);
        } else {
            drop(index, frame, tag, refusal);
        }
    }

    private @Nullable DropReason offer(int index, Frame frame, int tag) {
        try {
            return sinks[index].transmit(frame, tag);
        } catch (RuntimeException | Error bug) {
            drop(index, frame, tag, DropReason.DEVICE_ERROR);
            throw bug;
        }
    }

    /// Counts a frame that its sink has taken, and lets go of it.
    private void sent(int index, Frame frame, int tag) {
        if (frame.isGroup()) {
            counters[index].sent(frame, tag);
        } else {
            unicast.sent(index, frame, tag);
        }
        try {
            if (observers[index] != null) {
                show(index, outputPoints[index], frame, tag, null);
            }
        } finally {
            frame.release();
        }
    }

    /// Lets a frame wait, or drops the newest of those that do (spec 1.33).
    private void await(int index, Frame frame, int tag) {
        var queue = queues[index];
        if (queue == null) {
            queue = new FrameQueue(QUEUE_CAPACITY);
            queues[index] = queue;
        }
        if (queue.isEmpty()) {
            waiting[waitingCount++] = index;
        }
        queue.add(frame, tag);
        int allowed = isPoolLow ? Math.min(limits[index], LOW_LIMIT) : limits[index];
        while (queue.size() > allowed) {
            int newestTag = queue.lastTag();
            drop(index, queue.takeLast(), newestTag, DropReason.QUEUE_FULL);
        }
    }

    private void drop(int index, Frame frame, int tag, DropReason reason) {
        try {
            dropped(index, frame, tag, reason);
        } finally {
            frame.release();
        }
    }

    /// How many frames of a port are on their way to its sink, or wait for it.
    public int queued(int index) {
        var queue = queues[index];
        int count = queue == null ? 0 : queue.size();
        for (int at = 0; at < deliveries.size(); at++) {
            count += deliveries.frame(at) != null && deliveries.port(at) == index ? 1 : 0;
        }
        return count;
    }

    /// How many frames wait for the sink of a port.
    public int waiting(int index) {
        var queue = queues[index];
        return queue == null ? 0 : queue.size();
    }

    /// Octets of frames that wait for the sink of a port, tags included.
    public long waitingOctets(int index) {
        var queue = queues[index];
        return queue == null ? 0 : queue.octets();
    }

    /// Whether frames wait at some port, or were left by a flush that failed, so that [#retry] is wanted.
    public boolean isWaiting() {
        return waitingCount > 0 || deliveries.size() > 0;
    }

    /// Offers what waits once more, oldest first.
    ///
    /// @return how many frames went away
    public int retry() {
        int count = deliveries.size();
        flush();
        try {
            for (int i = waitingCount - 1; i >= 0; i--) {
                count += retry(waiting[i]);
            }
        } finally {
            forgetEmpty();
        }
        return count;
    }

    @SuppressWarnings("NullAway")
    private int retry(int index) {
        var queue = queues[index];
        int count = 0;
        for (; !queue.isEmpty(); count++) {
            int tag = queue.firstTag();
            var frame = queue.take();
            var refusal = offer(index, frame, tag);
            if (refusal == DropReason.QUEUE_FULL) {
                queue.putBack(frame, tag);
                break;
            }
            if (refusal == null) {
                sent(index, frame, tag);
            } else {
                drop(index, frame, tag, refusal);
            }
        }
        return count;
    }

    @SuppressWarnings("NullAway")
    private void forgetEmpty() {
        int kept = 0;
        for (int i = 0; i < waitingCount; i++) {
            if (!queues[waiting[i]].isEmpty()) {
                waiting[kept++] = waiting[i];
            }
        }
        waitingCount = kept;
    }

    /// Drops all that is on its way to the sink of a port, or waits for it.
    public void dropQueued(int index, DropReason reason) {
        var queue = queues[index];
        while (queue != null && !queue.isEmpty()) {
            int tag = queue.firstTag();
            drop(index, queue.take(), tag, reason);
        }
        forgetEmpty();
        for (int at = 0; at < deliveries.size(); at++) {
            var frame = deliveries.frame(at);
            if (frame != null && deliveries.port(at) == index) {
                deliveries.withdraw(at);
                drop(index, frame, deliveries.tag(at), reason);
            }
        }
    }
}
