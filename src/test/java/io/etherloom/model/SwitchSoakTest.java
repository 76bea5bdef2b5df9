package io.etherloom.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The random comparison of both switches with the model, from seeds that no other run has had, for as long as one likes:
/// `./build soak MINUTES`. Its short form, with the same seeds each time, is in [SwitchAgreement] and [PhysicalSwitchAgreement].
@Tag("soak")
final class SwitchSoakTest {
    private static final int EVENTS_PER_CASE = 1_000;

    @Test
    void agreesWithTheModelForAsLongAsOneLikes() {
        var virtual = new Comparison<>(new RandomLab(), SwitchAgreement::reference, config -> new PacedSwitch(config, new RealVSwitch(config)));
        var physical = new Comparison<>(new RandomPhysicalLab(), NaivePhysicalSwitch::new,
                config -> new PacedPhysicalSwitch(new RealPhysicalSwitch(config)));
        long end = System.nanoTime() + Duration.ofMinutes(Long.getLong("soak.minutes", 10)).toNanos();
        long seed = System.currentTimeMillis() << 20;
        long cases = 0;
        for (; System.nanoTime() - end < 0; seed++, cases++) {
            assertThat(virtual.run(seed, EVENTS_PER_CASE)).as("vSwitch, -Dseed=%d", seed).isNull();
            assertThat(physical.run(seed, EVENTS_PER_CASE)).as("physical switch, -Dseed=%d", seed).isNull();
        }
        System.out.println(2 * cases * EVENTS_PER_CASE + " events, all alike");
    }
}
