package io.etherloom.vswitch;

import java.util.Arrays;

/// Tells of frames that a policy refuses: of the first of a port at once, then at most once a minute with their number, so that a hostile
/// guest fills no log. State of the agent thread; time is passed in.
final class Refusals {
    private static final long PAUSE_NANOS = 60_000_000_000L;

    private final SwitchListener listener;
    private long[] untold = {};
    private long[] toldAt = {};
    private boolean[] isTold = {};

    Refusals(SwitchListener listener) {
        this.listener = listener;
    }

    /// Follows new tables; a port that is new at its index begins anew.
    void apply(ForwardingTables previous, ForwardingTables next) {
        if (next.size() > untold.length) {
            untold = Arrays.copyOf(untold, next.size());
            toldAt = Arrays.copyOf(toldAt, next.size());
            isTold = Arrays.copyOf(isTold, next.size());
        }
        for (int port = 0; port < untold.length; port++) {
            if (port >= next.size() || !previous.isConnected(port) || previous.slot(port) != next.slot(port)) {
                untold[port] = 0;
                isTold[port] = false;
            }
        }
    }

    void forged(int port, long source, long nowNanos) {
        untold[port]++;
        if (!isTold[port] || nowNanos - toldAt[port] >= PAUSE_NANOS) {
            isTold[port] = true;
            toldAt[port] = nowNanos;
            listener.forged(port, source, untold[port]);
            untold[port] = 0;
        }
    }
}
