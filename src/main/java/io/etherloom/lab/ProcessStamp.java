package io.etherloom.lab;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// One process and no other: a pid is used again after the process, the triple is not.
///
/// @param pid        process id
/// @param startTicks clock ticks from boot to the start of the process, field 22 of `/proc/PID/stat` (proc_pid_stat(5))
/// @param bootId     `/proc/sys/kernel/random/boot_id`
public record ProcessStamp(long pid, long startTicks, String bootId) {
    private static final Path PROC = Path.of("/proc");

    /// `<linux/sched.h>`: the task is on its way out.
    private static final long PF_EXITING = 0x4;

    /// Bit of SIGKILL in the masks of `/proc/PID/status`.
    private static final long SIGKILL_BIT = 1L << 9 - 1;

    /// How a process is doing.
    public enum Life {
        /// It runs.
        ALIVE,
        /// It was killed, or is exiting, and the kernel still closes its descriptors.
        DYING,
        /// It is gone, or a zombie that holds nothing any more, or another process has its pid.
        DEAD
    }

    /// The stamp of this process.
    public static ProcessStamp ofThisProcess() {
        var stamp = of(ProcessHandle.current().pid());
        if (stamp == null) throw new IllegalStateException("/proc does not show this process; is it mounted?");
        return stamp;
    }

    /// The stamp of a process, or null if there is none.
    static @Nullable ProcessStamp of(long pid) {
        var stat = stat(PROC.resolve(Long.toString(pid)));
        return stat == null ? null : new ProcessStamp(pid, Long.parseLong(stat[19]), currentBoot());
    }

    /// What has become of it.
    public Life life() {
        if (!bootId.equals(currentBoot())) return Life.DEAD;
        var folder = PROC.resolve(Long.toString(pid));
        var stat = stat(folder);
        if (stat == null || Long.parseLong(stat[19]) != startTicks) return Life.DEAD;
        return lifeOfThreads(folder.resolve("task"));
    }

    /// Descriptors are shared by all threads, so the last one that leaves closes them. The main thread may be a zombie long before.
    private static Life lifeOfThreads(Path tasks) {
        boolean isHeld = false;
        boolean isDying = false;
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(tasks)) {
            for (var thread : threads) {
                var stat = stat(thread);
                if (stat == null) continue;
                boolean isGone = stat[0].equals("Z") || stat[0].equals("X");
                isHeld |= !isGone;
                isDying |= isGone || (Long.parseLong(stat[6]) & PF_EXITING) != 0 || isKilled(thread);
            }
        } catch (IOException | java.nio.file.DirectoryIteratorException e) {
            return Life.DEAD;
        }
        return !isHeld ? Life.DEAD : isDying ? Life.DYING : Life.ALIVE;
    }

    private static boolean isKilled(Path thread) {
        try {
            for (var line : Files.readAllLines(thread.resolve("status"))) {
                if (line.startsWith("SigPnd:") || line.startsWith("ShdPnd:")) {
                    if ((Long.parseUnsignedLong(line.substring(7).strip(), 16) & SIGKILL_BIT) != 0) return true;
                }
            }
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    /// The fields of `stat` from the third on (state is index 0, flags 6, start time 19), or null if there is no such process. The
    /// second, the name in parentheses, may itself hold spaces and parentheses.
    private static String @Nullable [] stat(Path folder) {
        try {
            var text = Files.readString(folder.resolve("stat"), java.nio.charset.StandardCharsets.ISO_8859_1);
            return text.substring(text.lastIndexOf(')') + 2).split(" ");
        } catch (IOException e) {
            return null;
        }
    }

    private static String currentBoot() {
        try {
            return Files.readString(PROC.resolve("sys/kernel/random/boot_id")).strip();
        } catch (IOException e) {
            return "unknown";
        }
    }
}
