package io.etherloom.lab;

import io.etherloom.linux.Netns;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.LoggerFactory;

/// A lab's name, taken by this process, and the only writer of its record. Made by [LabRegistry#claim]; [#close] gives the name back and
/// removes the folder. Any thread.
///
/// What the lab makes on the machine is recorded before it is made: a process that is killed in between leaves a record that says too
/// much, never too little.
public final class LabClaim implements AutoCloseable {
    /// Closing a descriptor of `alive` anywhere in this process would unlock it, so our own are never probed.
    private static final Set<Path> OURS = ConcurrentHashMap.newKeySet();

    private final LabRegistry registry;
    private final FileChannel alive;
    private LabRecord record;
    private boolean isClosed;

    private LabClaim(LabRegistry registry, LabRecord record, FileChannel alive) {
        this.registry = registry;
        this.record = record;
        this.alive = alive;
    }

    /// Makes the folder and the record; leaves nothing when that fails, as on a full disk. The caller holds the registry's lock.
    static LabClaim make(LabRegistry registry, LabRecord record) throws IOException {
        var directory = record.directory();
        Files.createDirectory(directory);
        OURS.add(directory);
        FileChannel alive = null;
        try {
            alive = FileChannel.open(directory.resolve("alive"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            alive.lock();
            record.write();
            return new LabClaim(registry, record, alive);
        } catch (IOException | RuntimeException e) {
            if (alive != null) alive.close();
            OURS.remove(directory);
            SmallFiles.deleteTree(directory);
            throw e;
        }
    }

    /// Whether the process that claimed a lab is still there, where its record cannot be asked.
    static boolean isHeld(Path directory) {
        if (OURS.contains(directory)) return true;
        var file = directory.resolve("alive");
        if (!Files.exists(file)) return false;
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE); var lock = channel.tryLock()) {
            return lock == null;
        } catch (IOException | OverlappingFileLockException e) {
            return true;
        }
    }

    /// The record as it is on disk now.
    public synchronized LabRecord record() {
        return record;
    }

    /// The lab answers: `ls` shows it as ready.
    ///
    /// @param metrics URL of the scrape endpoint, with the port that was really bound; empty if there is none
    public synchronized void ready(String metrics) {
        write(record.withState(LabRecord.State.READY, metrics));
    }

    /// By whose command line the lab's containers are reached; before the first is made.
    synchronized void engine(String engine) {
        write(record.withEngine(engine));
    }

    /// The lab is being taken down.
    public synchronized void stopping() {
        if (!isClosed) writeIfPossible(record.withState(LabRecord.State.STOPPING, record.metrics()));
    }

    /// Records namespaces that are about to be made.
    ///
    /// @throws LabException CONFLICT if one of the names is taken on this machine or by another lab (`a-b` with VM `c`, `a` with VM `b-c`);
    ///         nothing is recorded then
    void addNamespaces(Collection<String> names, Netns netns) {
        try (var _ = registry.lock()) {
            synchronized (this) {
                var all = new ArrayList<>(record.namespaces());
                for (var name : names) {
                    if (!all.contains(name)) {
                        requireFree(name, netns);
                        all.add(name);
                    }
                }
                write(record.withNamespaces(all));
            }
        }
    }

    private void requireFree(String name, Netns netns) {
        for (var other : registry.records()) {
            if (!other.name().equals(record.name()) && !other.rootless() && !record.rootless() && other.namespaces().contains(name)) {
                throw new LabException(LabException.Kind.CONFLICT, "the namespace " + name + " belongs to the running lab " + other.name()
                    + "; give this lab or the VM another name");
            }
        }
        if (netns.exists(name)) {
            throw new LabException(LabException.Kind.CONFLICT, "a network namespace " + name + " exists already and is not this lab's; if nothing"
                + " needs it: ip netns del " + name);
        }
    }

    /// Takes namespaces that are gone off the record.
    synchronized void removeNamespaces(Collection<String> names) {
        List<String> rest = new ArrayList<>(record.namespaces());
        rest.removeAll(names);
        writeIfPossible(record.withNamespaces(rest));
    }

    /// For what only takes away: a full disk must not keep a lab from being taken down, and a record on disk that says too much does no
    /// harm.
    private void writeIfPossible(LabRecord changed) {
        try {
            write(changed);
        } catch (LabException e) {
            record = changed;
            // Not a constant: where the log goes is known only after the claim.
            LoggerFactory.getLogger(LabClaim.class).warn("event=record-failed lab={} effect=\"the record on disk is older than the lab\" reason=\"{}\"",
                record.name(), e.getMessage());
        }
    }

    private void write(LabRecord changed) {
        if (isClosed) throw new IllegalStateException("the lab " + record.name() + " is closed");
        try {
            changed.write();
            record = changed;
        } catch (IOException e) {
            throw new LabException(LabException.Kind.ENVIRONMENT, "cannot write the record of the lab " + record.name() + ": " + e.getMessage(), e);
        }
    }

    /// Removes the lab's folder. Call it last, when nothing of the lab is left. Closing twice is no fault.
    @Override
    public void close() {
        try (var _ = registry.lock()) {
            synchronized (this) {
                if (isClosed) return;
                isClosed = true;
                SmallFiles.deleteTree(record.directory());
            }
        } catch (IOException e) {
            throw new LabException(LabException.Kind.ENVIRONMENT, "cannot remove " + record.directory() + ": " + e.getMessage(), e);
        } finally {
            OURS.remove(record.directory());
            try {
                alive.close();
            } catch (IOException _) {
                // Unlocked all the same.
            }
        }
    }
}
