package io.etherloom.vswitch;

/// When a frame may pass: a bucket of burst size, refilled at average, and pacing at peak (spec 6.6).
///
/// ```
///   average ──►┌────────┐
///              │ tokens │  a frame passes when the tokens cover it and the one before it has had
///      burst   │        │  its time at peak; it pays its octets from both
///              └───┬────┘
///                  ▼  at peak
/// ```
///
/// Tokens and pacing are whole numbers of nanobits (1e-9 bit), because a rate in bits per second brings exactly that many of them in a
/// nanosecond: nothing is ever rounded, so nothing drifts. Idle times of any length, rates to 1 Tbit/s and bursts to
/// [#MAX_BURST_OCTETS] do not overflow.
///
/// **Late calls.** While a frame waits, the plan goes on without the caller: what comes late is made up for, at most [#MAX_LATE_NANOS] of
/// it. A bucket that nobody waits at gathers no credit towards the peak. In any window no more than the burst size passes above average,
/// but for a burst smaller than a frame and what the average brings while the caller is late: then the average is kept, not the burst.
///
/// **Batches.** The frames of a batch come at one time, though on a wire they would not. So what the peak brings in [#BATCH_NANOS], beyond one
/// full frame, may pass ahead of the plan: nothing below 600 Mbit/s, and at 10 Gbit/s a batch that need not queue.
///
/// Owned by one [Shaper]. It never asks a clock: [#settle] says what time it is.
final class TokenBucket {
    /// What more than this would be counts as this.
    static final long MAX_BURST_OCTETS = 1L << 30;
    /// So much of a delay is made up for: far beyond the granularity of timers, short enough to be no burst of its own. Above 46 Gbit/s
    /// of peak it is less, down to 4.6 ms at 1 Tbit/s.
    static final long MAX_LATE_NANOS = 100_000_000;

    /// About as long as an agent takes for a batch.
    static final long BATCH_NANOS = 20_000;

    private static final long NANOBITS_PER_OCTET = 8_000_000_000L;

    private long average;
    private long peak;
    private long capacity;
    private long maxLateNanos;
    /// How far frames may be ahead of the peak.
    private long ahead;

    /// What may pass above the average; below zero after a frame longer than the bucket.
    private long tokens;
    /// Below zero while the last frame still takes its time at peak; above it when frames wait and the caller is late.
    private long credit;
    private long settledNanos;
    private int awaitedOctets;
    private long dueNanos = Long.MAX_VALUE;

    TokenBucket() {}

    /// The same figures and level.
    TokenBucket(TokenBucket other) {
        average = other.average;
        peak = other.peak;
        capacity = other.capacity;
        maxLateNanos = other.maxLateNanos;
        ahead = other.ahead;
        tokens = other.tokens;
        credit = other.credit;
        settledNanos = other.settledNanos;
        awaitedOctets = other.awaitedOctets;
        dueNanos = other.dueNanos;
    }

    /// Takes over new figures; a bucket without any before begins full. Tokens carry over as far as they fit.
    ///
    /// @param largestFrame octets of a full frame on the wire, tag included: the bucket holds at least this
    void configure(ShaperSpec spec, int largestFrame, long nowNanos) {
        boolean isFirst = peak == 0;
        if (!isFirst) {
            settle(nowNanos);
        }
        average = spec.averageBitsPerSecond();
        peak = spec.peakBitsPerSecond();
        capacity = Math.min(Math.max(spec.burstOctets(), largestFrame), MAX_BURST_OCTETS) * NANOBITS_PER_OCTET;
        maxLateNanos = Math.min(MAX_LATE_NANOS, Long.MAX_VALUE / 2 / peak);
        ahead = Math.max(0, peak * BATCH_NANOS - largestFrame * NANOBITS_PER_OCTET);
        tokens = isFirst ? capacity : Math.min(tokens, capacity);
        credit = Math.min(credit, maxLateNanos * peak);
        settledNanos = isFirst ? nowNanos : settledNanos;
        await(awaitedOctets);
    }

    /// Brings tokens and pacing up to this time. A time before the last one changes nothing.
    void settle(long nowNanos) {
        long passed = nowNanos - settledNanos;
        if (passed <= 0) {
            return;      // Of most frames of a batch, and it spares two divisions.
        }
        settledNanos = nowNanos;
        tokens = filled(tokens, average, passed, tokenLimit());
        credit = filled(credit, peak, passed, awaitedOctets > 0 ? maxLateNanos * peak : 0);
    }

    /// The capacity, and beyond it what has come since the waiting frame was due: else a small bucket would lose this at each late call.
    private long tokenLimit() {
        if (awaitedOctets == 0 || settledNanos <= dueNanos) {
            return capacity;
        }
        return Math.max(capacity, cost(awaitedOctets) + average * Math.min(settledNanos - dueNanos, maxLateNanos));
    }

    private static long filled(long level, long rate, long nanos, long limit) {
        long room = limit - level;
        return room <= 0 || nanos > room / rate ? limit : level + rate * nanos;
    }

    /// Whether a frame may pass now, at the time of the last [#settle].
    boolean covers(int octets) {
        return tokens >= cost(octets) && credit >= -ahead;
    }

    /// A frame passes.
    void pay(int octets) {
        if (credit > 0) {
            // The plan let the frame begin when the tokens covered it, and no earlier: time spent waiting for tokens is no credit.
            credit = Math.min(credit, atPeak(tokens - cost(octets)));
        }
        tokens -= octets * NANOBITS_PER_OCTET;
        credit -= octets * NANOBITS_PER_OCTET;
    }

    /// Tokens that a frame needs: one longer than the bucket passes when the bucket is full, and leaves a debt.
    private long cost(int octets) {
        return Math.min(octets * NANOBITS_PER_OCTET, capacity);
    }

    /// What the peak brings in the time in which the average brings this.
    private long atPeak(long nanobits) {
        if (average == peak) {
            return nanobits;
        }
        long nanos = nanobits / average;
        if (nanos >= maxLateNanos) {
            return maxLateNanos * peak;
        }
        return nanos * peak + (long) ((double) (nanobits % average) * peak / average);
    }

    /// Says which frame is the next that waits, of so many octets; 0 for none. After it [#dueNanos] is known.
    void await(int octets) {
        awaitedOctets = octets;
        if (octets == 0) {
            dueNanos = Long.MAX_VALUE;
            return;
        }
        long forTokens = Math.ceilDiv(Math.max(0, cost(octets) - tokens), average);
        long forPeak = Math.ceilDiv(Math.max(0, -credit - ahead), peak);
        dueNanos = settledNanos + Math.max(forTokens, forPeak);
    }

    /// When the frame that waits may pass; [Long#MAX_VALUE] when none does.
    long dueNanos() {
        return dueNanos;
    }

    /// What may pass above the average at the time of the last [#settle], at most the burst size.
    long tokenOctets() {
        return Math.clamp(tokens, 0, capacity) / NANOBITS_PER_OCTET;
    }
}
