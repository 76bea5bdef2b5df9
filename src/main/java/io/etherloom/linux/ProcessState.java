package io.etherloom.linux;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/// Whether a process that may have been killed still holds anything. A killed process with 100 TAPs needs 2.5 s to close them, while it
/// already looks dead: its first thread is a zombie, and one of the others is inside the kernel. Reads `/proc` (proc_pid_stat(5)).
public enum ProcessState {
    /// It runs, is stopped, or sleeps.
    ALIVE,
    /// It has been killed or is exiting, and its descriptors are not all closed yet. It cannot come back; wait for it.
    DYING,
    /// It does not exist, or is a zombie that holds nothing but its number.
    GONE;

    /// `PF_EXITING` of `<linux/sched.h>`, in field 9.
    private static final long PF_EXITING = 0x4;

    private static final int SIGKILL_BIT = 1 << Processes.SIGKILL - 1;

    /// When a process started, in clock ticks since boot (field 22): together with its number it names a process for ever.
    ///
    /// @return -1 if there is no such process
    public static long startTicks(long pid) {
        var fields = fields(Path.of("/proc/" + pid + "/stat"));
        return fields.length == 0 ? -1 : Long.parseLong(fields[22 - 3]);
    }

    /// The state of the process that had this number and start.
    ///
    /// @param startTicks from [#startTicks]; another process with the number is not meant
    public static ProcessState of(long pid, long startTicks) {
        var leader = fields(Path.of("/proc/" + pid + "/stat"));
        if (leader.length == 0 || Long.parseLong(leader[22 - 3]) != startTicks) return GONE;
        if (isDead(leader)) return hasLivingThread(pid) ? DYING : GONE;
        if ((Long.parseLong(leader[9 - 3]) & PF_EXITING) != 0 || isKilled(pid)) return DYING;
        return ALIVE;
    }

    private static boolean hasLivingThread(long pid) {
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(Path.of("/proc/" + pid + "/task"))) {
            for (var thread : threads) {
                var fields = fields(thread.resolve("stat"));
                if (fields.length > 0 && !isDead(fields)) return true;
            }
            return false;
        } catch (IOException e) {
            return false;
        }
    }

    /// Z, X or x: this thread has closed what it held.
    private static boolean isDead(String[] fields) {
        return "ZXx".contains(fields[0]);
    }

    /// SIGKILL stays pending for the process, or for its threads when another thread ended it, until each has taken notice.
    private static boolean isKilled(long pid) {
        try {
            for (var line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
                boolean pending = line.startsWith("ShdPnd:") || line.startsWith("SigPnd:");
                if (pending && (Long.parseUnsignedLong(line.substring(7).strip(), 16) & SIGKILL_BIT) != 0) return true;
            }
            return false;
        } catch (IOException e) {
            return false;
        }
    }

    /// The fields from the third (state) on; the second, a name in brackets, may contain anything. Empty if the process is gone.
    private static String[] fields(Path stat) {
        try {
            var text = Files.readString(stat);
            return text.substring(text.lastIndexOf(')') + 2).split(" ");
        } catch (IOException e) {
            return new String[0];
        }
    }
}
