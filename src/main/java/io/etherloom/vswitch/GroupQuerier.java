package io.etherloom.vswitch;

import io.etherloom.frame.PortSet;
import io.etherloom.wire.Tag;
import java.util.Arrays;

/// Asks guests by IGMP which groups they are in, so that their reports tell the network where they are now (spec 2.31, 7.10): the guest of a port
/// that has come by VMotion, or to another uplink later than it was connected. Nobody else sees the queries, and a guest gets them as it gets
/// any other frame to all systems: not where its vNIC filters that group (spec 2.27), nor while it is silenced (spec 5.7). Untagged for guests
/// that tag by themselves, since nobody knows their VLANs, as with RARP (spec 4.48).
///
/// State of the agent thread; time is passed in.
final class GroupQuerier {
    private static final long NEVER = UplinkLinks.NEVER;
    /// From one query to the next: by then the first is answered. The reference says how many there are, not when, so this is ours.
    private static final long SPACING_NANOS = 2_000_000_000L;

    private final PortSet ports;
    private ForwardingTables tables = ForwardingTables.EMPTY;
    private long[] connectedAt = {};
    /// Queries of the last event.
    private int[] asked = {};
    private long[] dueAt = {};
    private long dueNanos = NEVER;

    GroupQuerier(PortSet ports) {
        this.ports = ports;
    }

    /// Follows new tables: guests that have come by VMotion are asked, ports that went are forgotten.
    void apply(ForwardingTables next, long nowNanos) {
        var previous = tables;
        tables = next;
        grow(next.size());
        dueNanos = NEVER;
        for (int port = 0; port < dueAt.length; port++) {
            boolean isGuest = next.isConnected(port) && !next.isUplink(port);
            boolean isNew = isGuest && (!previous.isConnected(port) || previous.slot(port) != next.slot(port));
            if (isNew) {
                connectedAt[port] = nowNanos;
            }
            if (isNew && next.hasMigrated(port)) {
                start(port, nowNanos);
            } else if (!isGuest || isNew || dueAt[port] != NEVER && !isWanted(port)) {
                dueAt[port] = NEVER;
            }
            dueNanos = Math.min(dueNanos, dueAt[port]);
        }
    }

    private void grow(int size) {
        int known = dueAt.length;
        if (size > known) {
            connectedAt = Arrays.copyOf(connectedAt, size);
            asked = Arrays.copyOf(asked, size);
            dueAt = Arrays.copyOf(dueAt, size);
            Arrays.fill(dueAt, known, size, NEVER);
        }
    }

    /// A port has come to another uplink. At the instant of its connection that is its first, and no reason to ask.
    void moved(int port, long nowNanos) {
        if (connectedAt[port] != nowNanos) {
            start(port, nowNanos);
        }
    }

    private void start(int port, long nowNanos) {
        asked[port] = 0;
        dueAt[port] = isWanted(port) ? nowNanos : NEVER;
        dueNanos = Math.min(dueNanos, dueAt[port]);
    }

    /// By the options as they are now. Reports of a port without a team would reach nobody.
    private boolean isWanted(int port) {
        return asked[port] < tables.spec().options().queries().perMove() && tables.hasTeam(port);
    }

    long dueNanos() {
        return dueNanos;
    }

    /// Asks the guests that are due, all by one frame. One that cannot be had is a query lost.
    void ask(long nowNanos) {
        if (nowNanos < dueNanos) {
            return;
        }
        var frame = ports.pool().take();
        if (frame != null) {
            GroupQuery.write(frame, tables.pnic(tables.uplinks()[0]).mac(), tables.spec().options().queries());
        }
        dueNanos = NEVER;
        for (int port = 0; port < dueAt.length; port++) {
            if (nowNanos >= dueAt[port]) {
                if (frame != null && tables.acceptsGroup(port, GroupQuery.ALL_SYSTEMS) && !tables.isSilenced(port)) {
                    ports.originate(port, frame, Tag.NONE);
                }
                asked[port]++;
                dueAt[port] = isWanted(port) ? nowNanos + SPACING_NANOS : NEVER;
            }
            dueNanos = Math.min(dueNanos, dueAt[port]);
        }
        if (frame != null) {
            frame.release();
        }
    }
}
