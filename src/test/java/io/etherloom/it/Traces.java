package io.etherloom.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongPredicate;

/// What is on the machine of a lab: namespaces, interfaces, files and processes.
final class Traces {
    private Traces() {}

    /// Fails unless nothing is left of a lab. Programs that were killed may need a moment; all else must be gone at once.
    ///
    /// @param state the state directory
    static void assertNone(String lab, Path state) throws Exception {
        var left = new ArrayList<String>();
        for (var folder : List.of("/run/netns", "/etc/netns")) left.addAll(entries(Path.of(folder), "el-" + lab + "-"));
        left.addAll(entries(Path.of("/sys/class/net"), lab));
        left.addAll(entries(state, lab));
        assertThat(left).as("left of lab " + lab).isEmpty();
        Await.until("no process of lab " + lab + ": " + processes(lab, state), () -> processes(lab, state).isEmpty());
    }

    /// Entries of a folder whose name begins so, with their path; none if the folder does not exist.
    static List<String> entries(Path folder, String prefix) throws IOException {
        var found = new ArrayList<String>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder, prefix + "*")) {
            stream.forEach(entry -> found.add(entry.toString()));
        } catch (NoSuchFileException _) {
            // Nothing of it then.
        }
        return found;
    }

    /// Processes that carry the mark of the lab, and its own process, the test apart.
    static List<Long> processes(String lab, Path state) {
        return processes(pid -> text(pid, "environ").contains("\0ETHERLOOM_LAB=" + lab + "/") || isOf(pid, state) && text(pid, "cmdline").contains(lab + ".yaml"));
    }

    /// Labs and clients with this state directory.
    static List<Long> processes(Path state) {
        return processes(pid -> isOf(pid, state));
    }

    private static boolean isOf(long pid, Path state) {
        return text(pid, "cmdline").contains("-Detherloom.state=" + state + "\0");
    }

    private static List<Long> processes(LongPredicate isMeant) {
        return ProcessHandle.allProcesses().map(ProcessHandle::pid).filter(pid -> pid != ProcessHandle.current().pid() && isMeant.test(pid)).toList();
    }

    private static String text(long pid, String file) {
        try {
            return "\0" + new String(Files.readAllBytes(Path.of("/proc", Long.toString(pid), file)), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";      // It has ended.
        }
    }
}
