package io.etherloom.lab;

import io.etherloom.linux.Netns;
import io.etherloom.linux.ProcessState;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The labs of this user on this machine: who runs, under which name, and what a killed one has left. State is in files only
/// ([StateDirectory]), so every process sees the same. Any thread and any number of processes at once.
public final class LabRegistry {
    /// A small lab is gone before a message could be read.
    private static final long SILENT_NANOS = 100_000_000L;

    private final StateDirectory state;
    private final Netns netns;
    private final HostsFolder hostsFolder;

    /// The registry of the user who runs this process.
    public LabRegistry() {
        this(StateDirectory.ofThisUser());
    }

    /// The registry in a given folder.
    public LabRegistry(StateDirectory state) {
        this(state, new Netns(), new HostsFolder(Path.of("/etc/netns"), state));
    }

    LabRegistry(StateDirectory state, Netns netns, HostsFolder hostsFolder) {
        this.state = state;
        this.netns = netns;
        this.hostsFolder = hostsFolder;
    }

    /// Where the records are.
    public StateDirectory state() {
        return state;
    }

    Netns netns() {
        return netns;
    }

    HostsFolder hostsFolder() {
        return hostsFolder;
    }

    /// The labs that live now, starting and stopping ones too, by name. Labs whose record is damaged are not among them; [#sweep] tells
    /// of those.
    public List<LabRecord> labs() {
        return records().stream().filter(lab -> lab.process().state() == ProcessState.ALIVE).toList();
    }

    /// The lab of this name; the only one where no name is given.
    ///
    /// @throws LabException NOT_FOUND if there is none, INVALID if several run and none is named
    public LabRecord lab(@Nullable String name) {
        var labs = labs();
        if (name == null && labs.size() == 1) return labs.getFirst();
        var running = String.join(", ", labs.stream().map(LabRecord::name).toList());
        if (name == null && labs.size() > 1) {
            throw new LabException(LabException.Kind.INVALID, "several labs run: " + running + "; say which with --lab");
        }
        return labs.stream().filter(lab -> lab.name().equals(name)).findFirst().orElseThrow(() -> new LabException(LabException.Kind.NOT_FOUND,
            (name == null ? "no lab runs" : "no lab " + name + " runs") + (labs.isEmpty() ? "; start one: etherloom up TOPOLOGY" : "; running: " + running)));
    }

    /// Takes the name for this process, after sweeping what a killed lab of this name has left. Of several processes that try at once, one
    /// wins. The record says `starting`.
    ///
    /// @param topology the file that the lab is started from
    /// @param version  version of Etherloom
    /// @param say      told of a wait, in sentences for the terminal
    /// @throws LabException CONFLICT if a lab of this name runs; ENVIRONMENT if the record cannot be written, and then nothing is left
    public LabClaim claim(String name, Path topology, String version, Consumer<String> say) {
        var directory = state.lab(name);
        requireSocketPath(directory);
        state.prepare();
        sweep(say);
        try (var _ = lock()) {
            requireUnclaimed(directory);
            var user = UserIds.ofThisProcess();
            var record = new LabRecord(name, ProcessStamp.ofThisProcess(), version, directory, "",
                topology.toAbsolutePath().normalize().toString(), Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(), user.isRootless(),
                LabRecord.State.STARTING, "", List.of());
            return LabClaim.make(this, record);
        } catch (IOException e) {
            throw new LabException(LabException.Kind.ENVIRONMENT, "cannot write the record of the lab " + name + " in " + directory + ": "
                + reason(e), e);
        }
    }

    /// A message of `java.nio` is often the file name alone.
    private static String reason(IOException e) {
        return e instanceof java.nio.file.FileSystemException failure && failure.getReason() != null ? failure.getReason() : String.valueOf(e.getMessage());
    }

    private static void requireSocketPath(Path directory) {
        // sockaddr_un holds 108 octets with the final zero (unix(7)).
        if (directory.resolve("api.sock").toString().getBytes(java.nio.charset.StandardCharsets.UTF_8).length > 107) {
            throw new LabException(LabException.Kind.INVALID, "the path " + directory.resolve("api.sock") + " is too long for a unix socket; give the"
                + " lab a shorter name");
        }
    }

    private static void requireUnclaimed(Path directory) {
        if (!Files.exists(directory)) return;
        LabRecord other;
        try {
            other = LabRecord.read(directory);
        } catch (IOException e) {
            throw new LabException(LabException.Kind.CONFLICT, "a lab " + directory.getFileName() + " runs, but " + e.getMessage(), e);
        }
        var doing = switch (other.process().state()) {
            case ALIVE -> other.state() == LabRecord.State.STOPPING ? "is just being taken down" : "runs already";
            case DYING -> "is still dying";
            case GONE -> "was killed, and what it left could not be removed; see etherloom clean";
        };
        throw new LabException(LabException.Kind.CONFLICT, "a lab " + other.name() + " " + doing + " (pid " + other.pid() + ", from "
            + other.topology() + ")");
    }

    /// Waits until a lab that was asked to end, or was killed, is gone with all that it held.
    ///
    /// @param say told once that it takes a while
    /// @return false if it still lives when the time is over
    public static boolean awaitEnd(LabRecord lab, Duration patience, Consumer<String> say) throws InterruptedException {
        long start = System.nanoTime();
        boolean isSaid = false;
        while (lab.process().state() != ProcessState.GONE) {
            long waited = System.nanoTime() - start;
            if (waited > patience.toNanos()) return false;
            if (!isSaid && waited > SILENT_NANOS) {
                say.accept("waiting for the lab " + lab.name() + " (pid " + lab.pid() + ") to finish dying …");
                isSaid = true;
            }
            Thread.sleep(5);
        }
        return true;
    }

    /// Removes what killed labs have left: processes in their namespaces, the namespaces, their folders below `/etc/netns`, their
    /// records. Waits for a process that is still dying. Living labs, and whatever no record of ours names, are not touched. Cheap when
    /// there is nothing to do, so every command may begin with it.
    ///
    /// @param say told what was removed, what it waits for and what could not be done, in sentences for the terminal
    /// @return names of the labs whose remains were removed
    public List<String> sweep(Consumer<String> say) {
        return state.isThere() ? new Sweep(this, say).run() : List.of();
    }

    /// Removes what killed labs would have told their next start: which VMs were on another host than their file says.
    public void forgetMoves() {
        if (state.isThere()) {
            try (var _ = lock()) {
                MoveJournal.forgetAll(state.root());
            } catch (IOException e) {
                throw new LabException(LabException.Kind.ENVIRONMENT, "cannot remove the journals of killed labs in " + state.root() + ": " + e.getMessage(), e);
            }
        }
    }

    RegistryLock lock() {
        return RegistryLock.take(state.root());
    }

    /// The records that can be read, by name.
    List<LabRecord> records() {
        var records = new ArrayList<LabRecord>();
        for (var folder : folders()) {
            try {
                records.add(LabRecord.read(folder));
            } catch (IOException _) {
                // Being removed right now, or damaged: a matter for the sweep.
            }
        }
        return records;
    }

    /// The folders that may be labs, by name.
    List<Path> folders() {
        if (!state.isThere()) return List.of();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(state.root(), LabRegistry::isLabFolder)) {
            var folders = new ArrayList<Path>();
            entries.forEach(folders::add);
            folders.sort(null);
            return folders;
        } catch (IOException e) {
            throw new LabException(LabException.Kind.ENVIRONMENT, "cannot list " + state.root() + ": " + e.getMessage(), e);
        }
    }

    private static boolean isLabFolder(Path entry) throws IOException {
        try {
            return StateDirectory.isName(entry.getFileName().toString())
                && Files.readAttributes(entry, BasicFileAttributes.class, java.nio.file.LinkOption.NOFOLLOW_LINKS).isDirectory();
        } catch (java.nio.file.NoSuchFileException e) {
            return false;
        }
    }
}
