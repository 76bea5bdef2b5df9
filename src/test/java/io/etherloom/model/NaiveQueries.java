package io.etherloom.model;

import io.etherloom.vswitch.SwitchSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Which guests are asked for their groups, and when (spec 2.31, 7.10): after a VMotion, and after their port has come to another uplink. The
/// reference gives the number; that the second follows two seconds after the first is the emulator's own.
final class NaiveQueries {
    private static final long SPACING = 2_000_000_000L;
    private static final int IGMP = 38;

    private SwitchSpec.QueryOptions options;
    /// By slot, the instants of the queries that are still to be sent; those who get none are absent.
    private final Map<Integer, List<Long>> instants = new HashMap<>();
    /// By slot, when a port was connected.
    private final Map<Integer, Long> connections = new HashMap<>();

    NaiveQueries(SwitchSpec.QueryOptions options) {
        this.options = options;
    }

    void connected(SwitchConfig.Port port, long nowNanos) {
        forget(port.id());
        connections.put(port.id(), nowNanos);
        if (port.migrates() && !NaiveTeam.members(port.team()).isEmpty()) {
            start(port.id(), nowNanos);
        }
    }

    /// A port came to another uplink; at the instant of its connection that is its first.
    void moved(int port, long nowNanos) {
        if (connections.get(port) != nowNanos) {
            start(port, nowNanos);
        }
    }

    void forget(int port) {
        instants.remove(port);
    }

    private void start(int port, long nowNanos) {
        var all = new ArrayList<Long>();
        for (var nth = 0; nth < options.perMove(); nth++) {
            all.add(nowNanos + nth * SPACING);
        }
        instants.put(port, all);
    }

    long due() {
        var due = NaiveLinks.NEVER;
        for (var all : instants.values()) {
            due = all.isEmpty() ? due : Math.min(due, all.getFirst());
        }
        return due;
    }

    /// The ports to ask now.
    List<Integer> advance(long nowNanos) {
        var asked = new ArrayList<Integer>();
        instants.forEach((port, all) -> {
            if (!all.isEmpty() && all.getFirst() <= nowNanos) {
                all.removeFirst();
                asked.add(port);
            }
        });
        return asked;
    }

    /// With fewer queries the last ones of those that have begun are left out; with more none of them gets another, unless one is due yet.
    void set(SwitchSpec.QueryOptions next) {
        for (var all : instants.values()) {
            var sent = options.perMove() - all.size();
            while (!all.isEmpty() && sent + all.size() > next.perMove()) {
                all.removeLast();
            }
            while (!all.isEmpty() && sent + all.size() < next.perMove()) {
                all.add(all.getLast() + SPACING);
            }
        }
        options = next;
    }

    /// RFC 3376, 4 and 4.1, or RFC 2236, 2: a general query from this address, in IPv4 with router alert and a time to live of 1.
    static byte[] query(long source, SwitchSpec.QueryOptions options) {
        var length = options.igmpVersion() == 3 ? 12 : 8;
        var frame = WireFrame.of(0x0100_5e00_0001L, source, 0x0800, 0);
        var whole = Arrays.copyOf(frame, IGMP + length);
        var router = options.routerIp();
        var ip = new int[] {0x46, 0xc0, 0, 24 + length, 0, 0, 0x40, 0, 1, 2, 0, 0, router >> 24, router >> 16, router >> 8, router, 224, 0, 0, 1,
            0x94, 4, 0, 0};
        var igmp = new int[] {0x11, 10, 0, 0, 0, 0, 0, 0, 2, 125, 0, 0};
        for (var at = 0; at < ip.length; at++) {
            whole[WireFrame.HEADER + at] = (byte) ip[at];
        }
        for (var at = 0; at < length; at++) {
            whole[IGMP + at] = (byte) igmp[at];
        }
        putChecksum(whole, WireFrame.HEADER, IGMP, WireFrame.HEADER + 10);
        putChecksum(whole, IGMP, whole.length, IGMP + 2);
        return whole;
    }

    /// RFC 1071: the complement of the ones' complement sum of the 16-bit words.
    private static void putChecksum(byte[] frame, int from, int end, int place) {
        var sum = 0;
        for (var at = from; at < end; at += 2) {
            sum += (frame[at] & 0xff) << 8 | frame[at + 1] & 0xff;
        }
        while (sum > 0xffff) {
            sum = (sum & 0xffff) + (sum >> 16);
        }
        frame[place] = (byte) (~sum >> 8);
        frame[place + 1] = (byte) ~sum;
    }
}
