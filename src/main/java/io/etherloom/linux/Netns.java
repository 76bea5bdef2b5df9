package io.etherloom.linux;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/// Named network namespaces, kept as `ip netns` keeps them (ip-netns(8)): each name is a file below `/run/netns` on which the namespace
/// is bind mounted, so that both tools see each other's.
///
/// A namespace lives as long as its name, a thread or process inside, or a descriptor that was opened inside. Failures are
/// [LinuxException]s. Any thread may call all methods but [#enter], which wants a platform thread; creation needs CAP_SYS_ADMIN.
public final class Netns {
    static final Path OWN = Path.of("/proc/thread-self/ns/net");

    private final Path directory;

    /// The namespaces that `ip netns` shows.
    public Netns() {
        this(Path.of("/run/netns"));
    }

    /// @param directory where the names are; made when first needed
    public Netns(Path directory) {
        this.directory = directory;
    }

    /// Makes a namespace; only `lo` is in it, and it is down.
    public void create(String name) {
        create(List.of(name));
    }

    /// Makes many, 0.3 to 0.5 ms each: one thread leaves its namespace for a new one again and again. When one fails, those made by
    /// this call are deleted and the failure is thrown.
    public void create(Collection<String> names) {
        names.forEach(Netns::requireName);
        prepareDirectory();
        onThread("netns-create", () -> {
            var made = new ArrayList<String>(names.size());
            try {
                for (var name : names) {
                    createHere(name);
                    made.add(name);
                }
            } catch (RuntimeException e) {
                made.forEach(this::delete);
                throw e;
            }
            return null;
        });
    }

    private void createHere(String name) {
        var file = path(name);
        createFile(name, file);
        try {
            Errno.check("unshare CLONE_NEWNET", Namespaces.unshare(Namespaces.CLONE_NEWNET));
            Errno.check("mount --bind " + OWN + " " + file, Mounts.bindFile(OWN.toString(), file));
        } catch (LinuxException e) {
            delete(name);
            throw e;
        }
    }

    /// Gives a namespace that is there already a name.
    ///
    /// @param namespace its file, such as `/proc/7/ns/net`
    public void adopt(String name, Path namespace) {
        var file = path(name);
        prepareDirectory();
        createFile(name, file);
        try {
            Errno.check("mount --bind " + namespace + " " + file, Mounts.bindFile(namespace.toString(), file));
        } catch (LinuxException e) {
            delete(name);
            throw e;
        }
    }

    private static void createFile(String name, Path file) {
        try {
            Files.createFile(file);
        } catch (FileAlreadyExistsException e) {
            throw new LinuxException("create network namespace " + name, Errno.EEXIST, "another lab or tool has this name");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make " + file, e);
        }
    }

    /// The directory becomes a shared mount, so that a name deleted here also goes from mount namespaces copied meanwhile; otherwise
    /// such a copy would keep each namespace alive.
    private void prepareDirectory() {
        try {
            Files.createDirectories(directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make " + directory, e);
        }
        int shared = Mounts.share(directory);
        if (shared == -Errno.EINVAL) {
            Mounts.bind(directory, directory);
            shared = Mounts.share(directory);
        }
        Errno.check("mount --make-rshared " + directory, shared);
    }

    /// Removes the name. What is inside dies with the last thread, process and descriptor there.
    ///
    /// @return false if there was no such name
    public boolean delete(String name) {
        var file = path(name);
        int detached = Mounts.detach(file);
        // EINVAL: a file without a mount, left by a creator that died in between. It goes as well.
        if (detached < 0 && detached != -Errno.EINVAL && detached != -Errno.ENOENT) Errno.check("umount " + file, detached);
        try {
            return Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + file, e);
        }
    }

    /// The names that begin with `prefix`, sorted; `""` for all.
    public List<String> list(String prefix) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            var names = new ArrayList<String>();
            for (var file : files) {
                var name = file.getFileName().toString();
                if (name.startsWith(prefix)) names.add(name);
            }
            names.sort(null);
            return names;
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + directory, e);
        }
    }

    /// Whether the name is taken.
    public boolean exists(String name) {
        return Files.exists(path(name));
    }

    /// The inode that tells this namespace from all others while it lives, as in `net:[4026531840]`.
    public long inode(String name) {
        return inode(path(name));
    }

    /// The inode of the calling thread's namespace.
    public static long ownInode() {
        return inode(OWN);
    }

    private static long inode(Path file) {
        try {
            return ((Number) Files.getAttribute(file, "unix:ino")).longValue();
        } catch (NoSuchFileException e) {
            throw new LinuxException("open network namespace " + file.getFileName(), Errno.ENOENT, "");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    /// The processes whose main thread is inside, other than this one. A scan of `/proc`; processes of other users are seen by root only.
    public List<Long> processes(String name) {
        var link = "net:[" + inode(name) + "]";
        long own = ProcessHandle.current().pid();
        return ProcessHandle.allProcesses().map(ProcessHandle::pid).filter(pid -> pid != own && link.equals(namespaceOf(pid))).sorted().toList();
    }

    private static String namespaceOf(long pid) {
        try {
            return Files.readSymbolicLink(Path.of("/proc/" + pid + "/ns/net")).toString();
        } catch (IOException | SecurityException e) {
            return "";
        }
    }

    /// Moves the calling platform thread into the namespace until the result is closed, on the same thread. A platform thread that is
    /// started meanwhile begins in the namespace and stays there, so start none, and no virtual ones either, whose carriers are such.
    ///
    ///     try (var _ = netns.enter("web1")) { tun = Tun.create(libc, "eth0", options); }
    public Entered enter(String name) {
        var libc = Libc.current();
        int before = (int) Errno.check("open " + OWN, libc.open(OWN.toString(), Libc.O_RDONLY, 0));
        try {
            enterForGood(name);
        } catch (RuntimeException e) {
            libc.close(before);
            throw e;
        }
        return new Entered(before, Thread.currentThread());
    }

    /// Moves the calling platform thread into the namespace and leaves it there: for a thread that ends inside, or before an `exec`.
    ///
    /// @param name a name, or the absolute path of the file of a namespace that has none here
    public void enterForGood(String name) {
        var libc = Libc.current();
        int fd = (int) Errno.check("open network namespace " + name, libc.open(name.startsWith("/") ? name : path(name).toString(), Libc.O_RDONLY, 0));
        try {
            Errno.check("setns " + name, Namespaces.setns(fd, Namespaces.CLONE_NEWNET));
        } finally {
            libc.close(fd);
        }
    }

    /// Runs work on a new platform thread inside the namespace and waits for it. Sockets and TAPs that it opens stay in the namespace.
    /// Exceptions of the work come out as they are.
    public <T> T call(String name, Callable<T> work) {
        return onThread("netns-" + name, () -> {
            enterForGood(name);
            return work.call();
        });
    }

    /// Runs work on a new platform thread inside a new namespace that has no name, and waits for it. The namespace lives as long as what the work has opened there.
    /// Exceptions of the work come out as they are.
    public static <T> T callInNew(Callable<T> work) {
        return onThread("netns-new", () -> {
            Errno.check("unshare CLONE_NEWNET", Namespaces.unshare(Namespaces.CLONE_NEWNET));
            return work.call();
        });
    }

    private static <T> T onThread(String threadName, Callable<T> work) {
        var task = new FutureTask<>(work);
        Thread.ofPlatform().daemon().name(threadName).start(task);
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return task.get();
                } catch (InterruptedException e) {
                    // The thread is in the middle of making things; leaving it alone with them would lose track of them.
                    interrupted = true;
                }
            }
        } catch (ExecutionException e) {
            throw Netns.<RuntimeException>asItIs(e.getCause());
        } finally {
            if (interrupted) Thread.currentThread().interrupt();
        }
    }

    /// Lets a checked exception of a [Callable] pass without a wrapper that would hide its message.
    @SuppressWarnings("unchecked")
    private static <E extends Throwable> E asItIs(Throwable cause) throws E {
        throw (E) cause;
    }

    private Path path(String name) {
        requireName(name);
        return directory.resolve(name);
    }

    private static void requireName(String name) {
        if (name.isEmpty() || name.equals(".") || name.equals("..") || name.indexOf('/') >= 0 || name.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("\"" + name + "\" cannot name a network namespace");
        }
    }

    /// The calling thread's stay in a namespace.
    public static final class Entered implements AutoCloseable {
        private final Thread thread;
        private int before;

        private Entered(int before, Thread thread) {
            this.before = before;
            this.thread = thread;
        }

        /// Goes back to where the thread came from.
        @Override
        public void close() {
            if (Thread.currentThread() != thread) throw new IllegalStateException("only " + thread.getName() + " can leave");
            if (before < 0) return;
            try {
                Errno.check("setns back", Namespaces.setns(before, Namespaces.CLONE_NEWNET));
            } finally {
                Libc.current().close(before);
                before = -1;
            }
        }
    }
}
