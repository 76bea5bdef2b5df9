package io.etherloom.model;

import io.etherloom.frame.DropReason;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Lets the same things happen to a reference and to a subject until they differ, and shrinks the case that shows it.
///
/// @param <C> the configuration of a switch
/// @param <S> the kind of switch
public final class Comparison<C, S extends AutoCloseable> {
    private final CaseSource<C, S> source;
    private final Function<C, S> reference;
    private final Function<C, S> subject;
    private final Map<DropReason, Long> drops = new EnumMap<>(DropReason.class);
    private long deliveries;

    /// Both makers are called once per case, and per attempt to shrink one.
    public Comparison(CaseSource<C, S> source, Function<C, S> reference, Function<C, S> subject) {
        this.source = source;
        this.reference = reference;
        this.subject = subject;
    }

    /// Two outcomes of the same event.
    private record Disagreement(int event, Outcome expected, String got) {}

    /// Runs the case of this seed.
    ///
    /// @return null when both sides agree, else a text that shows the smallest case found
    public @Nullable String run(long seed, int events) {
        var whole = source.make(seed, events);
        var first = firstDisagreement(whole, true);
        return first == null ? null : describe(shrunk(whole.withEvents(whole.events().subList(0, first.event + 1))));
    }

    /// Whether the two sides differ in the case of this seed.
    public boolean differs(long seed, int events) {
        return firstDisagreement(source.make(seed, events), true) != null;
    }

    /// How many copies the reference delivered so far.
    public long deliveries() {
        return deliveries;
    }

    /// How many drops the reference counted so far for this reason: a comparison that never comes to a rule says nothing of it.
    public long drops(DropReason reason) {
        return drops.getOrDefault(reason, 0L);
    }

    private @Nullable Disagreement firstDisagreement(Case<C, S> whole, boolean counting) {
        var expecting = reference.apply(whole.config());
        var tested = subject.apply(whole.config());
        try {
            for (var at = 0; at < whole.events().size(); at++) {
                var expected = whole.events().get(at).applyTo(expecting);
                if (counting) {
                    count(expected);
                }
                try {
                    var got = whole.events().get(at).applyTo(tested);
                    if (!got.equals(expected)) {
                        return new Disagreement(at, expected, got.toString());
                    }
                } catch (RuntimeException broken) {
                    return new Disagreement(at, expected, " " + broken);
                }
            }
            return null;
        } finally {
            close(expecting);
            close(tested);
        }
    }

    private void count(Outcome outcome) {
        for (var instant : outcome.earlier()) {
            count(instant.outcome());
        }
        deliveries += outcome.deliveries().size();
        for (var drop : outcome.drops()) {
            drops.merge(drop.reason(), 1L, Long::sum);
        }
    }

    private static void close(AutoCloseable used) {
        try {
            used.close();
        } catch (Exception broken) {
            throw new IllegalStateException("a switch could not be closed", broken);
        }
    }

    /// Takes out events, then ports, until nothing can go without the difference going with it.
    private Case<C, S> shrunk(Case<C, S> failing) {
        var small = withFewerEvents(failing);
        for (var progress = true; progress;) {
            progress = false;
            for (var candidate : source.smaller(small)) {
                if (!candidate.events().isEmpty() && firstDisagreement(candidate, false) != null) {
                    small = withFewerEvents(candidate);
                    progress = true;
                    break;
                }
            }
        }
        return small;
    }

    private Case<C, S> withFewerEvents(Case<C, S> failing) {
        var small = failing;
        for (var chunk = Math.max(1, small.events().size() / 2); ; chunk /= 2) {
            for (var from = 0; from < small.events().size();) {
                var candidate = small.withEvents(without(small.events(), from, chunk));
                if (firstDisagreement(candidate, false) != null) {
                    small = candidate;
                } else {
                    from += chunk;
                }
            }
            if (chunk <= 1) {
                return small;
            }
        }
    }

    private static <T> List<T> without(List<? extends T> list, int from, int count) {
        var rest = new ArrayList<T>(list.subList(0, from));
        rest.addAll(list.subList(Math.min(list.size(), from + count), list.size()));
        return rest;
    }

    private String describe(Case<C, S> small) {
        var text = new StringBuilder("The switch and the model disagree; run again with -Dseed=" + small.seed() + "\n");
        text.append(small.config()).append('\n');
        var last = firstDisagreement(small, false);
        for (var at = 0; last != null && at <= last.event; at++) {
            text.append("  ").append(small.events().get(at)).append('\n');
        }
        if (last != null) {
            text.append("    expected:").append(last.expected).append("\n    but got: ").append(last.got).append('\n');
        }
        return text.toString();
    }
}
