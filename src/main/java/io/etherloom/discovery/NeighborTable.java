package io.etherloom.discovery;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Who was heard on one port, until the time to live of what was said is over. At most [#CAPACITY], so that nobody who makes up names fills
/// the memory: those who are known keep their places, and more are counted. Not thread-safe; time is passed in.
public final class NeighborTable {
    /// A port has one neighbour, or a few where a hub or a switch without discovery lies between.
    public static final int CAPACITY = 16;

    /// What an advertisement has changed.
    public enum Effect { FOUND, CHANGED, REFRESHED, GONE, REFUSED }

    private final List<Neighbor> neighbors = new ArrayList<>();
    private @Nullable Neighbor lastLost;
    private long refused;
    private long malformed;

    /// Takes an advertisement that came by the port.
    public Effect heard(Advertisement said, long nowNanos) {
        for (int i = 0; i < neighbors.size(); i++) {
            var known = neighbors.get(i);
            if (known.said().isOfSamePort(said)) {
                if (said.ttlSeconds() == 0) {
                    lose(i);
                    return Effect.GONE;
                }
                neighbors.set(i, new Neighbor(said, nowNanos, known.firstNanos()));
                return known.said().equals(said) ? Effect.REFRESHED : Effect.CHANGED;
            }
        }
        if (said.ttlSeconds() == 0) {
            return Effect.REFRESHED;      // Goodbye of somebody who was not known.
        }
        if (neighbors.size() == CAPACITY) {
            refused++;
            return Effect.REFUSED;
        }
        neighbors.add(new Neighbor(said, nowNanos, nowNanos));
        return Effect.FOUND;
    }

    /// Who said something of this port of this device before, or null.
    public @Nullable Neighbor known(Advertisement said) {
        for (var neighbor : neighbors) {
            if (neighbor.said().isOfSamePort(said)) {
                return neighbor;
            }
        }
        return null;
    }

    /// A frame came that could not be read.
    public void malformed() {
        malformed++;
    }

    /// Forgets those whose time is over, and returns them.
    public List<Neighbor> age(long nowNanos) {
        return clear(neighbor -> nowNanos - neighbor.expiryNanos() >= 0);
    }

    /// Forgets all, and returns them.
    public List<Neighbor> clear() {
        return clear(_ -> true);
    }

    /// Forgets those, and returns them.
    public List<Neighbor> clear(Predicate<Neighbor> which) {
        var lost = new ArrayList<Neighbor>();
        for (int i = neighbors.size() - 1; i >= 0; i--) {
            if (which.test(neighbors.get(i))) {
                lost.add(lose(i));
            }
        }
        return lost;
    }

    private Neighbor lose(int place) {
        var lost = neighbors.remove(place);
        lastLost = lost;
        return lost;
    }

    /// In the order in which they were found.
    public List<Neighbor> neighbors() {
        return List.copyOf(neighbors);
    }

    /// Who was forgotten last, or null.
    public @Nullable Neighbor lastLost() {
        return lastLost;
    }

    /// Advertisements of neighbours for whom there was no place.
    public long refusedFrames() {
        return refused;
    }

    /// Frames that could not be read.
    public long malformedFrames() {
        return malformed;
    }

    /// When the next one is forgotten, `Long.MAX_VALUE` for never.
    public long dueNanos() {
        long due = Long.MAX_VALUE;
        for (var neighbor : neighbors) {
            due = Math.min(due, neighbor.expiryNanos());
        }
        return due;
    }
}
