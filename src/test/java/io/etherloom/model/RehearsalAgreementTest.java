package io.etherloom.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.etherloom.frame.DropReason;
import org.junit.jupiter.api.Test;

/// What is foretold of a frame happens: in random labs each frame is first carried through the twin of the switch, then through the switch.
/// The switch stands beside the model meanwhile, so that a rehearsal which changes anything is found, too. System properties as in
/// [SwitchAgreement].
final class RehearsalAgreementTest {
    private static final int EVENTS_PER_CASE = 1_000;

    @Test
    void vSwitchesDoWhatWasForetold() {
        var comparison = new Comparison<>(new RandomLab(), SwitchAgreement::reference,
                config -> new PacedSwitch(config, new RealVSwitch(config, true)));
        run(comparison, 50_000);
        for (var reason : new DropReason[] {DropReason.WRONG_UPLINK, DropReason.NO_UPLINK, DropReason.SHAPER_FULL, DropReason.REFLECTED,
                DropReason.MAC_CHANGE_REJECTED, DropReason.FORGED_TRANSMIT, DropReason.LINK_DOWN}) {
            assertThat(comparison.drops(reason)).as("drops for %s", reason).isPositive();
        }
    }

    @Test
    void physicalSwitchesDoWhatWasForetold() {
        var comparison = new Comparison<>(new RandomPhysicalLab(), NaivePhysicalSwitch::new,
                config -> new PacedPhysicalSwitch(new RealPhysicalSwitch(config, true)));
        run(comparison, 50_000);
        for (var reason : new DropReason[] {DropReason.BPDU_GUARD, DropReason.NOT_FORWARDING, DropReason.SAME_PORT, DropReason.LINK_DOWN}) {
            assertThat(comparison.drops(reason)).as("drops for %s", reason).isPositive();
        }
    }

    private static void run(Comparison<?, ?> comparison, long defaultEvents) {
        var only = Long.getLong("seed");
        var base = only != null ? only : Long.getLong("model.base", 1L);
        var cases = only != null ? 1 : Long.getLong("model.events", defaultEvents) / EVENTS_PER_CASE;
        for (var at = 0L; at < cases; at++) {
            assertThat(comparison.run(base + at, EVENTS_PER_CASE)).as("seed %d", base + at).isNull();
        }
        assertThat(comparison.deliveries()).as("copies delivered").isPositive();
    }
}
