package io.etherloom.replay;

import io.etherloom.topology.Replay;
import io.etherloom.topology.ReplayRate;

/// How a file is replayed.
///
/// @param loops      how often the whole file, 0 for ever
/// @param count      frames that are sent at most, 0 for no limit
/// @param limitNanos time after which it ends, 0 for no limit
public record ReplaySettings(ReplayRate rate, long loops, boolean rewriteMacs, boolean padCut, long count, long limitNanos) {
    public ReplaySettings {
        if (loops < 0 || count < 0 || limitNanos < 0) {
            throw new IllegalArgumentException("loops " + loops + ", count " + count + ", time " + limitNanos + " ns: none may be negative");
        }
    }

    /// Those of a VM of kind `replay`.
    public static ReplaySettings of(Replay vm) {
        return new ReplaySettings(vm.rate(), vm.loops(), vm.rewriteMacs(), vm.padCut(), 0, 0);
    }
}
