package io.etherloom.model;

import io.etherloom.frame.DropReason;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// All that one event caused, in canonical order, so that two outcomes compare by `equals` whatever order the switches work in.
///
/// @param deliveries the copies that left, sorted by place and content
/// @param drops      the frames or copies that ended, sorted by place and reason
public record Outcome(List<Delivery> deliveries, List<Drop> drops) {
    /// Nothing left the switch and nothing was dropped.
    public static final Outcome NOTHING = new Outcome(List.of(), List.of());

    /// Sorts what it is given; the lists given are not kept.
    public Outcome {
        deliveries = sorted(deliveries, Delivery.ORDER);
        drops = sorted(drops, Drop.ORDER);
    }

    /// A frame that ended at once.
    public static Outcome dropped(String where, DropReason reason) {
        return new Outcome(List.of(), List.of(new Drop(where, reason)));
    }

    /// Whether a drop with this reason is among the drops.
    public boolean droppedFor(DropReason reason) {
        for (var drop : drops) {
            if (drop.reason() == reason) {
                return true;
            }
        }
        return false;
    }

    private static <T> List<T> sorted(List<T> list, Comparator<T> order) {
        if (list.size() < 2) {
            return List.copyOf(list);
        }
        var copy = new ArrayList<>(list);
        copy.sort(order);
        return copy;
    }

    @Override
    public String toString() {
        var text = new StringBuilder();
        for (var delivery : deliveries) {
            text.append("\n      ").append(delivery);
        }
        for (var drop : drops) {
            text.append("\n      dropped ").append(drop.reason()).append(" (entered by ").append(drop.where()).append(')');
        }
        return text.isEmpty() ? " nothing" : text.toString();
    }
}
