package io.etherloom.model;

import io.etherloom.frame.DropReason;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// All that one event caused, in canonical order, so that two outcomes compare by `equals` whatever order the switches work in.
///
/// @param deliveries the copies that left, sorted by place and content
/// @param drops      the frames or copies that ended, sorted by place and reason
/// @param earlier    what the switch did by itself since the event before, in order of time: frames that it makes, and frames that
///     waited in a shaper; none of them is itself preceded by others
public record Outcome(List<Delivery> deliveries, List<Drop> drops, List<Instant> earlier) {
    /// Nothing left the switch and nothing was dropped.
    public static final Outcome NOTHING = new Outcome(List.of(), List.of());

    /// What happened at one instant between two events.
    public record Instant(long atNanos, Outcome outcome) {}

    /// Sorts what it is given; the lists given are not kept.
    public Outcome {
        deliveries = sorted(deliveries, Delivery.ORDER);
        drops = sorted(drops, Drop.ORDER);
        earlier = List.copyOf(earlier);
    }

    /// All of it at the instant of the event.
    public Outcome(List<Delivery> deliveries, List<Drop> drops) {
        this(deliveries, drops, List.of());
    }

    /// A frame that ended at once.
    public static Outcome dropped(String where, DropReason reason) {
        return new Outcome(List.of(), List.of(new Drop(where, reason)));
    }

    /// This and another one of the same instant.
    Outcome and(Outcome other) {
        if (other.equals(NOTHING)) {
            return this;
        }
        if (equals(NOTHING)) {
            return other;
        }
        return new Outcome(joined(deliveries, other.deliveries), joined(drops, other.drops), joined(earlier, other.earlier));
    }

    /// The same with this before it.
    Outcome after(List<Instant> instants) {
        return instants.isEmpty() ? this : new Outcome(deliveries, drops, instants);
    }

    private static <T> List<T> joined(List<T> some, List<T> more) {
        var all = new ArrayList<>(some);
        all.addAll(more);
        return all;
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
        for (var instant : earlier) {
            text.append("\n      before, at ").append(instant.atNanos).append(" ns:")
                    .append(instant.outcome.toString().replace("\n", "\n  "));
        }
        for (var delivery : deliveries) {
            text.append("\n      ").append(delivery);
        }
        for (var drop : drops) {
            text.append("\n      dropped ").append(drop.reason()).append(" (entered by ").append(drop.where()).append(')');
        }
        return text.isEmpty() ? " nothing" : text.toString();
    }
}
