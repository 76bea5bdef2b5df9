package io.etherloom.vswitch;

import io.etherloom.frame.Frame;
import io.etherloom.frame.PortSet;
import io.etherloom.wire.Ethernet;
import io.etherloom.wire.MacAddress;
import io.etherloom.wire.Tag;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// Tells the physical switches by RARP behind which of their ports an address is (spec 4.39-4.48): when a port is connected, comes to
/// another uplink, or gets another address. State of the agent thread; time is passed in.
final class Notifier {
    private static final long NEVER = UplinkLinks.NEVER;
    private static final long SECOND_NANOS = 1_000_000_000L;
    /// `NetDebugRARPTimerInter`, 30000, read as microseconds.
    private static final long INTERVAL_NANOS = 30_000_000L;
    private static final int LENGTH = 60;
    private static final int TYPE_RARP = 0x8035;
    private static final int HARDWARE_ETHERNET = 1;
    private static final int REQUEST_REVERSE = 3;

    /// Where frames for the wire go, by the team of the port.
    interface Wire {
        void send(int port, Frame frame, int tag);
    }

    private final PortSet ports;
    private final Wire wire;
    private final SwitchListener listener;
    private ForwardingTables tables = ForwardingTables.EMPTY;
    private long[] startedAt = {};
    private int[] done = {};
    private long[] dueAt = {};
    private long[] sent = {};
    /// Ports whose first frame since they were to be announced has not left yet.
    private boolean[] isUntold = {};
    private int[] told = {};
    private int toldCount;
    private long dueNanos = NEVER;
    private long intervalEnd;
    private int leftInInterval;
    private int next;

    Notifier(PortSet ports, Wire wire, SwitchListener listener) {
        this.ports = ports;
        this.listener = listener;
        this.wire = wire;
    }

    /// Follows new tables: new ports and new addresses are announced, ports that went are forgotten.
    void apply(ForwardingTables next, long nowNanos) {
        var previous = tables;
        tables = next;
        int known = dueAt.length;
        if (next.size() > known) {
            startedAt = Arrays.copyOf(startedAt, next.size());
            done = Arrays.copyOf(done, next.size());
            sent = Arrays.copyOf(sent, next.size());
            isUntold = Arrays.copyOf(isUntold, next.size());
            told = Arrays.copyOf(told, next.size());
            dueAt = Arrays.copyOf(dueAt, next.size());
            Arrays.fill(dueAt, known, next.size(), NEVER);
        }
        dueNanos = NEVER;
        for (int port = 0; port < dueAt.length; port++) {
            boolean isNew = !previous.isConnected(port) || port >= next.size() || previous.slot(port) != next.slot(port);
            if (!next.isConnected(port) || next.isUplink(port)) {
                dueAt[port] = NEVER;
            } else if (isNew) {
                sent[port] = 0;
                start(port, next.spec().options().notifications().atEnablement() ? 0 : 1, nowNanos);
            } else if (!next.announces(port)) {
                dueAt[port] = NEVER;
            } else if (previous.effectiveMac(port) != next.effectiveMac(port)) {
                start(port, 0, nowNanos);
            } else if (dueAt[port] != NEVER) {
                schedule(port);      // By the options as they are now, which may want nothing more.
            }
            dueNanos = Math.min(dueNanos, dueAt[port]);
        }
    }

    /// A port that stood still works again.
    void enabledAgain(int port, long nowNanos) {
        if (tables.isConnected(port)) {
            start(port, 0, nowNanos);
        }
    }

    /// A port has come to another uplink.
    void moved(int port, long nowNanos) {
        // A port that was just connected is announced as that, perhaps later than now or not at all.
        if (startedAt[port] != nowNanos) {
            start(port, 0, nowNanos);
        }
    }

    private void start(int port, int first, long nowNanos) {
        startedAt[port] = nowNanos;
        done[port] = first;
        isUntold[port] = true;
        schedule(port);
        dueNanos = Math.min(dueNanos, dueAt[port]);
    }

    private void schedule(int port) {
        var options = tables.spec().options().notifications();
        long duration = options.advertisementSeconds() * SECOND_NANOS;
        int nth = done[port];
        long offset = options.spacesEvenly() ? nth * duration / options.count() : ((1L << nth) - 1) * SECOND_NANOS;
        boolean isWanted = options.isEnabled() && nth < options.count() && offset <= duration && tables.announces(port);
        dueAt[port] = isWanted ? startedAt[port] + offset : NEVER;
    }

    long dueNanos() {
        return dueNanos;
    }

    /// Sends what is due, at most as many as an interval allows; the rest follows in the next.
    void announce(long nowNanos) {
        if (nowNanos < dueNanos) {
            return;
        }
        if (nowNanos >= intervalEnd) {
            intervalEnd = nowNanos + INTERVAL_NANOS;
            leftInInterval = tables.spec().options().notifications().maxPerInterval();
        }
        dueNanos = NEVER;
        int first = next;
        for (int i = 0; i < dueAt.length; i++) {
            int port = (first + i) % dueAt.length;
            if (nowNanos >= dueAt[port] && leftInInterval > 0) {
                leftInInterval--;
                announce(port);
                advance(port, nowNanos);
                if (leftInInterval == 0) {
                    next = port + 1;
                }
            }
            dueNanos = Math.min(dueNanos, dueAt[port] <= nowNanos ? intervalEnd : dueAt[port]);
        }
        if (toldCount > 0) {
            listener.announced(Arrays.copyOf(told, toldCount));
            toldCount = 0;
        }
    }

    /// What fell due meanwhile is left out: after a pause a port is announced once, not as often as was missed (spec 4.44).
    private void advance(int port, long nowNanos) {
        do {
            done[port]++;
            schedule(port);
        } while (dueAt[port] <= nowNanos);
    }

    private void announce(int port) {
        var frame = ports.pool().take();
        if (frame == null) {
            return;
        }
        write(frame, tables.effectiveMac(port));
        wire.send(port, frame, tables.rules(port).classify(Tag.NONE));
        frame.release();
    }

    /// One RARP frame has left for this port.
    void left(int port) {
        sent[port]++;
        if (isUntold[port]) {
            isUntold[port] = false;
            told[toldCount++] = port;
        }
    }

    /// RARP frames sent for a port since it was connected.
    long sent(int port) {
        return port < sent.length ? sent[port] : 0;
    }

    /// The frame of spec 4.40 (RFC 903): a request from and for the same address, without IP addresses.
    private static void write(Frame frame, long mac) {
        var bytes = frame.head();
        long at = Frame.HEADROOM;
        bytes.asSlice(at, LENGTH).fill((byte) 0);
        Ethernet.addresses(bytes, at, MacAddress.BROADCAST, mac);
        Ethernet.u16(bytes, at + Ethernet.ADDRESSES, TYPE_RARP);
        long arp = at + Ethernet.HEADER;
        Ethernet.u16(bytes, arp, HARDWARE_ETHERNET);
        Ethernet.u16(bytes, arp + 2, Ethernet.TYPE_IPV4);
        Ethernet.u8(bytes, arp + 4, 6);
        Ethernet.u8(bytes, arp + 5, 4);
        Ethernet.u16(bytes, arp + 6, REQUEST_REVERSE);
        address(bytes, arp + 8, mac);
        address(bytes, arp + 18, mac);
        frame.parse(LENGTH, null);
    }

    private static void address(MemorySegment bytes, long at, long mac) {
        Ethernet.u16(bytes, at, (int) (mac >>> 32));
        Ethernet.u32(bytes, at + 2, (int) mac);
    }
}
