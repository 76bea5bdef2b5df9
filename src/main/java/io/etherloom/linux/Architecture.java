package io.etherloom.linux;

/// What differs between the architectures that are served. All else here (`ioctl` numbers, `O_` flags, struct layouts with natural
/// alignment) is equal on x86-64 and aarch64, which share `<asm-generic>` for it.
final class Architecture {
    private static final String NAME = System.getProperty("os.arch");

    private static final boolean X86_64 = NAME.equals("amd64") || NAME.equals("x86_64");

    /// `sizeof(struct epoll_event)`: `EPOLL_PACKED` on x86-64 only (`<sys/epoll.h>`), so that it equals the 32-bit layout.
    static final int EPOLL_EVENT_BYTES = X86_64 ? 12 : 16;

    /// `offsetof(struct epoll_event, data)`.
    static final int EPOLL_EVENT_DATA = X86_64 ? 4 : 8;

    /// Numbers of system calls: `<asm/unistd_64.h>` on x86-64, `<asm-generic/unistd.h>` on aarch64.
    static final long SYS_READ = X86_64 ? 0 : 63;
    static final long SYS_WRITE = X86_64 ? 1 : 64;
    static final long SYS_READV = X86_64 ? 19 : 65;
    static final long SYS_WRITEV = X86_64 ? 20 : 66;
    static final long SYS_SENDMSG = X86_64 ? 46 : 211;
    static final long SYS_RECVMSG = X86_64 ? 47 : 212;

    /// Newer ones have one number everywhere.
    static final long SYS_FSOPEN = 430;
    static final long SYS_FSCONFIG = 431;
    static final long SYS_FSMOUNT = 432;

    static {
        if (!X86_64 && !NAME.equals("aarch64")) {
            throw new UnsupportedOperationException("Etherloom runs on x86-64 and aarch64, not on " + NAME);
        }
    }

    private Architecture() {}
}
