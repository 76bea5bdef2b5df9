package io.etherloom.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// The flags of one interface, held open: a line such as `0x1103`, from sysfs. Unlike the flags that rtnetlink and `ioctl` tell, which are what
/// somebody set by hand, these say whether anybody at all has the interface promiscuous (`IFF_PROMISC`) or wants all groups
/// (`IFF_ALLMULTI`): packet sockets, bridges, a macvlan in another namespace. To be asked whether something is different at all: one system call
/// without the lock that every change of an interface on the machine takes, a fifth of what a question by rtnetlink costs.
///
/// It follows the interface when that is renamed or moved. One thread at a time.
public final class InterfaceFlags implements AutoCloseable {
    private static final int CAPACITY_BYTES = 16;

    /// One for each thread, as in [NetlinkSocket].
    private static final ThreadLocal<MemorySegment> BUFFER = ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(CAPACITY_BYTES));

    private int fd;
    private long last = -1;

    /// @param fd of the file; closed by this
    InterfaceFlags(int fd) {
        this.fd = fd;
    }

    /// Reads them anew.
    ///
    /// @return whether they are different from the last time, which they are the first time and always when the interface is gone
    public boolean reread() {
        var buffer = BUFFER.get();
        long size = Libc.current().pread(fd, buffer, CAPACITY_BYTES, 0);
        // Which flag is which does not matter here, so the text itself is compared.
        long flags = size <= 0 ? -1 : 0;
        for (int i = 0; i < size; i++) flags = flags * 31 + buffer.get(JAVA_BYTE, i);
        boolean isSame = flags == last && flags >= 0;
        last = flags;
        return !isSame;
    }

    @Override
    public void close() {
        if (fd < 0) return;
        Libc.current().close(fd);
        fd = -1;
    }
}
