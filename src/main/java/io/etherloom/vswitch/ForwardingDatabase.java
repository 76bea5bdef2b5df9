package io.etherloom.vswitch;

import io.etherloom.wire.AddressKey;
import io.etherloom.wire.Tag;
import java.util.Arrays;

/// Maps (VLAN, address) to the local port that has the address. Filled from what the host knows of its vNICs, never from what is seen on
/// the wire (spec 2.1), so it is immutable. A guest-tagging port has its address in every VLAN: it is filed once, under a VLAN ID that no
/// frame can have, and found by a second look-up.
///
/// Open addressing over one `long[]`, key and port side by side, at most half full: one cache line a look-up.
final class ForwardingDatabase {
    static final int NONE = -1;
    private static final int ANY_VLAN = 4095;
    private static final long EMPTY = -1L;

    private final long[] cells;
    private final int mask;
    private final int shift;
    private boolean hasAnyVlan;

    ForwardingDatabase(int entries) {
        int capacity = Math.max(8, Integer.highestOneBit(Math.max(1, entries)) << 2);
        cells = new long[capacity * 2];
        Arrays.fill(cells, EMPTY);
        mask = capacity - 1;
        shift = Long.SIZE - Integer.numberOfTrailingZeros(capacity);
    }

    /// Files an address while the tables are compiled; a later entry replaces an earlier one.
    void put(int vlan, long mac, int port) {
        hasAnyVlan |= vlan == ANY_VLAN;
        long key = AddressKey.of(vlan, mac);
        int at = slot(key);
        while (cells[2 * at] != EMPTY && cells[2 * at] != key) {
            at = at + 1 & mask;
        }
        cells[2 * at] = key;
        cells[2 * at + 1] = port;
    }

    /// The port with this address in this VLAN, or [#NONE].
    int port(int vid, long mac) {
        int port = find(AddressKey.of(vid, mac));
        return port == NONE && hasAnyVlan ? find(AddressKey.of(ANY_VLAN, mac)) : port;
    }

    private int find(long key) {
        for (int at = slot(key); ; at = at + 1 & mask) {
            long cell = cells[2 * at];
            if (cell == key) {
                return (int) cells[2 * at + 1];
            }
            if (cell == EMPTY) {
                return NONE;
            }
        }
    }

    /// Cells that a look-up reads: what it costs in memory, whatever the machine.
    int probes(int vid, long mac) {
        long key = AddressKey.of(vid, mac);
        int count = 1;
        for (int at = slot(key); cells[2 * at] != key && cells[2 * at] != EMPTY; at = at + 1 & mask) {
            count++;
        }
        return count;
    }

    private int slot(long key) {
        return (int) (AddressKey.spread(key) >>> shift);
    }

    static {
        assert Tag.MAX_VID < ANY_VLAN;
    }
}
