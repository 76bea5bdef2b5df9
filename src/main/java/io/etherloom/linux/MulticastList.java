package io.etherloom.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The group addresses to which the interfaces of one network namespace listen: `/proc/net/dev_mcast`, held open, so that reading it anew
/// takes two system calls and no entry into the namespace. A line for each address:
///
///     2    eth0            1     0     01005e000001        interface index, name, users, global users, address
///
/// rtnetlink can list them too (a dump of `PF_BRIDGE` neighbours), but that takes a third more time to twice as much, and the lock that every
/// change of an interface on the machine takes. One thread at a time.
final class MulticastList implements AutoCloseable {
    private static final String FILE = "/proc/thread-self/net/dev_mcast";
    /// Some 350 lines. What a guest puts there beyond is not read.
    private static final int CAPACITY_BYTES = 16 * 1024;
    /// Hexadecimal digits of an Ethernet address.
    private static final int ADDRESS_DIGITS = 12;

    /// One for each thread, as in [NetlinkSocket].
    private static final ThreadLocal<MemorySegment> BUFFER = ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(CAPACITY_BYTES));

    private int fd;
    private byte[] text = {};
    private boolean isComplete;

    private MulticastList(int fd) {
        this.fd = fd;
    }

    /// Opens it in the calling thread's network namespace, to which it belongs from then on.
    static MulticastList open() {
        return new MulticastList((int) Errno.check("open " + FILE, Libc.current().open(FILE, Libc.O_RDONLY, 0)));
    }

    /// Reads everything anew.
    ///
    /// @param isBeginEnough whether an equal beginning will do as proof, where the end has been read before: the kernel gives whole
    ///     interfaces, so whoever has a group in the beginning has the same groups as then. It spares a third of the time
    /// @return whether anything is different from the last time
    boolean reread(boolean isBeginEnough) {
        var buffer = BUFFER.get();
        var libc = Libc.current();
        long got = libc.pread(fd, buffer, CAPACITY_BYTES, 0);
        long size = Math.max(0, got);
        if (isBeginEnough && isComplete && isSame(buffer.asSlice(0, size))) return false;
        // The kernel gives whole interfaces, as many as fit into its own buffer, so only an empty answer means the end.
        while (got > 0 && size < CAPACITY_BYTES) {
            got = libc.pread(fd, buffer.asSlice(size), CAPACITY_BYTES - size, size);
            size += Math.max(0, got);
        }
        return take(buffer.asSlice(0, size), got == 0);
    }

    private boolean isSame(MemorySegment read) {
        return read.mismatch(MemorySegment.ofArray(text)) < 0;
    }

    private boolean take(MemorySegment read, boolean complete) {
        if (complete == isComplete && isSame(read)) return false;
        isComplete = complete;
        text = read.toArray(JAVA_BYTE);
        return true;
    }

    /// The groups of an interface as read last, sorted; low 48 bits, the first octet on the wire in bits 47 to 40.
    ///
    /// @return null if they are more than `limit`, or could not all be read
    @Nullable List<Long> groups(int index, int limit) {
        if (!isComplete) return null;
        var groups = new ArrayList<Long>();
        for (int start = 0; start < text.length; ) {
            int end = lineEnd(start);
            long group = index == number(start) ? address(start, end) : -1;
            if (group >= 0) groups.add(group);
            if (groups.size() > limit) return null;
            start = end + 1;
        }
        groups.sort(null);
        return groups;
    }

    private int lineEnd(int start) {
        int end = start;
        while (end < text.length && text[end] != '\n') end++;
        return end;
    }

    private int number(int start) {
        int number = 0;
        for (int at = start; at < text.length && text[at] >= '0' && text[at] <= '9'; at++) number = number * 10 + text[at] - '0';
        return number;
    }

    /// Of the last column, since what stands before, the interface's name, is a guest's choice; -1 if it is not an Ethernet address.
    private long address(int start, int end) {
        int first = end - ADDRESS_DIGITS;
        if (first <= start || text[first - 1] != ' ') return -1;
        long address = 0;
        for (int at = first; at < end; at++) {
            int digit = Character.digit(text[at], 16);
            if (digit < 0) return -1;
            address = address << 4 | digit;
        }
        return address;
    }

    @Override
    public void close() {
        if (fd < 0) return;
        Libc.current().close(fd);
        fd = -1;
    }
}
