package io.etherloom.vswitch;

import io.etherloom.frame.DropReason;
import io.etherloom.frame.Frame;
import io.etherloom.frame.PortSet;
import io.etherloom.frame.Segmenter;
import io.etherloom.wire.Ethernet;
import io.etherloom.wire.Tag;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Traffic shaping of one direction of one port (spec 6.1-6.10): each frame passes at once, waits for its time, or is dropped.
///
/// ```
///  frame ──► cut ──► no one waits, tokens cover it ──────────────► exit
///                     │ else                                        ▲
///                     ▼                       TokenBucket           │
///             8 queues by flow ──── in turn, when tokens and peak let it ┘
/// ```
///
/// A super-frame is cut first, so that nothing passes the peak in one piece. Charged is what stands on the wire, tag included.
///
/// A flow queue holds the burst in full frames, within the bounds of [SwitchSpec.ShaperOptions]; all of them together hold `queueMax`
/// frames, and `queueMin` while the pool is low, so that a shaped port starves nobody. When a queue is full its newest frame goes
/// (`SHAPER_FULL`); when all together are full, the newest of the longest queue, so that one flow does not starve another.
///
/// Belongs to the agent thread; allocates nothing per frame once its queues have grown. Time is given, and never asked for.
final class Shaper {
    /// Where frames go that pass.
    interface Exit {
        /// Takes over the caller's hold. Must not call the shaper.
        void pass(int port, Frame frame, int tag);
    }

    /// Octets of a full frame without tag: what queues are counted in.
    private static final int FULL_FRAME = 1514;

    private final int port;
    private final PortSet ports;
    private final Segmenter segmenter;
    private final TokenBucket bucket;
    private final FlowQueues queues;

    private @Nullable ShaperSpec spec;
    private SwitchSpec.ShaperOptions options = SwitchSpec.ShaperOptions.DEFAULT;
    private int queueLimit;

    private long passedOctets;
    private long delayedFrames;
    private long droppedFrames;

    /// A shaper that must be given its figures by [#configure].
    ///
    /// @param port index of the port, at which is counted what is dropped
    /// @param segmenter may be shared by all of the agent
    Shaper(int port, PortSet ports, Segmenter segmenter) {
        this.port = port;
        this.ports = ports;
        this.segmenter = segmenter;
        bucket = new TokenBucket();
        queues = new FlowQueues();
    }

    /// The same figures, tokens and pacing at this moment; what waits is there by its lengths ([Frame#isShape]).
    Shaper(Shaper other, PortSet ports, Segmenter segmenter) {
        port = other.port;
        this.ports = ports;
        this.segmenter = segmenter;
        bucket = new TokenBucket(other.bucket);
        queues = FlowQueues.shapesOf(other.queues);
        spec = other.spec;
        options = other.options;
        queueLimit = other.queueLimit;
    }

    /// Takes over figures, the first or new ones. What waits is kept, even beyond new limits; tokens carry over as far as they fit.
    ///
    /// @param mtu largest payload of a frame: a burst smaller than one full frame counts as one
    void configure(ShaperSpec spec, SwitchSpec.ShaperOptions options, int mtu, long nowNanos) {
        boolean isOtherOrder = this.options.isPerFlow() != options.isPerFlow();
        this.spec = spec;
        this.options = options;
        queueLimit = (int) Math.max(options.queueMin(), Math.min(spec.burstOctets() / FULL_FRAME, options.queueMax()));
        bucket.configure(spec, mtu + Ethernet.HEADER + Tag.LENGTH, nowNanos);
        if (isOtherOrder && queues.size() > 0) {
            sortAnew();
        }
    }

    /// Puts what waits where the next frames of its flow will go, so that they stay behind it.
    private void sortAnew() {
        int count = queues.size();
        var frames = new Frame[count];
        var tags = new int[count];
        for (int i = 0; i < count; i++) {
            tags[i] = queues.firstTag();
            frames[i] = queues.take();
        }
        for (int i = 0; i < count; i++) {
            queues.add(flow(frames[i]), frames[i], tags[i]);
        }
        awaitFirst();
    }

    /// Whether a frame passes as it comes: nobody waits, and tokens and peak allow it. If so it is charged, and goes on with the caller; if
    /// not, [#offer] it.
    boolean passesAtOnce(Frame frame, int tag, long nowNanos) {
        if (queues.size() > 0 || frame.offload().isSuperFrame()) {
            return false;
        }
        bucket.settle(nowNanos);
        int octets = frame.wireOctets(tag);
        if (!bucket.covers(octets)) {
            return false;
        }
        charge(octets);
        return true;
    }

    private void charge(int octets) {
        bucket.pay(octets);
        passedOctets += octets;
    }

    /// A frame comes; takes over the caller's hold. What waits and is due passes before it.
    ///
    /// @param tag the tag that is charged, and given to the exit with the frame
    void offer(Frame frame, int tag, long nowNanos, Exit exit) {
        release(nowNanos, exit);
        if (frame.offload().isSuperFrame()) {
            offerSegments(frame, tag, exit);
        } else if (mayPass(frame.wireOctets(tag))) {
            pass(frame, tag, exit);
        } else {
            int flow = flow(frame);
            if (makeRoom(flow)) {
                enqueue(flow, frame, tag);
            } else {
                drop(frame, tag);
            }
        }
    }

    /// The rest of a super-frame need not be cut when one segment finds no room, because they are of one flow.
    private void offerSegments(Frame whole, int tag, Exit exit) {
        int count = whole.segments();
        int flow = flow(whole);
        for (int i = 0; i < count; i++) {
            boolean mayPass = mayPass(segmenter.segmentLength(whole, i) + Tag.length(tag));
            if (!mayPass && !makeRoom(flow)) {
                droppedFrames += count - i;
                ports.dropped(port, whole, tag, DropReason.SHAPER_FULL, count - i);
                break;
            }
            var segment = segmenter.segment(whole, i, ports.pool());
            if (segment == null) {
                ports.dropped(port, whole, tag, DropReason.POOL_EXHAUSTED, count - i);
                break;
            }
            if (mayPass) {
                pass(segment, tag, exit);
            } else {
                enqueue(flow, segment, tag);
            }
        }
        whole.release();
    }

    private boolean mayPass(int octets) {
        return queues.size() == 0 && bucket.covers(octets);
    }

    private void pass(Frame frame, int tag, Exit exit) {
        charge(frame.wireOctets(tag));
        exit.pass(port, frame, tag);
    }

    private int flow(Frame frame) {
        return options.isPerFlow() ? (int) (FlowHash.of(frame) >>> 61) : 0;
    }

    /// Whether one more frame of this flow may wait, when need be instead of one of a longer flow.
    private boolean makeRoom(int flow) {
        if (queues.size(flow) >= queueLimit) {
            return false;
        }
        if (queues.size() < limit()) {
            return true;
        }
        int longest = queues.longest();
        if (queues.size(longest) <= queues.size(flow) + 1) {
            return false;
        }
        dropNewest(longest);
        return true;
    }

    /// Frames that may wait in all queues together.
    private int limit() {
        return ports.pool().isLow() ? Math.min(options.queueMin(), options.queueMax()) : options.queueMax();
    }

    private void enqueue(int flow, Frame frame, int tag) {
        queues.add(flow, frame, tag);
        delayedFrames++;
        if (queues.size() == 1) {
            awaitFirst();
        }
    }

    private void dropNewest(int flow) {
        int tag = queues.newestTag(flow);
        drop(queues.takeNewest(flow), tag);
    }

    private void drop(Frame frame, int tag) {
        droppedFrames++;
        ports.dropped(port, frame, tag, DropReason.SHAPER_FULL);
        frame.release();
    }

    /// Passes what is due.
    ///
    /// @return when the next frame is due, [Long#MAX_VALUE] when none waits
    long release(long nowNanos, Exit exit) {
        bucket.settle(nowNanos);
        if (nowNanos >= bucket.dueNanos()) {
            while (queues.size() > 0 && bucket.covers(queues.first().wireOctets(queues.firstTag()))) {
                int tag = queues.firstTag();
                pass(queues.take(), tag, exit);
            }
            awaitFirst();
        }
        if (ports.pool().isLow()) {
            giveBack();
        }
        return bucket.dueNanos();
    }

    /// Drops what the pool needs more urgently; the frame that is next stays.
    private void giveBack() {
        int allowed = Math.max(1, limit());
        while (queues.size() > allowed) {
            dropNewest(queues.longest());
        }
    }

    private void awaitFirst() {
        bucket.await(queues.size() == 0 ? 0 : queues.first().wireOctets(queues.firstTag()));
    }

    /// When the next frame is due, [Long#MAX_VALUE] when none waits.
    long dueNanos() {
        return bucket.dueNanos();
    }

    /// Drops all that waits.
    void dropAll(DropReason reason) {
        while (queues.size() > 0) {
            int tag = queues.firstTag();
            var frame = queues.take();
            ports.dropped(port, frame, tag, reason);
            frame.release();
        }
        awaitFirst();
    }

    /// Passes all that waits, due or not: shaping ends.
    void drainAll(Exit exit) {
        while (queues.size() > 0) {
            int tag = queues.firstTag();
            pass(queues.take(), tag, exit);
        }
        awaitFirst();
    }

    /// How it stands.
    ShaperState state(long nowNanos) {
        bucket.settle(nowNanos);
        return new ShaperState(Objects.requireNonNull(spec), bucket.tokenOctets(), queues.size(), queueLimit, passedOctets, delayedFrames,
                droppedFrames);
    }
}
