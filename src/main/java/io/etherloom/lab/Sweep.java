package io.etherloom.lab;

import io.etherloom.linux.LinuxException;
import io.etherloom.linux.ProcessState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// One removal of what killed labs have left. Waits for the dying without the registry's lock, then decides and removes under it, so a
/// second sweep and a lab that is just starting find either all or nothing.
///
/// A namespace is ours if its name begins with `el-LAB-` and the lab's record names it. Where the record is damaged and nobody holds the
/// lab, the beginning of the name has to do, less what other labs have recorded.
final class Sweep {
    /// Closing a TAP takes up to 25 ms, and a killed process closes them one after the other: 1,000 take 24 s.
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /// One second.
    private static final int RELEASE_ROUNDS = 200;

    private final LabRegistry registry;
    private final Consumer<String> say;

    Sweep(LabRegistry registry, Consumer<String> say) {
        this.registry = registry;
        this.say = say;
    }

    List<String> run() {
        var swept = new ArrayList<String>();
        try {
            for (var folder : registry.folders()) {
                if (isAbandoned(folder) && remove(folder)) swept.add(folder.getFileName().toString());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return swept;
    }

    private boolean isAbandoned(Path folder) throws InterruptedException {
        try {
            return awaitDeath(LabRecord.read(folder));
        } catch (IOException e) {
            awaitRelease(folder);
            return true;
        }
    }

    /// Whoever made the folder may be writing the record now, or have been killed before that and be closing its files.
    private void awaitRelease(Path folder) throws InterruptedException {
        for (int round = 0; round < RELEASE_ROUNDS; round++) {
            // Under the lock, since two that probe at once would each take the other for the lab.
            try (var _ = registry.lock()) {
                if (!LabClaim.isHeld(folder)) return;
            }
            Thread.sleep(5);
        }
    }

    private boolean awaitDeath(LabRecord lab) throws InterruptedException {
        if (lab.process().state() == ProcessState.ALIVE) return false;
        if (LabRegistry.awaitEnd(lab, PATIENCE, say)) return true;
        say.accept("the lab " + lab.name() + " (pid " + lab.pid() + ") is still dying after " + PATIENCE.toSeconds() + " s; left alone");
        return false;
    }

    private boolean remove(Path folder) throws InterruptedException {
        try (var _ = registry.lock()) {
            if (!Files.exists(folder)) return false;
            LabRecord lab;
            try {
                lab = LabRecord.read(folder);
            } catch (IOException e) {
                return removeDamaged(folder, e);
            }
            // Another process may have swept and claimed the name meanwhile.
            if (lab.process().state() != ProcessState.GONE) return false;
            int processes = lab.rootless() ? Inhabitants.ofMark(lab.mark()).end(0) : 0;
            // The names of a lab in a user namespace were in its own /run, and went with it. The same names out here are somebody else's.
            var namespaces = lab.rootless() ? List.<String>of() : lab.namespaces().stream().filter(name -> isOf(lab.name(), name)).toList();
            MoveJournal.keep(folder, lab.topology());
            int containers = LabContainers.sweep(lab, say);
            removeNamespaces(namespaces, processes, containers, folder, "the lab " + lab.name() + " (pid " + lab.pid() + ") was killed");
            return true;
        } catch (IOException | LinuxException | LabException e) {
            say.accept("cannot remove all that the lab " + folder.getFileName() + " left: " + e.getMessage());
            return false;
        }
    }

    private boolean removeDamaged(Path folder, IOException why) throws IOException, InterruptedException {
        var lab = folder.getFileName().toString();
        var sentence = "the record of the lab " + lab + " cannot be used (" + why.getMessage() + ")";
        if (LabClaim.isHeld(folder)) {
            say.accept(sentence + ", but its process runs; end that process by hand");
            return false;
        }
        var namespaces = UserIds.ofThisProcess().isRoot() ? new ArrayList<>(registry.netns().list("el-" + lab + "-")) : new ArrayList<String>();
        for (var other : registry.records()) namespaces.removeAll(other.namespaces());
        // What a lab with a longer name has left, when its record is damaged as well.
        for (var other : registry.folders()) {
            var name = other.getFileName().toString();
            if (name.startsWith(lab + "-")) namespaces.removeIf(namespace -> isOf(name, namespace));
        }
        removeNamespaces(namespaces, 0, 0, folder, sentence);
        return true;
    }

    private static boolean isOf(String lab, String namespace) {
        return namespace.startsWith(LabRecord.namespace(lab, ""));
    }

    private void removeNamespaces(List<String> recorded, int processes, int containers, Path folder, String why) throws IOException, InterruptedException {
        var netns = registry.netns();
        var inodes = new ArrayList<Long>();
        for (var name : recorded) {
            if (netns.exists(name)) inodes.add(netns.inode(name));
        }
        int ended = processes + (inodes.isEmpty() ? 0 : Inhabitants.ofNetworks(inodes).end(0));
        for (var name : recorded) {
            netns.delete(name);
            registry.hostsFolder().unlink(name);
        }
        registry.hostsFolder().tidy();
        SmallFiles.deleteTree(folder);
        say.accept(why + "; removed what it left: " + count(inodes.size(), "namespace") + ", " + count(ended, "process")
            + (containers == 0 ? "" : ", " + count(containers, "container")));
    }

    private static String count(int n, String noun) {
        return n + " " + (n == 1 ? noun : noun.endsWith("s") ? noun + "es" : noun + "s");
    }
}
