package io.etherloom.lab;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/// The processes inside a lab's namespaces, this process apart, found in one pass over `/proc`. Any thread.
///
/// @param isInside told a folder of `/proc`; says whether that process belongs to the lab
record Inhabitants(Predicate<Path> isInside) {
    private static final Path PROC = Path.of("/proc");

    /// Rounds of killing: what forks meanwhile is found in the next.
    private static final int ROUNDS = 50;

    /// Those in network namespaces with these inodes ([io.etherloom.linux.Netns#inode]).
    static Inhabitants ofNetworks(Collection<Long> inodes) {
        Set<String> links = new HashSet<>();
        for (long inode : inodes) links.add("net:[" + inode + "]");
        // Whatever a damaged record or a stray bind mount says: never everybody outside the labs.
        links.remove(link(PROC.resolve("thread-self/ns/net")));
        return new Inhabitants(process -> links.contains(link(process.resolve("ns/net"))));
    }

    /// Those that carry the mark of a lab and live in another user namespace than this process. A lab in a user namespace leaves no
    /// names in `/run/netns` to find its network namespaces by.
    static Inhabitants ofMark(String mark) {
        var own = link(PROC.resolve("self/ns/user"));
        var variable = LabRecord.MARK + "=" + mark;
        return new Inhabitants(process -> {
            var user = link(process.resolve("ns/user"));
            return !user.isEmpty() && !user.equals(own) && environment(process).contains(variable);
        });
    }

    /// Those of these that carry the mark of a lab.
    Inhabitants marked(String mark) {
        var variable = LabRecord.MARK + "=" + mark;
        return new Inhabitants(process -> isInside.test(process) && environment(process).contains(variable));
    }

    /// All that are there now.
    List<ProcessHandle> list() {
        long self = ProcessHandle.current().pid();
        return ProcessHandle.allProcesses().filter(process -> process.pid() != self && isThere(process)).toList();
    }

    /// The handle knows when its process started, so asking again through it rules out a pid that was given to another process between.
    private boolean isThere(ProcessHandle process) {
        return isInside.test(PROC.resolve(Long.toString(process.pid()))) && process.isAlive();
    }

    /// Asks them to end (SIGTERM), and kills those that have not after a time. Returns when none is left.
    ///
    /// @param patienceMillis time between asking and killing; 0 to kill at once
    /// @return how many processes there were
    int end(long patienceMillis) throws InterruptedException {
        var seen = new HashSet<Long>();
        if (patienceMillis > 0) {
            var asked = list();
            for (var process : asked) {
                seen.add(process.pid());
                if (isThere(process)) process.destroy();
            }
            awaitEnd(asked, patienceMillis);
        }
        for (int round = 0; round < ROUNDS; round++) {
            var killed = list();
            if (killed.isEmpty()) return seen.size();
            for (var process : killed) {
                seen.add(process.pid());
                if (isThere(process)) process.destroyForcibly();
            }
            awaitEnd(killed, 200);
        }
        throw new LabException(LabException.Kind.ENVIRONMENT, "processes of the lab do not die: pids "
            + String.join(", ", list().stream().map(process -> Long.toString(process.pid())).toList()));
    }

    private void awaitEnd(List<ProcessHandle> processes, long millis) throws InterruptedException {
        long deadline = System.nanoTime() + millis * 1_000_000;
        while (System.nanoTime() < deadline && processes.stream().anyMatch(this::isThere)) Thread.sleep(2);
    }

    /// Empty if it cannot be read: the process is gone, a zombie, or somebody else's.
    private static String link(Path file) {
        try {
            return Files.readSymbolicLink(file).toString();
        } catch (IOException e) {
            return "";
        }
    }

    private static List<String> environment(Path process) {
        try {
            return List.of(new String(Files.readAllBytes(process.resolve("environ")), StandardCharsets.ISO_8859_1).split("\0"));
        } catch (IOException e) {
            return List.of();
        }
    }
}
