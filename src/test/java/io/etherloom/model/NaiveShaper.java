package io.etherloom.model;

import io.etherloom.vswitch.ShaperSpec;
import io.etherloom.vswitch.SwitchSpec;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;

/// One direction of one port (spec 6.1-6.7): a bucket of tokens filled at the average rate, and a pace at the peak rate. What waits is one
/// queue; queues by flow are a matter of the shaper's own tests.
///
/// @param <F> what waits
final class NaiveShaper<F> {
    private static final long BITS = 8;
    private static final long SECOND = 1_000_000_000L;
    private static final int FULL_FRAME = 1514;
    private static final int TAGGED_HEADER = 18;

    private ShaperSpec spec;
    private int limit;
    private long capacity;
    private final ToIntFunction<F> charge;
    private final Consumer<F> exit;
    private final Deque<F> queue = new ArrayDeque<>();
    /// In bits times nanoseconds per second, so that any time and any rate come out even.
    private long tokens;
    private long filledAt;
    /// What has passed and would still be on its way at the peak rate; in the same unit.
    private long onItsWay;

    /// @param charge octets on the wire, without frame check sequence (spec 6.6)
    /// @param exit   takes what passes
    NaiveShaper(ShaperSpec spec, SwitchSpec.ShaperOptions options, int mtu, long nowNanos, ToIntFunction<F> charge,
                Consumer<F> exit) {
        this.spec = spec;
        this.charge = charge;
        this.exit = exit;
        filledAt = nowNanos;
        tokens = Long.MAX_VALUE;
        set(spec, options, mtu, nowNanos);
    }

    /// Other figures: what waits stays, tokens carry over as far as they fit.
    void set(ShaperSpec next, SwitchSpec.ShaperOptions options, int mtu, long nowNanos) {
        fill(nowNanos);
        spec = next;
        capacity = Math.max(spec.burstOctets(), mtu + TAGGED_HEADER) * BITS * SECOND;
        tokens = Math.min(tokens, capacity);
        var burst = Math.min(spec.burstOctets() / FULL_FRAME, options.queueMax());
        limit = (int) Math.min(options.queueMax(), Math.max(options.queueMin(), burst)); // 6.7
    }

    ShaperSpec spec() {
        return spec;
    }

    private void fill(long nowNanos) {
        var wanted = capacity - tokens;
        var nanos = nowNanos - filledAt;
        filledAt = nowNanos;
        onItsWay = onItsWay / spec.peakBitsPerSecond() < nanos ? 0 : onItsWay - nanos * spec.peakBitsPerSecond();
        // Beyond this time the bucket is full anyway.
        tokens = nanos >= wanted / spec.averageBitsPerSecond() + 1 ? Math.max(tokens, capacity)
                : Math.min(capacity, tokens + nanos * spec.averageBitsPerSecond());
    }

    /// When the first frame may begin.
    private long ready(F frame) {
        var missing = charge.applyAsInt(frame) * BITS * SECOND - tokens;
        var full = missing <= 0 ? filledAt : filledAt + Math.ceilDiv(missing, spec.averageBitsPerSecond());
        return Math.max(full, filledAt + Math.ceilDiv(onItsWay, spec.peakBitsPerSecond()));
    }

    /// Takes a frame in; returns whether there was place for it.
    boolean offer(F frame, long nowNanos) {
        advance(nowNanos);
        if (queue.isEmpty() && ready(frame) <= nowNanos) {
            pass(frame);
            return true;
        }
        return queue.size() < limit && queue.add(frame);
    }

    private void pass(F frame) {
        var bits = charge.applyAsInt(frame) * BITS * SECOND;
        tokens -= bits;
        onItsWay += bits;
        exit.accept(frame);
    }

    long due() {
        return queue.isEmpty() ? NaiveLinks.NEVER : ready(queue.getFirst());
    }

    /// Lets go what is due.
    void advance(long nowNanos) {
        fill(nowNanos);
        while (!queue.isEmpty() && ready(queue.getFirst()) <= nowNanos) {
            pass(queue.removeFirst());
        }
    }

    /// Empties the queue without waiting.
    void drain(Consumer<F> to) {
        while (!queue.isEmpty()) {
            to.accept(queue.removeFirst());
        }
    }
}
