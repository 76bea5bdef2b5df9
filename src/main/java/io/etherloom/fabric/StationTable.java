package io.etherloom.fabric;

import io.etherloom.wire.AddressKey;
import java.util.Arrays;

/// The filtering database of a learning switch (IEEE Std 802.1Q, 8.8): maps (VLAN, address) to the port where the station was heard
/// last, and when. Entries age out; a station that moves is relearned at once. When the table is full, new stations are not learned
/// and their traffic is flooded, so that a flood of invented addresses cannot push out stations that talk: those stay until they age.
///
/// Open addressing, three `long`s an entry (key, port, last heard), at most half full; it begins small and doubles up to its
/// limit. One writer, the agent thread.
final class StationTable {
    static final int NONE = -1;
    private static final long EMPTY = -1L;
    private static final int WIDTH = 3;

    private final int maxStations;
    private final long ageingNanos;
    private long[] cells;
    private int mask;
    private int shift;
    private int size;

    StationTable(int maxStations, long ageingNanos) {
        this.maxStations = maxStations;
        this.ageingNanos = ageingNanos;
        cells = new long[0];
        allocate(256);
    }

    /// The same stations at this moment.
    StationTable(StationTable other) {
        maxStations = other.maxStations;
        ageingNanos = other.ageingNanos;
        cells = other.cells.clone();
        mask = other.mask;
        shift = other.shift;
        size = other.size;
    }

    private void allocate(int capacity) {
        cells = new long[capacity * WIDTH];
        Arrays.fill(cells, EMPTY);
        mask = capacity - 1;
        shift = Long.SIZE - Integer.numberOfTrailingZeros(capacity);
        size = 0;
    }

    /// Hears a station on a port.
    void learn(int vid, long mac, int port, long nowNanos) {
        long key = AddressKey.of(vid, mac);
        int at = find(key);
        if (cells[at] != key) {
            if (size >= maxStations) {
                return;
            }
            if (size >= mask >> 1) {
                grow();
                at = find(key);
            }
            size++;
            cells[at] = key;
        }
        cells[at + 1] = port;
        cells[at + 2] = nowNanos;
    }

    /// The port behind which the station lives, or [#NONE] when it is not known or was not heard for the ageing time.
    int port(int vid, long mac, long nowNanos) {
        int at = find(AddressKey.of(vid, mac));
        boolean isFresh = cells[at] != EMPTY && nowNanos - cells[at + 2] < ageingNanos;
        return isFresh ? (int) cells[at + 1] : NONE;
    }

    /// When a station that is in the table was heard last.
    long heardNanos(int vid, long mac) {
        return cells[find(AddressKey.of(vid, mac)) + 2];
    }

    /// Forgets the stations behind a port.
    void flush(int port) {
        removeIf(port, Long.MIN_VALUE);
    }

    /// Forgets stations that have aged, so that their places are free.
    void age(long nowNanos) {
        removeIf(NONE, nowNanos - ageingNanos);
    }

    /// Stations in the table, including those that aged since the last sweep.
    int size() {
        return size;
    }

    /// Calls `visitor` for every station heard within the ageing time; for display, not for the path.
    void forEach(long nowNanos, Visitor visitor) {
        for (int at = 0; at < cells.length; at += WIDTH) {
            if (cells[at] != EMPTY && nowNanos - cells[at + 2] < ageingNanos) {
                int vid = (int) (cells[at] >>> 48);
                visitor.visit(vid, cells[at] & 0xFFFF_FFFF_FFFFL, (int) cells[at + 1], nowNanos - cells[at + 2]);
            }
        }
    }

    interface Visitor {
        void visit(int vid, long mac, int port, long ageNanos);
    }

    private void removeIf(int port, long heardBefore) {
        for (int at = 0; at < cells.length; ) {
            boolean isGone = cells[at] != EMPTY
                    && (port == NONE ? cells[at + 2] - heardBefore <= 0 : cells[at + 1] == port);
            if (isGone) {
                remove(at);      // another entry may have moved here: look at the same place again
            } else {
                at += WIDTH;
            }
        }
    }

    /// Removes an entry and moves later ones of its run back, so that no run is broken.
    private void remove(int at) {
        int hole = at / WIDTH;
        for (int next = hole + 1 & mask; cells[next * WIDTH] != EMPTY; next = next + 1 & mask) {
            int wanted = slot(cells[next * WIDTH]);
            if ((next - wanted & mask) >= (next - hole & mask)) {
                System.arraycopy(cells, next * WIDTH, cells, hole * WIDTH, WIDTH);
                hole = next;
            }
        }
        cells[hole * WIDTH] = EMPTY;
        size--;
    }

    private void grow() {
        var old = cells;
        allocate((mask + 1) * 2);
        for (int at = 0; at < old.length; at += WIDTH) {
            if (old[at] != EMPTY) {
                System.arraycopy(old, at, cells, find(old[at]), WIDTH);
                size++;
            }
        }
    }

    /// Offset of the entry with this key, or of the free place where it belongs.
    private int find(long key) {
        int at = slot(key);
        while (cells[at * WIDTH] != key && cells[at * WIDTH] != EMPTY) {
            at = at + 1 & mask;
        }
        return at * WIDTH;
    }

    private int slot(long key) {
        return (int) (AddressKey.spread(key) >>> shift);
    }
}
