package io.etherloom.vmotion;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A move that is asked for. What is null is the usual.
///
/// @param vm            name of a VM
/// @param host          to which it shall go
/// @param strict        refuse it for warnings, too; no
/// @param dryRun        only check; no
/// @param timeoutMillis after which it is taken back, unless its guest runs at the target by then; 60,000
/// @param bufferOctets  of what comes for each port while it stands still that are kept and handed over; 0: dropped, as the product does (spec 7.9)
/// @param stunMillis    for which the ports stand still, as those of a real guest would; 0
/// @param leaseMillis   the caller drives the phases himself, and the move is taken back when he is not heard of for so long; null: nobody has to
public record MoveRequest(String vm, String host, @Nullable Boolean strict, @Nullable Boolean dryRun, @Nullable Long timeoutMillis, @Nullable Long bufferOctets,
        @Nullable Long stunMillis, @Nullable Long leaseMillis) {
    private static final long DEFAULT_TIMEOUT_MILLIS = 60_000;
    private static final long MAX_MILLIS = 3_600_000;
    private static final long MAX_BUFFER = 64L << 20;

    public MoveRequest {
        if (vm == null || vm.isEmpty() || host == null || host.isEmpty()) {
            throw new IllegalArgumentException("it must say which VM (\"vm\") shall go to which host (\"host\")");
        }
        require("timeoutMillis", timeoutMillis, 100, MAX_MILLIS);
        require("bufferOctets", bufferOctets, 0, MAX_BUFFER);
        require("stunMillis", stunMillis, 0, MAX_MILLIS);
        require("leaseMillis", leaseMillis, 100, MAX_MILLIS);
    }

    /// A move with everything as usual.
    public MoveRequest(String vm, String host) {
        this(vm, host, null, null, null, null, null, null);
    }

    private static void require(String key, @Nullable Long value, long least, long most) {
        if (value != null && (value < least || value > most)) {
            throw new IllegalArgumentException("\"" + key + "\" is " + value + "; allowed: " + least + " to " + most);
        }
    }

    boolean isStrict() {
        return Boolean.TRUE.equals(strict);
    }

    boolean isDryRun() {
        return Boolean.TRUE.equals(dryRun);
    }

    Duration timeout() {
        return Duration.ofMillis(timeoutMillis == null ? DEFAULT_TIMEOUT_MILLIS : timeoutMillis);
    }

    long buffer() {
        return bufferOctets == null ? 0 : bufferOctets;
    }

    Duration stun() {
        return Duration.ofMillis(stunMillis == null ? 0 : stunMillis);
    }
}
