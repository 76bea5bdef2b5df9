package io.etherloom.frame;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The ports of one switch as the agent sees them: counters, egress queues and observers by dense port index, and the list of
/// ports that have something to send. Every frame that enters, leaves or ends at a port passes through here, so this is where it is
/// counted and shown. Owned by the agent thread; counters may be read by any.
public final class PortSet {
    private final FramePool pool;
    private EgressQueue[] queues = new EgressQueue[0];
    private PortCounters[] counters = new PortCounters[0];
    private CapturePoint[] inputPoints = new CapturePoint[0];
    private CapturePoint[] outputPoints = new CapturePoint[0];
    private @Nullable FrameObserver[] observers = new FrameObserver[0];
    private int[] dirty = new int[0];
    private int dirtyCount;
    private long nowNanos;

    public PortSet(FramePool pool) {
        this.pool = pool;
    }

    public FramePool pool() {
        return pool;
    }

    /// Gives port `index` fresh counters and an empty queue.
    ///
    /// @param queueLimit frames that may wait for a device that is not ready
    /// @param input how frames that enter are called in a capture: VnicTx or UplinkRcv
    /// @param output how frames that leave are called: VnicRx or UplinkSnd
    public PortCounters open(int index, int queueLimit, CapturePoint input, CapturePoint output) {
        if (index >= queues.length) {
            grow(index + 1);
        }
        queues[index] = new EgressQueue(this, index, queueLimit);
        counters[index] = new PortCounters();
        inputPoints[index] = input;
        outputPoints[index] = output;
        observers[index] = null;
        return counters[index];
    }

    private void grow(int size) {
        int capacity = Math.max(size, queues.length * 2);
        int known = queues.length;
        queues = Arrays.copyOf(queues, capacity);
        counters = Arrays.copyOf(counters, capacity);
        inputPoints = Arrays.copyOf(inputPoints, capacity);
        outputPoints = Arrays.copyOf(outputPoints, capacity);
        observers = Arrays.copyOf(observers, capacity);
        dirty = Arrays.copyOf(dirty, capacity);
        for (int i = known; i < capacity; i++) {
            queues[i] = new EgressQueue(this, i, 0);
            counters[i] = new PortCounters();
            inputPoints[i] = CapturePoint.VNIC_TX;
            outputPoints[i] = CapturePoint.VNIC_RX;
        }
    }

    public EgressQueue queue(int index) {
        return queues[index];
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
        counters[index].received(frame, tag);
        if (observers[index] != null) {
            show(index, inputPoints[index], frame, tag, null);
        }
    }

    /// Queues a copy to this port; the caller keeps its own hold.
    public void send(int index, Frame frame, int tag) {
        queues[index].add(frame, tag);
    }

    /// Queues a copy of a frame that the switch itself made; nothing entered by a port for it (spec 4.48a).
    public void originate(int index, Frame frame, int tag) {
        counters[index].originated(frame);
        queues[index].add(frame, tag);
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

    void sent(int index, Frame frame, int tag) {
        counters[index].sent(frame, tag);
        if (observers[index] != null) {
            show(index, outputPoints[index], frame, tag, null);
        }
    }

    private void show(int index, CapturePoint point, Frame frame, int tag, @Nullable DropReason reason) {
        var observer = observers[index];
        if (observer != null) {
            observer.observe(point, frame, tag, reason, nowNanos);
        }
    }

    void markDirty(int index) {
        dirty[dirtyCount++] = index;
    }

    /// How many ports have had frames queued since the last [#flushed].
    public int dirtyCount() {
        return dirtyCount;
    }

    /// The index of the `nth` of them.
    public int dirtyPort(int nth) {
        return dirty[nth];
    }

    /// The devices have had their turn: drops what may not wait and begins a new list.
    public void flushed() {
        for (int i = 0; i < dirtyCount; i++) {
            queues[dirty[i]].trim(pool.isLow());
        }
        dirtyCount = 0;
    }
}
