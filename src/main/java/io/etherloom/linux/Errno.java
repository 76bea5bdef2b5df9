package io.etherloom.linux;

/// The error numbers that Etherloom meets, by their C names (`<asm-generic/errno-base.h>`, `<asm-generic/errno.h>`; equal on x86-64
/// and aarch64). Calls give `-errno`: compare with `-Errno.EAGAIN`. Stateless, any thread.
public final class Errno {
    public static final int EPERM = 1;
    public static final int ENOENT = 2;
    public static final int ESRCH = 3;
    public static final int EINTR = 4;
    public static final int EIO = 5;
    public static final int ENXIO = 6;
    public static final int EBADF = 9;
    public static final int EAGAIN = 11;
    public static final int ENOMEM = 12;
    public static final int EACCES = 13;
    public static final int EFAULT = 14;
    public static final int EBUSY = 16;
    public static final int EEXIST = 17;
    public static final int ENODEV = 19;
    public static final int ENOTDIR = 20;
    public static final int EISDIR = 21;
    public static final int EINVAL = 22;
    public static final int ENFILE = 23;
    public static final int EMFILE = 24;
    public static final int ENOTTY = 25;
    public static final int ENOSPC = 28;
    public static final int EROFS = 30;
    public static final int EPIPE = 32;
    public static final int ENAMETOOLONG = 36;
    public static final int ENOSYS = 38;
    public static final int EBADFD = 77;
    public static final int EMSGSIZE = 90;
    public static final int EOPNOTSUPP = 95;
    public static final int EADDRINUSE = 98;
    public static final int EADDRNOTAVAIL = 99;
    public static final int ENETDOWN = 100;
    public static final int ENETUNREACH = 101;
    public static final int ECONNABORTED = 103;
    public static final int ECONNRESET = 104;
    public static final int ENOBUFS = 105;
    public static final int ENOTCONN = 107;
    public static final int ETIMEDOUT = 110;
    public static final int ECONNREFUSED = 111;
    public static final int EHOSTUNREACH = 113;
    public static final int EINPROGRESS = 115;

    private Errno() {}

    /// Passes a result that is not negative, and turns `-errno` into an exception.
    ///
    /// @param what what was tried, as a person would say it: `ioctl TUNSETIFF tap0`
    public static long check(String what, long result) {
        return check(what, result, "");
    }

    /// As [#check(String, long)], with a sentence on what helps. An empty hint is replaced by the usual one for the number.
    public static long check(String what, long result, String hint) {
        if (result >= 0) return result;
        int errno = (int) -result;
        throw new LinuxException(what, errno, hint.isEmpty() ? usualHint(what, errno) : hint);
    }

    private static String usualHint(String what, int errno) {
        return switch (errno) {
            case EPERM -> what.startsWith("mount") || what.startsWith("umount") || what.startsWith("unshare") || what.startsWith("setns")
                ? "needs CAP_SYS_ADMIN" : what.startsWith("socket AF_PACKET") ? "needs CAP_NET_RAW" : "needs CAP_NET_ADMIN";
            case EMFILE -> "too many descriptors in this process; raise ulimit -n";
            case ENFILE -> "too many open files on this machine; raise fs.file-max";
            case ENOSYS -> "this kernel is too old";
            default -> "";
        };
    }

    /// The C name, such as `EPERM`; `errno 200` for a number that has none here.
    public static String name(int errno) {
        return switch (errno) {
            case EPERM -> "EPERM";
            case ENOENT -> "ENOENT";
            case ESRCH -> "ESRCH";
            case EINTR -> "EINTR";
            case EIO -> "EIO";
            case ENXIO -> "ENXIO";
            case EBADF -> "EBADF";
            case EAGAIN -> "EAGAIN";
            case ENOMEM -> "ENOMEM";
            case EACCES -> "EACCES";
            case EFAULT -> "EFAULT";
            case EBUSY -> "EBUSY";
            case EEXIST -> "EEXIST";
            case ENODEV -> "ENODEV";
            case ENOTDIR -> "ENOTDIR";
            case EISDIR -> "EISDIR";
            case EINVAL -> "EINVAL";
            case ENFILE -> "ENFILE";
            case EMFILE -> "EMFILE";
            case ENOTTY -> "ENOTTY";
            case ENOSPC -> "ENOSPC";
            case EROFS -> "EROFS";
            case EPIPE -> "EPIPE";
            case ENAMETOOLONG -> "ENAMETOOLONG";
            case ENOSYS -> "ENOSYS";
            case EBADFD -> "EBADFD";
            case EMSGSIZE -> "EMSGSIZE";
            case EOPNOTSUPP -> "EOPNOTSUPP";
            case EADDRINUSE -> "EADDRINUSE";
            case EADDRNOTAVAIL -> "EADDRNOTAVAIL";
            case ENETDOWN -> "ENETDOWN";
            case ENETUNREACH -> "ENETUNREACH";
            case ECONNABORTED -> "ECONNABORTED";
            case ECONNRESET -> "ECONNRESET";
            case ENOBUFS -> "ENOBUFS";
            case ENOTCONN -> "ENOTCONN";
            case ETIMEDOUT -> "ETIMEDOUT";
            case ECONNREFUSED -> "ECONNREFUSED";
            case EHOSTUNREACH -> "EHOSTUNREACH";
            case EINPROGRESS -> "EINPROGRESS";
            default -> "errno " + errno;
        };
    }

    /// The meaning in words, in lower case.
    public static String text(int errno) {
        return switch (errno) {
            case EPERM -> "operation not permitted";
            case ENOENT -> "no such file or directory";
            case ESRCH -> "no such process";
            case EINTR -> "interrupted by a signal";
            case EIO -> "input/output error";
            case ENXIO -> "no such device or address";
            case EBADF -> "not an open descriptor";
            case EAGAIN -> "nothing there now, try again";
            case ENOMEM -> "out of memory";
            case EACCES -> "permission denied";
            case EFAULT -> "bad address";
            case EBUSY -> "device or resource busy";
            case EEXIST -> "exists already";
            case ENODEV -> "no such device";
            case ENOTDIR -> "not a directory";
            case EISDIR -> "is a directory";
            case EINVAL -> "invalid argument";
            case ENFILE, EMFILE -> "too many open files";
            case ENOTTY -> "this descriptor does not know the request";
            case ENOSPC -> "no space left";
            case EROFS -> "read-only file system";
            case EPIPE -> "the other end is closed";
            case ENAMETOOLONG -> "name too long";
            case ENOSYS -> "the kernel does not have this call";
            case EBADFD -> "descriptor in bad state";
            case EMSGSIZE -> "message too long";
            case EOPNOTSUPP -> "not supported";
            case EADDRINUSE -> "address in use";
            case EADDRNOTAVAIL -> "address not available";
            case ENETDOWN -> "network is down";
            case ENETUNREACH -> "network is unreachable";
            case ECONNABORTED -> "it was given up by the other side";
            case ECONNRESET -> "connection reset";
            case ENOBUFS -> "no buffer space";
            case ENOTCONN -> "not connected";
            case ETIMEDOUT -> "timed out";
            case ECONNREFUSED -> "connection refused";
            case EHOSTUNREACH -> "no route to host";
            case EINPROGRESS -> "it is begun, and not done";
            default -> "see errno(3)";
        };
    }
}
