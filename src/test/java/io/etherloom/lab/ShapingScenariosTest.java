package io.etherloom.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.etherloom.frame.DropReason;
import io.etherloom.model.Delivery;
import io.etherloom.topology.Setting;
import io.etherloom.topology.TrafficShaping;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/// Traffic shaping of ports, exact on the manual clock (spec 6.1-6.10; scenarios S36-S38).
final class ShapingScenariosTest extends PolicyScenario {
    private static final String S36 = shaping("8000 Kbps", "16000 Kbps", "1024 KB");
    private static final int S36_BURST = 1 << 20;
    /// Octets that 8 Mbit/s brings in a millisecond.
    private static final int AVERAGE = 1000;

    private static String shaping(String average, String peak, String burst) {
        return "trafficShaping: { enabled: yes, averageBandwidth: %s, peakBandwidth: %s, burstSize: %s }".formatted(average, peak, burst);
    }

    /// A frame of a VM in VLAN 10 that has so many octets on the wire, tag included.
    private static byte[] ofWireLength(long destination, long source, int octets) {
        return frame(destination, source, octets - 18);
    }

    /// Sends a frame so many times each millisecond; what then came out at a place in each, in octets.
    private static long[] offer(MemoryLab lab, String from, byte[] frame, int each, String place, int millis) {
        var octets = new long[millis];
        for (int at = 0; at < millis; at++) {
            long sum = 0;
            for (int i = 0; i < each; i++) {
                sum += octets(place, lab.send(from, frame).deliveries());
            }
            octets[at] = sum + octets(place, lab.advanceMillis(1).deliveries());
        }
        return octets;
    }

    private static long octets(String place, List<Delivery> copies) {
        return copies.stream().filter(it -> it.to().equals(place)).mapToLong(it -> it.frame().length).sum();
    }

    private static long sum(long[] octets, int from, int to) {
        return LongStream.of(octets).skip(from).limit(to - from).sum();
    }

    /// Spec 6.6, 6.8, 6.9, S36: 20 Mbit/s offered for 30 s: at peak while the burst lasts, which it never exceeds, then at average.
    @Test
    void theBurstPassesAtPeakAndTheRestAtAverage() {
        var lab = start(withGroup("A", S36, host()));
        var out = offer(lab, "a1", ofWireLength(X10, A1, 1250), 2, "up0", 30_000);
        assertThat(sum(out, 0, 1000)).as("a second at peak").isBetween(2_000_000L - 1250, 2_000_000L + 1250);
        long passed = 0;
        for (int at = 0; at < out.length; at++) {
            passed += out[at];
            assertThat(passed - (at + 1L) * AVERAGE).as("above the average after %d ms", at + 1).isLessThanOrEqualTo(S36_BURST);
        }
        assertThat(passed - 30_000L * AVERAGE).as("the burst was used").isGreaterThan(S36_BURST - 2500);
        assertThat(sum(out, 10_000, 30_000)).as("20 s at average").isBetween(20_000_000L - 1250, 20_000_000L + 1250);
        assertThat(lab.port(SWITCH, "a1.eth0").counters().drops(DropReason.SHAPER_FULL)).isGreaterThan(30_000);
    }

    /// Spec 6.6: what was not used is saved up again, to the burst size and no further.
    @Test
    void idleTimeFillsTheBucketAgain() {
        var lab = start(withGroup("A", S36, host()));
        offer(lab, "a1", ofWireLength(X10, A1, 1250), 2, "up0", 2000);
        lab.advanceMillis(60_000);
        var out = offer(lab, "a1", ofWireLength(X10, A1, 1250), 2, "up0", 3000);
        assertThat(sum(out, 0, 3000) - 3000L * AVERAGE).isBetween(S36_BURST - 2500L, (long) S36_BURST);
    }

    /// Spec 6.4, S37: on a standard switch what comes to a1 is not limited, from the wire or from a neighbour.
    @Test
    void whatComesToThePortIsNotShaped() {
        var lab = start(withGroup("A", shaping("8 Kbps", "8 Kbps", "1 B"), host()));
        for (int i = 0; i < 1000; i++) {
            var in = frame(A1, X10, 1000);
            assertThat(lab.send("up0", tagged(10, in))).isEqualTo(copies(copy("a1", in)));
            var local = frame(A1, B1, 1000);
            assertThat(lab.send("b1", local)).isEqualTo(copies(copy("a1", local)));
        }
    }

    /// Spec 6.1, S38: each port of the group has the full figures; other groups are not shaped.
    @Test
    void eachPortHasTheFullFigures() {
        var lab = start(withGroup("A", shaping("8 Mbps", "8 Mbps", "10 KB"), host()));
        long first = 0;
        long second = 0;
        for (int at = 0; at < 5000; at++) {
            for (int i = 0; i < 2; i++) {
                first += octets("up0", lab.send("a1", ofWireLength(X10, A1, 1250)).deliveries());
                second += octets("up1", lab.send("a2", ofWireLength(X10, A2, 1250)).deliveries());
                assertLeaves(lab, "b1", B1, "up0");
            }
            var outcome = lab.advanceMillis(1);
            first += octets("up0", outcome.deliveries());
            second += octets("up1", outcome.deliveries());
        }
        assertThat(first).isBetween(5_000_000L - 1250, 5_000_000L + 1250);
        assertThat(second).isBetween(5_000_000L - 1250, 5_000_000L + 1250);
    }

    /// Spec 6.1: off by default, and figures alone do not switch it on.
    @Test
    void shapingIsOffByDefault() {
        for (var yaml : List.of(host(), withGroup("A",
                "trafficShaping: { averageBandwidth: 8 Kbps, peakBandwidth: 8 Kbps, burstSize: 1 B }", host()))) {
            var lab = start(yaml);
            var frames = new byte[50][];
            Arrays.fill(frames, frame(X10, A1, 1000));
            assertThat(at("up0", lab.send("a1", frames))).hasSize(50);
        }
    }

    /// Spec 6.2, 6.10: rates are decimal, sizes 1024-based; the figures of the product's form.
    @Test
    void theUnitsAreThoseOfTheProduct() {
        var lab = start(withGroup("A", shaping("100000 Kbps", "100000 Kbps", "102400 KB"), host()));
        var shaping = lab.topology().hosts().get("esx1").vSwitches().get("vSwitch0").portGroups().get("A").policy().trafficShaping().value();
        assertThat(shaping).isEqualTo(new TrafficShaping(true, 100_000_000L, 100_000_000L, 104_857_600L));
        var byDefault = start(withGroup("A", "trafficShaping: { enabled: yes }", host()));
        assertThat(byDefault.topology().hosts().get("esx1").vSwitches().get("vSwitch0").portGroups().get("A").policy().trafficShaping().value())
                .isEqualTo(shaping);
    }

    /// Spec 6.3: a peak below the average, and nothing at all, are refused.
    @Test
    void impossibleFiguresAreRefused() {
        assertThatThrownBy(() -> start(withGroup("A", shaping("8 Mbps", "7 Mbps", "1 KB"), host()))).hasMessageContaining("6.3");
        assertThatThrownBy(() -> start(withGroup("A", shaping("0 Mbps", "7 Mbps", "1 KB"), host()))).hasMessageContaining("6.3");
        assertThatThrownBy(() -> start(withGroup("A", shaping("1 Mbps", "7 Mbps", "0 KB"), host()))).hasMessageContaining("6.3");
    }

    /// Spec 6.5: it acts at the source port, so on what goes to a local VM as well.
    @Test
    void localTrafficIsShaped() {
        var lab = start(withGroup("A", shaping("8 Mbps", "8 Mbps", "10 KB"), host()));
        var out = offer(lab, "a1", ofWireLength(B1, A1, 1250), 2, "b1", 2000);
        assertThat(sum(out, 1000, 2000)).as("untagged as b1 gets them").isBetween((AVERAGE - 4) * 1246L / 1250 * 1000 - 1250, AVERAGE * 1000L);
    }

    /// Spec 6.6: charged is the frame as on the wire, tag included: frames of 996 octets leave every 1000 us where they are tagged, and every 996 us
    /// where they are not.
    @Test
    void theTagIsCharged() {
        assertThat(millisOfLast("a1", A1, "A")).isEqualTo(499);
        assertThat(millisOfLast("n1", N1, "N")).isEqualTo(498);
    }

    private long millisOfLast(String vm, long mac, String group) {
        var lab = start(withGroup(group, shaping("8 Mbps", "8 Mbps", "1 B"), host("Net.NetShaperQueueSizeMin: 500")));
        int passed = 0;
        for (int i = 0; i < 500; i++) {
            passed += lab.send(vm, frame(X10, mac, 982)).deliveries().size();
        }
        assertThat(passed).as("at once").isEqualTo(1);
        return arrivals(lab, "up0", 600).getLast();
    }

    /// Spec 6.7, Net.NetShaperQueueSizeMin and Max: a queue holds the burst in full frames, within the two; what is more is dropped.
    @Test
    void theQueueIsBounded() {
        assertThat(dropped("1 B", "Net.NetShaperQueueSizeMin: 10")).isEqualTo(60 - 1 - 10);
        assertThat(dropped("1 B", "Net.NetShaperQueueSizeMin: 3")).isEqualTo(60 - 1 - 3);
        assertThat(dropped("30280 B", "Net.NetShaperQueueSizeMin: 10")).isEqualTo(60 - 1 - 20);
        assertThat(dropped("1 GB", "Net.NetShaperQueueSizeMax: 40")).isEqualTo(60 - 1 - 40);
    }

    private long dropped(String burst, String option) {
        var lab = start(withGroup("A", shaping("8 Kbps", "8 Kbps", burst), host(option)));
        for (int i = 0; i < 60; i++) {
            lab.send("a1", frame(X10, A1, 1496));
        }
        var counters = lab.port(SWITCH, "a1.eth0").counters();
        assertThat(counters.drops()).isEqualTo(counters.drops(DropReason.SHAPER_FULL));
        lab.set(Setting.Kind.PORT_GROUP, "esx1/A", "trafficShaping.enabled=no");
        return counters.drops();
    }

    /// Spec 6.7, Net.NetShaperQueuePerL3L4Flow: 1. A flood of one flow leaves a trickle of another its turn; 0: the trickle ends in the full
    /// queue.
    @Test
    void flowsQueueApart() {
        assertThat(tricklePassed("Net.NetShaperQueuePerL3L4Flow: 1")).isEqualTo(20);
        assertThat(tricklePassed("Net.NetShaperQueuePerL3L4Flow: 0")).isLessThan(20);
    }

    private long tricklePassed(String option) {
        var lab = start(withGroup("A", shaping("8 Mbps", "8 Mbps", "1 B"), host(option)));
        long passed = 0;
        for (int at = 0; at < 1000; at++) {
            for (int i = 0; i < 3; i++) {
                passed += trickle(lab.send("a1", ipv4(X10, A1, "10.0.0.1", "10.0.0.2", 1000, 80), frame(X10, A1, 0x0800, 1482)).deliveries());
            }
            if (at % 50 == 0) {
                passed += trickle(lab.send("a1", ipv4(X10, A1, "10.0.0.1", "10.0.0.9", 2000, 53)).deliveries());
            }
            passed += trickle(lab.advanceMillis(1).deliveries());
        }
        lab.set(Setting.Kind.PORT_GROUP, "esx1/A", "trafficShaping.enabled=no");
        return passed;
    }

    private static long trickle(List<Delivery> copies) {
        return copies.stream().filter(it -> it.frame().length == 64 && it.frame()[18 + 19] == 9).count();
    }

    /// Spec 6.8: ten times the average, for much longer than the burst lasts: the average in the long run, the peak at most at first.
    @Test
    void theLongRunRateIsTheAverage() {
        var lab = start(withGroup("A", shaping("8 Mbps", "40 Mbps", "100 KB"), host()));
        var out = offer(lab, "a1", ofWireLength(X10, A1, 1250), 8, "up0", 10_000);
        assertThat(sum(out, 0, 20)).isLessThanOrEqualTo(20 * 5000 + 1250);
        assertThat(sum(out, 1000, 10_000)).isBetween(9_000_000L - 1250, 9_000_000L + 1250);
    }

    /// Spec 6.9: whatever the length of a burst, what passes above the average in it is the burst size: 1000 and 2000 Kbit/s, 1024 KB.
    @Test
    void aBurstCarriesTheBurstSizeAboveTheAverage() {
        var lab = start(withGroup("A", shaping("1000 Kbps", "2000 Kbps", "1024 KB"), host()));
        var out = offer(lab, "a1", ofWireLength(X10, A1, 1250), 1, "up0", 12_000);
        assertThat(sum(out, 0, 8000)).as("8 s at peak").isBetween(2_000_000L - 1250, 2_000_000L + 1250);
        assertThat(sum(out, 0, 12_000) - 12_000L * 125).isBetween(S36_BURST - 2500L, (long) S36_BURST);
    }

    /// Spec 6.10: with the peak at the average a large burst size changes nothing: no second carries more.
    @Test
    void withPeakAtAverageThereIsNoBurst() {
        var lab = start(withGroup("A", shaping("8 Mbps", "8 Mbps", "100 MB"), host()));
        var out = offer(lab, "a1", ofWireLength(X10, A1, 1250), 4, "up0", 3000);
        for (int at = 0; at < 3000; at += 100) {
            assertThat(sum(out, at, at + 100)).isBetween(100_000L - 1250, 100_000L + 1250);
        }
    }
}
