package io.etherloom.frame;

import io.etherloom.wire.MacAddress;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.ToLongFunction;

/// The counters of one port. "In" is from the connected entity into the switch, "out" the other way (RFC 2863; spec 1.14). Frames and
/// octets are those on the wire: a super-frame counts as its segments, octets include a tag and exclude the frame check sequence.
/// A frame is counted in when it was received, whatever becomes of it; out when the device has taken it; and as dropped for one reason at
/// the port where it ended.
///
/// Written by the agent that owns the port, read by any thread: each counter is one opaque access, so a reader sees each of them whole,
/// not all of one instant. Valid as long as its port is open: the next port of that index counts in the same place.
public final class PortCounters {
    public enum Cast {
        UNICAST, MULTICAST, BROADCAST;

        private static final Cast[] VALUES = values();
    }

    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);
    /// Multicast and broadcast.
    private static final int GROUP_CASTS = 2;
    private static final int IN = 0;
    private static final int OUT = 2 * GROUP_CASTS;
    private static final int ORIGINATED = 4 * GROUP_CASTS;
    private static final int CONSUMED = ORIGINATED + 1;
    private static final int WATCHED = CONSUMED + 1;
    private static final int DROPS = WATCHED + 1;

    private final UnicastCounters unicast;
    private final int port;
    /// In frames and octets by group cast, out frames and octets by group cast, what the switch made and took itself, copies for those who
    /// watch, drops by reason.
    private final long[] cells = new long[DROPS + DropReason.COUNT];

    /// Counters that belong to no switch.
    public PortCounters() {
        this(new UnicastCounters(1), 0);
    }

    PortCounters(UnicastCounters unicast, int port) {
        this.unicast = unicast;
        this.port = port;
    }

    void received(Frame frame, int tag) {
        if (frame.isGroup()) {
            count(IN, frame, tag);
        } else {
            unicast.received(port, frame, tag);
        }
    }

    void sent(Frame frame, int tag) {
        if (frame.isGroup()) {
            count(OUT, frame, tag);
        } else {
            unicast.sent(port, frame, tag);
        }
    }

    void dropped(int frames, DropReason reason) {
        add(DROPS + reason.ordinal(), frames);
    }

    void originated(Frame frame) {
        add(ORIGINATED, frame.segments());
    }

    void consumed(Frame frame) {
        add(CONSUMED, frame.segments());
    }

    void watched(Frame frame) {
        add(WATCHED, frame.segments());
    }

    private void count(int base, Frame frame, int tag) {
        int cell = cell(base, frame.destination() == MacAddress.BROADCAST ? Cast.BROADCAST : Cast.MULTICAST);
        add(cell, frame.segments());
        add(cell + 1, frame.wireOctets(tag));
    }

    private static int cell(int base, Cast cast) {
        return base + 2 * (cast.ordinal() - Cast.MULTICAST.ordinal());
    }

    private void add(int cell, long amount) {
        CELL.setOpaque(cells, cell, cells[cell] + amount);
    }

    private long read(int cell) {
        return (long) CELL.getOpaque(cells, cell);
    }

    public long inFrames(Cast cast) {
        return cast == Cast.UNICAST ? unicast.inFrames(port) : read(cell(IN, cast));
    }

    public long inOctets(Cast cast) {
        return cast == Cast.UNICAST ? unicast.inOctets(port) : read(cell(IN, cast) + 1);
    }

    public long outFrames(Cast cast) {
        return cast == Cast.UNICAST ? unicast.outFrames(port) : read(cell(OUT, cast));
    }

    public long outOctets(Cast cast) {
        return cast == Cast.UNICAST ? unicast.outOctets(port) : read(cell(OUT, cast) + 1);
    }

    public long inFrames() {
        return sum(this::inFrames);
    }

    public long inOctets() {
        return sum(this::inOctets);
    }

    public long outFrames() {
        return sum(this::outFrames);
    }

    public long outOctets() {
        return sum(this::outOctets);
    }

    private static long sum(ToLongFunction<Cast> counter) {
        long sum = 0;
        for (var cast : Cast.VALUES) {
            sum += counter.applyAsLong(cast);
        }
        return sum;
    }

    /// Frames that the switch itself queued to this port: beacons, RARP, IGMP queries, CDP and LLDP (spec 4.48a).
    public long originatedFrames() {
        return read(ORIGINATED);
    }

    /// Frames from this port that were for the switch itself: its beacons (spec 4.26), CDP and LLDP (spec 8.2).
    public long consumedFrames() {
        return read(CONSUMED);
    }

    /// Unicast frames that were for others, of which this port was given a copy because it is promiscuous; part of those out, unless its queue
    /// was full (spec 5.2).
    public long watchedFrames() {
        return read(WATCHED);
    }

    public long drops(DropReason reason) {
        return read(DROPS + reason.ordinal());
    }

    /// Drops for all reasons.
    public long drops() {
        long sum = 0;
        for (int i = 0; i < DropReason.COUNT; i++) {
            sum += read(DROPS + i);
        }
        return sum;
    }
}
