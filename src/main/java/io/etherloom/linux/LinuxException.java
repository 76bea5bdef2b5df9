package io.etherloom.linux;

/// A call of the kernel failed in a way that the caller did not ask to see as a value. Made by [Errno#check].
public final class LinuxException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int errno;

    /// @param what  what was tried, such as `ioctl TUNSETIFF tap0`
    /// @param errno positive number of `<errno.h>`
    /// @param hint  what the person needs, or the kernel's own sentence; may be empty
    LinuxException(String what, int errno, String hint) {
        super(what + ": " + Errno.name(errno) + ", " + Errno.text(errno) + (hint.isEmpty() ? "" : " (" + hint + ")"));
        this.errno = errno;
    }

    /// The positive error number, one of the constants of [Errno].
    public int errno() {
        return errno;
    }
}
