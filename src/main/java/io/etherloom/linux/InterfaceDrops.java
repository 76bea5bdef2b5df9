package io.etherloom.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/// How many frames an interface could not hand on (`tx_dropped` of `struct rtnl_link_stats64`): for a TAP, because its queue towards the
/// reader was full. Read from the table of interfaces of one network namespace (proc_pid_net(5)), which is held open, so that asking costs
/// a system call for each page of the table, enters no namespace and takes no lock that changes of interfaces take.
///
/// It belongs to the namespace of the thread that opened it, and keeps that alive with one descriptor. Any thread.
public final class InterfaceDrops implements AutoCloseable {
    private static final String TABLE = "/proc/thread-self/net/dev";
    /// More than a page, which is what the kernel gives at once, and the rest of a line from before.
    private static final int CAPACITY_BYTES = 16 * 1024;
    /// In the line of an interface, counted from 0 behind its name: eight columns of what it received, then bytes, packets, errors, drops.
    private static final int DROPS_COLUMN = 11;

    /// One for each thread, as in [NetlinkSocket].
    private static final ThreadLocal<MemorySegment> BUFFER = ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(CAPACITY_BYTES));

    private final byte[] name;
    private int fd;

    private InterfaceDrops(String name, int fd) {
        this.name = (name + ":").getBytes(StandardCharsets.UTF_8);
        this.fd = fd;
    }

    /// Opens the table of the calling thread's network namespace.
    public static InterfaceDrops open(String name) {
        Link.requireName(name);
        return new InterfaceDrops(name, (int) Errno.check("open " + TABLE, Libc.current().open(TABLE, Libc.O_RDONLY, 0)));
    }

    /// The count since the interface was made; -1 when there is no such interface now, or it has another name.
    public synchronized long read() {
        if (fd < 0) return -1;
        var table = BUFFER.get();
        var libc = Libc.current();
        long offset = 0;
        long kept = 0;
        while (true) {
            long size = libc.pread(fd, table.asSlice(kept), CAPACITY_BYTES - kept, offset);
            if (size <= 0) return -1;
            offset += size;
            long filled = kept + size;
            long line = 0;
            for (long end = lineEnd(table, line, filled); end < filled; end = lineEnd(table, line, filled)) {
                long at = skipSpaces(table, line, end);
                if (begins(table, at, end)) {
                    return column(table, at + name.length, end);
                }
                line = end + 1;
            }
            kept = filled - line;
            MemorySegment.copy(table, line, table, 0, kept);
        }
    }

    private boolean begins(MemorySegment table, long at, long size) {
        if (at + name.length > size) return false;
        for (int i = 0; i < name.length; i++) {
            if (table.get(JAVA_BYTE, at + i) != name[i]) return false;
        }
        return true;
    }

    private static long column(MemorySegment table, long begin, long size) {
        long at = begin;
        for (int skipped = 0; skipped < DROPS_COLUMN; skipped++) {
            at = skipSpaces(table, at, size);
            while (at < size && isDigit(table.get(JAVA_BYTE, at))) at++;
        }
        long value = 0;
        for (at = skipSpaces(table, at, size); at < size && isDigit(table.get(JAVA_BYTE, at)); at++) {
            value = value * 10 + (table.get(JAVA_BYTE, at) - '0');
        }
        return value;
    }

    private static long skipSpaces(MemorySegment table, long from, long size) {
        long at = from;
        while (at < size && table.get(JAVA_BYTE, at) == ' ') at++;
        return at;
    }

    private static long lineEnd(MemorySegment table, long from, long size) {
        long at = from;
        while (at < size && table.get(JAVA_BYTE, at) != '\n') at++;
        return at;
    }

    private static boolean isDigit(byte octet) {
        return octet >= '0' && octet <= '9';
    }

    @Override
    public synchronized void close() {
        if (fd < 0) return;
        Libc.current().close(fd);
        fd = -1;
    }
}
