package io.etherloom.frame;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/// What nearly every frame counts, for all ports of a switch: unicast frames and octets, by port index in flat arrays, so that those of
/// thousands of ports fit into a near cache. [PortCounters] shows the part of one port.
///
/// Written by the agent, each number by one opaque access; read by any thread, which sees new arrays because they are published.
final class UnicastCounters {
    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);
    private static final VarHandle IN;
    private static final VarHandle OUT;

    static {
        try {
            IN = MethodHandles.lookup().findVarHandle(UnicastCounters.class, "in", long[].class);
            OUT = MethodHandles.lookup().findVarHandle(UnicastCounters.class, "out", long[].class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /// Frames and octets of each port.
    private long[] in;
    private long[] out;

    UnicastCounters(int ports) {
        in = new long[2 * ports];
        out = new long[2 * ports];
    }

    /// Makes room for more ports.
    void ports(int count) {
        IN.setRelease(this, Arrays.copyOf(in, 2 * count));
        OUT.setRelease(this, Arrays.copyOf(out, 2 * count));
    }

    /// A new port begins at zero.
    void clear(int port) {
        Arrays.fill(in, 2 * port, 2 * port + 2, 0);
        Arrays.fill(out, 2 * port, 2 * port + 2, 0);
    }

    void received(int port, Frame frame, int tag) {
        count(in, port, frame, tag);
    }

    void sent(int port, Frame frame, int tag) {
        count(out, port, frame, tag);
    }

    private static void count(long[] cells, int port, Frame frame, int tag) {
        int cell = 2 * port;
        CELL.setOpaque(cells, cell, cells[cell] + frame.segments());
        CELL.setOpaque(cells, cell + 1, cells[cell + 1] + frame.wireOctets(tag));
    }

    long inFrames(int port) {
        return (long) CELL.getOpaque((long[]) IN.getAcquire(this), 2 * port);
    }

    long inOctets(int port) {
        return (long) CELL.getOpaque((long[]) IN.getAcquire(this), 2 * port + 1);
    }

    long outFrames(int port) {
        return (long) CELL.getOpaque((long[]) OUT.getAcquire(this), 2 * port);
    }

    long outOctets(int port) {
        return (long) CELL.getOpaque((long[]) OUT.getAcquire(this), 2 * port + 1);
    }
}
