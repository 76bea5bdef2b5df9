package io.etherloom.frame;

import io.etherloom.wire.MacAddress;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/// The counters of one port. "In" is from the connected entity into the switch, "out" the other way (RFC 2863; spec 1.14). Frames and
/// octets are those on the wire: a super-frame counts as its segments, octets include a tag and exclude the frame check sequence.
/// A frame is counted in when it was received, whatever becomes of it; out when the device has taken it; and as dropped for one reason at
/// the port where it ended.
///
/// Written by the agent that owns the port, read by any thread: each counter is one opaque access, so a reader sees each of them whole,
/// not all of one instant.
public final class PortCounters {
    public enum Cast {
        UNICAST, MULTICAST, BROADCAST;

        private static final Cast[] VALUES = values();

        static Cast of(int ordinal) {
            return VALUES[ordinal];
        }
    }

    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);
    private static final int CASTS = 3;
    private static final int IN = 0;
    private static final int OUT = 2 * CASTS;
    private static final int ORIGINATED = 4 * CASTS;
    private static final int CONSUMED = ORIGINATED + 1;
    private static final int WATCHED = CONSUMED + 1;
    private static final int DROPS = WATCHED + 1;

    /// In frames and octets by cast, out frames and octets by cast, what the switch made and took itself, copies for those who watch, drops by reason.
    private final long[] cells = new long[DROPS + DropReason.COUNT];

    void received(Frame frame, int tag) {
        count(IN, frame, tag);
    }

    void sent(Frame frame, int tag) {
        count(OUT, frame, tag);
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
        int cell = base + 2 * cast(frame.destination());
        add(cell, frame.segments());
        add(cell + 1, frame.wireOctets(tag));
    }

    private static int cast(long destination) {
        if (!MacAddress.isGroup(destination)) {
            return 0;
        }
        return destination == MacAddress.BROADCAST ? 2 : 1;
    }

    private void add(int cell, long amount) {
        CELL.setOpaque(cells, cell, cells[cell] + amount);
    }

    private long read(int cell) {
        return (long) CELL.getOpaque(cells, cell);
    }

    public long inFrames(Cast cast) {
        return read(IN + 2 * cast.ordinal());
    }

    public long inOctets(Cast cast) {
        return read(IN + 2 * cast.ordinal() + 1);
    }

    public long outFrames(Cast cast) {
        return read(OUT + 2 * cast.ordinal());
    }

    public long outOctets(Cast cast) {
        return read(OUT + 2 * cast.ordinal() + 1);
    }

    public long inFrames() {
        return sum(IN);
    }

    public long inOctets() {
        return sum(IN + 1);
    }

    public long outFrames() {
        return sum(OUT);
    }

    public long outOctets() {
        return sum(OUT + 1);
    }

    /// Frames that the switch itself queued to this port: beacons, RARP (spec 4.48a).
    public long originatedFrames() {
        return read(ORIGINATED);
    }

    /// Frames from this port that were for the switch itself: its beacons (spec 4.26).
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

    private long sum(int base) {
        long sum = 0;
        for (int cast = 0; cast < CASTS; cast++) {
            sum += read(base + 2 * cast);
        }
        return sum;
    }
}
