package io.etherloom.lab;

import io.etherloom.linux.ProcessState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// One process and no other: a pid is used again after the process, the triple is not.
///
/// @param pid        process id
/// @param startTicks clock ticks from boot to the start of the process, [ProcessState#startTicks]
/// @param bootId     `/proc/sys/kernel/random/boot_id`
public record ProcessStamp(long pid, long startTicks, String bootId) {
    /// The stamp of this process.
    public static ProcessStamp ofThisProcess() {
        long pid = ProcessHandle.current().pid();
        return new ProcessStamp(pid, ProcessState.startTicks(pid), currentBoot());
    }

    /// What has become of it.
    public ProcessState state() {
        return bootId.equals(currentBoot()) ? ProcessState.of(pid, startTicks) : ProcessState.GONE;
    }

    private static String currentBoot() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
        } catch (IOException e) {
            // A container may hide it; start ticks alone have to do then.
            return "unknown";
        }
    }
}
