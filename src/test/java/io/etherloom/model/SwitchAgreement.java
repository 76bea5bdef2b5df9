package io.etherloom.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.etherloom.frame.DropReason;
import java.util.EnumSet;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What a virtual switch has to show beside [NaiveVSwitch]: equal outcomes in random labs, and that its mistakes would be found.
/// A subclass makes the switch.
///
/// System properties: `model.events` is the number of events (300,000), `model.base` the first seed of the run (1), and `seed`
/// makes the run repeat the one case of that seed.
public abstract class SwitchAgreement {
    private static final int EVENTS_PER_CASE = 1_000;
    private static final int EVENTS_TO_CATCH_A_MUTANT = 400_000;
    /// Every reason by which a virtual switch of these rules ends a frame.
    private static final EnumSet<DropReason> REASONS = EnumSet.of(DropReason.TRUNCATED, DropReason.GROUP_SOURCE,
            DropReason.OVERSIZE, DropReason.PORT_DISABLED, DropReason.TAG_UNEXPECTED, DropReason.VLAN_NOT_ALLOWED,
            DropReason.REFLECTED, DropReason.SAME_PORT, DropReason.UNKNOWN_UNICAST, DropReason.WRONG_UPLINK,
            DropReason.NO_RECEIVER, DropReason.NO_UPLINK, DropReason.LINK_DOWN, DropReason.FORGED_TRANSMIT,
            DropReason.BPDU_FILTERED, DropReason.SHAPER_FULL, DropReason.MAC_CHANGE_REJECTED);

    /// Makes the switch that is to be tested.
    protected abstract SwitchUnderTest switchOf(SwitchConfig config);

    /// Some seconds' worth; [SwitchSoakTest] goes on as long as one likes.
    long defaultEvents() {
        return 300_000;
    }

    @Test
    void agreesWithTheModelInRandomLabs() {
        var comparison = comparison(this::switchOf);
        var only = Long.getLong("seed");
        if (only != null) {
            assertThat(comparison.run(only, EVENTS_PER_CASE)).as("seed %d", only).isNull();
            return;
        }
        var events = Long.getLong("model.events", defaultEvents());
        var base = Long.getLong("model.base", 1L);
        for (var at = 0L; at < events / EVENTS_PER_CASE; at++) {
            assertThat(comparison.run(base + at, EVENTS_PER_CASE)).isNull();
        }
        assertThat(comparison.deliveries()).as("copies delivered").isGreaterThan(events / 4);
        for (var reason : REASONS) {
            assertThat(comparison.drops(reason)).as("drops for %s", reason).isGreaterThan(events / 2_000);
        }
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource(Mutant.class)
    void wouldBeCaughtWithThisMistake(Mutant mutant) {
        wouldBeCaught(mutant, comparison(mutant.of(this::switchOf)));
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource(PolicyMutant.class)
    void wouldBeCaughtWithThisMistakeOfPolicy(PolicyMutant mutant) {
        wouldBeCaught(mutant, comparison(mutant.of(this::switchOf)));
    }

    private static void wouldBeCaught(Enum<?> mutant, Comparison<SwitchConfig, SwitchUnderTest> comparison) {
        for (var seed = 1; seed <= EVENTS_TO_CATCH_A_MUTANT / EVENTS_PER_CASE; seed++) {
            if (comparison.differs(seed, EVENTS_PER_CASE)) {
                return;
            }
        }
        throw new AssertionError(mutant + " was not caught within " + EVENTS_TO_CATCH_A_MUTANT + " events");
    }

    /// The model, told of everything in the way of the subject.
    static SwitchUnderTest reference(SwitchConfig config) {
        return new PacedSwitch(config, new NaiveVSwitch(config));
    }

    private Comparison<SwitchConfig, SwitchUnderTest> comparison(Function<SwitchConfig, SwitchUnderTest> maker) {
        return new Comparison<>(new RandomLab(), SwitchAgreement::reference, config -> new PacedSwitch(config, maker.apply(config)));
    }
}
