package io.etherloom.bench;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Something that is measured from TAP to TAP, for one peer at a time.
interface Measure {
    /// What is measured, in a few words.
    String name();

    /// Why this machine cannot measure it, or null when it can.
    @Nullable String missing();

    /// Measures one peer for one round.
    ///
    /// @param seconds how long
    /// @return the quantities in the order of the table
    List<Value> measure(Peer peer, double seconds);

    /// One value of one round.
    record Value(Quantity quantity, double value) {}

    /// What the table shows in one line.
    ///
    /// @param name in the table
    /// @param unit in the table
    record Quantity(String name, String unit) {
        Series series(Peer peer) {
            return Series.of(name, peer.name(), unit);
        }
    }
}
