package io.etherloom.bench;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What is asked of Etherloom: a quantity of its, alone or divided by another one, and a bound. Without a bound it is only shown, and may
/// be somebody else's.
///
/// @param subject whose quantity it is
/// @param over what the quantity is divided by, null for an absolute one
/// @param bound in base units, not a number where nothing is asked
/// @param isUpper whether the bound is the highest value that will do, not the lowest
record Target(String title, Subject subject, Quantity quantity, @Nullable Baseline over, double bound, boolean isUpper) {
    /// Somebody's row.
    record Baseline(Quantity quantity, Subject subject) {}

    /// Whether a run reached what is asked.
    enum Outcome {
        REACHED("reached"), MISSED("missed"), NOT_MEASURED("not measured"), SHOWN("");

        private final String title;

        Outcome(String title) {
            this.title = title;
        }

        String title() {
            return title;
        }
    }

    /// @param measured null if the run did not measure it
    record Verdict(Target target, @Nullable Series measured, Outcome outcome) {
        String shown() {
            return measured == null ? "–" : measured.show();
        }
    }

    static Target share(Quantity quantity, Subject of, double bound) {
        return share(quantity, new Baseline(quantity, of), bound);
    }

    static Target share(Quantity quantity, Baseline over, double bound) {
        return of(Subject.ETHERLOOM, quantity, over, bound);
    }

    private static Target of(Subject subject, Quantity quantity, Baseline over, double bound) {
        return new Target(title(subject, quantity, over), subject, quantity, over, bound, !quantity.isMoreBetter());
    }

    /// A ratio that is shown, though nothing is asked of it.
    static Target shown(Quantity quantity, Subject of) {
        return share(quantity, of, Double.NaN);
    }

    static Target shown(Quantity quantity, Baseline over) {
        return share(quantity, over, Double.NaN);
    }

    /// What somebody who only carries frames reaches over another: more cannot be asked.
    static Target limit(Quantity quantity, Subject subject, Subject of) {
        return of(subject, quantity, new Baseline(quantity, of), Double.NaN);
    }

    static Target absolute(Quantity quantity, double bound) {
        return new Target(quantity.name(), Subject.ETHERLOOM, quantity, null, bound, !quantity.isMoreBetter());
    }

    private static String title(Subject subject, Quantity quantity, Baseline over) {
        if (!over.quantity().equals(quantity)) {
            return quantity.name() + " / " + over.quantity().name();
        }
        return quantity.name() + ", " + subject.title() + " / " + over.subject().title();
    }

    Unit unit() {
        return over == null ? quantity.unit() : Unit.RATIO;
    }

    /// `≥ 0.95`, with the unit of absolute ones; empty where nothing is asked.
    String wanted() {
        return Double.isNaN(bound) ? "" : ((isUpper ? "≤ " : "≥ ") + unit().show(bound) + " " + unit().title()).strip();
    }

    /// The median decides.
    Verdict judge(Results results) {
        var measured = measured(results);
        if (measured == null) {
            return new Verdict(this, null, Outcome.NOT_MEASURED);
        }
        if (Double.isNaN(bound)) {
            return new Verdict(this, measured, Outcome.SHOWN);
        }
        boolean isReached = isUpper ? measured.median() <= bound + (over == null ? unit().step() : 0) : measured.median() >= bound;
        return new Verdict(this, measured, isReached ? Outcome.REACHED : Outcome.MISSED);
    }

    private @Nullable Series measured(Results results) {
        var own = results.find(quantity, subject).orElse(null);
        if (own == null || over == null) {
            return own;
        }
        var other = results.find(over.quantity(), over.subject()).orElse(null);
        return other == null ? null : new Series(new Quantity(title, Unit.RATIO, quantity.isMoreBetter()), subject,
            List.copyOf(own.over(other)));
    }
}
