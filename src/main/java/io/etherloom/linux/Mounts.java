package io.etherloom.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/// Mounting, and how mounts spread between mount namespaces (mount_namespaces(7)). Acts in the calling thread's mount namespace; any
/// platform thread. Failures are [LinuxException]s; most need CAP_SYS_ADMIN in the user namespace that owns the mount namespace.
public final class Mounts {
    /// `<linux/mount.h>`.
    private static final long MS_NOSUID = 0x2;
    private static final long MS_NODEV = 0x4;
    private static final long MS_BIND = 0x1000;
    private static final long MS_REC = 0x4000;
    private static final long MS_PRIVATE = 1L << 18;
    private static final long MS_SHARED = 1L << 20;

    /// `<linux/fs.h>`: take it out of the tree now, free it when it is no longer in use.
    private static final int MNT_DETACH = 2;

    /// `<linux/mount.h>`.
    private static final int FSOPEN_CLOEXEC = 1;
    private static final int FSMOUNT_CLOEXEC = 1;
    private static final int FSCONFIG_CMD_CREATE = 6;
    /// `MOUNT_ATTR_RDONLY`, `_NOSUID`, `_NODEV` and `_NOEXEC`.
    private static final int MOUNT_ATTR_READ_ONLY = 1 | 2 | 4 | 8;

    private static final MethodHandle SYSCALL = Foreign.bindVariadic("syscall", 1,
        FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle MOUNT =
        Foreign.bind("mount", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS));
    private static final MethodHandle UMOUNT2 = Foreign.bind("umount2", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));

    private Mounts() {}

    /// Gives the calling thread a mount namespace of its own, with the same mounts. Files seen by other threads do not change; a
    /// process-wide effect needs this before other threads start, or an `exec` afterwards.
    public static void unshare() {
        Errno.check("unshare CLONE_NEWNS", Namespaces.unshare(Namespaces.CLONE_NEWNS));
    }

    /// Mounts and unmounts at or below `target` no longer spread to other mount namespaces, nor from them.
    public static void makePrivate(Path target) {
        Errno.check("mount --make-rprivate " + target, mount("none", target, "none", MS_PRIVATE | MS_REC, ""));
    }

    /// Mounts and unmounts at or below `target`, which must be a mount point, spread to the other mount namespaces that have it.
    public static void makeShared(Path target) {
        Errno.check("mount --make-rshared " + target, share(target));
    }

    /// The tree at `source` appears at `target` too. A file is bound on a file, a directory on a directory.
    public static void bind(Path source, Path target) {
        Errno.check("mount --bind " + source + " " + target, mount(source.toString(), target, "none", MS_BIND | MS_REC, ""));
    }

    /// An empty file system in memory over `target`, mode 0755, which disappears with its mount namespace.
    public static void tmpfs(Path target) {
        Errno.check("mount tmpfs " + target, mount("tmpfs", target, "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755"));
    }

    /// A file system that shows the calling thread's network namespace, such as `sysfs` on `/sys`.
    ///
    /// @param type as in `/proc/filesystems`
    public static void mount(String type, Path target) {
        Errno.check("mount " + type + " " + target, mount(type, target, type, MS_NOSUID | MS_NODEV, ""));
    }

    /// Takes the mount away at once, whoever still uses it.
    public static void unmount(Path target) {
        Errno.check("umount " + target, detach(target));
    }

    /// A `sysfs` that shows the calling thread's network namespace and is mounted nowhere: fsopen(2), fsmount(2), from Linux 5.2. It does not keep
    /// the namespace alive. About 0.1 ms, and as much to close it.
    ///
    /// @return a descriptor from which to open files by [Libc#openAt], or -errno
    static int sysfs() {
        var libc = Libc.current();
        try (var arena = Arena.ofConfined()) {
            int context = system(libc, Architecture.SYS_FSOPEN, arena.allocateFrom("sysfs").address(), FSOPEN_CLOEXEC, 0);
            if (context < 0) return context;
            try {
                int made = system(libc, Architecture.SYS_FSCONFIG, context, FSCONFIG_CMD_CREATE, 0);
                return made < 0 ? made : system(libc, Architecture.SYS_FSMOUNT, context, FSMOUNT_CLOEXEC, MOUNT_ATTR_READ_ONLY);
            } finally {
                libc.close(context);
            }
        }
    }

    /// syscall(2), since glibc has these by name from 2.36 only: the value, or -errno.
    private static int system(Libc libc, long number, long first, long second, long third) {
        try {
            return libc.result((int) (long) SYSCALL.invokeExact(libc.state, number, first, second, third, 0L, 0L));
        } catch (Throwable t) {
            throw Foreign.failed("syscall", t);
        }
    }

    /// mount(2) with `MS_SHARED`: 0, or -errno; EINVAL when `target` is not a mount point.
    static int share(Path target) {
        return mount("none", target, "none", MS_SHARED | MS_REC, "");
    }

    /// mount(2) with `MS_BIND`: 0, or -errno.
    static int bindFile(String source, Path target) {
        return mount(source, target, "none", MS_BIND, "");
    }

    /// umount2(2) with `MNT_DETACH`: 0, or -errno; EINVAL when `target` is not a mount point.
    static int detach(Path target) {
        var libc = Libc.current();
        try (var arena = Arena.ofConfined()) {
            return libc.result((int) UMOUNT2.invokeExact(libc.state, arena.allocateFrom(target.toString()), MNT_DETACH));
        } catch (Throwable t) {
            throw Foreign.failed("umount2", t);
        }
    }

    private static int mount(String source, Path target, String type, long flags, String data) {
        var libc = Libc.current();
        try (var arena = Arena.ofConfined()) {
            MemorySegment options = data.isEmpty() ? MemorySegment.NULL : arena.allocateFrom(data);
            return libc.result((int) MOUNT.invokeExact(libc.state, arena.allocateFrom(source),
                arena.allocateFrom(target.toString()), arena.allocateFrom(type), flags, options));
        } catch (Throwable t) {
            throw Foreign.failed("mount", t);
        }
    }
}
