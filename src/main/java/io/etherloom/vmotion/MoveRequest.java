package io.etherloom.vmotion;

import org.jspecify.annotations.Nullable;

/// A move that is asked for.
///
/// @param vm     name of a VM
/// @param host   to which it shall go
/// @param strict refuse it for warnings, too; null for no
/// @param dryRun only check; null for no
public record MoveRequest(String vm, String host, @Nullable Boolean strict, @Nullable Boolean dryRun) {
    public MoveRequest {
        if (vm == null || vm.isEmpty() || host == null || host.isEmpty()) {
            throw new IllegalArgumentException("it must say which VM (\"vm\") shall go to which host (\"host\")");
        }
    }

    boolean isStrict() {
        return Boolean.TRUE.equals(strict);
    }

    boolean isDryRun() {
        return Boolean.TRUE.equals(dryRun);
    }
}
