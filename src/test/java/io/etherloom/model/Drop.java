package io.etherloom.model;

import io.etherloom.frame.DropReason;
import java.util.Comparator;

/// A frame, or the copy of it that had to leave by an uplink, that ended in the switch.
///
/// @param where  the port or uplink by which the frame had *entered*, whatever the place where the switch counts the drop
/// @param reason the first fault of the frame in the order of [DropReason]
public record Drop(String where, DropReason reason) {
    static final Comparator<Drop> ORDER = Comparator.comparing(Drop::where).thenComparing(Drop::reason);
}
