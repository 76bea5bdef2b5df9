package io.etherloom.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.etherloom.frame.DropReason;
import io.etherloom.model.Outcome;
import java.util.ArrayList;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/// How long and how short a frame may be, and how many may wait (spec 1.27-1.33).
final class MtuScenariosTest extends Scenario {
    private static String withMtu(String mtu) {
        return host().replace("mtu: 1500", "mtu: " + mtu);
    }

    /// Spec 1.27: 1280 to 9000, 1500 when nothing is said.
    @Test
    void theMtuHasARange() {
        for (var mtu : new String[] {"1279", "9001", "0", "-1"}) {
            assertThatThrownBy(() -> MemoryLab.of(withMtu(mtu))).as(mtu).hasMessageContaining("mtu");
        }
        start(withMtu("1280"));
        start(withMtu("9000"));
        var standard = start(host().replace("mtu: 1500\n", "ports: 128\n"));
        assertThat(standard.send("a1", frame(A2, A1, 1501))).isEqualTo(dropped("a1", DropReason.OVERSIZE));
        assertThat(standard.send("a1", frame(A2, A1, 1500))).isEqualTo(copies(copy("a2", frame(A2, A1, 1500))));
    }

    /// Spec 1.28: the payload counts, so MTU + 14, or + 18 with a tag.
    @Test
    void theMtuCountsThePayload() {
        for (int mtu : new int[] {1280, 1500, 9000}) {
            var lab = start(withMtu("" + mtu));
            var largest = frame(A1, X10, mtu);
            assertThat(lab.send("up0", tagged(10, largest))).isEqualTo(copies(copy("a1", largest)));
            assertThat(lab.send("a1", frame(X10, A1, mtu))).isEqualTo(copies(copy("up0", tagged(10, frame(X10, A1, mtu)))));
            assertThat(lab.send("t1", tagged(30, frame(X10, T1, mtu))))
                    .isEqualTo(copies(copy("up1", tagged(30, frame(X10, T1, mtu)))));
            assertThat(lab.send("up0", tagged(10, frame(A1, X10, mtu + 1)))).isEqualTo(dropped("vmnic0", DropReason.OVERSIZE));
            assertThat(lab.send("a1", frame(X10, A1, mtu + 1))).isEqualTo(dropped("a1", DropReason.OVERSIZE));
        }
    }

    /// Spec 1.29, Etherloom.LocalJumbo: 0. Dropped without a word to anybody, also between local VMs.
    @Test
    void aLongerFrameIsDroppedSilently() {
        var lab = startHost("Etherloom.LocalJumbo: 0");
        assertThat(lab.send("a1", frame(A2, A1, 1501))).isEqualTo(dropped("a1", DropReason.OVERSIZE));
        assertThat(lab.send("a1", frame(BROADCAST, A1, 9000))).isEqualTo(dropped("a1", DropReason.OVERSIZE));
        assertThat(lab.advanceMillis(1000)).as("no ICMP message").isEqualTo(Outcome.NOTHING);
    }

    /// Spec 1.29, Etherloom.LocalJumbo: 1. Any length from port to port, but not onto the wire.
    @Test
    void aLongerFramePassesLocallyWhereThatIsAllowed() {
        var lab = startHost("Etherloom.LocalJumbo: 1");
        assertThat(lab.send("a1", frame(A2, A1, 9000))).isEqualTo(copies(copy("a2", frame(A2, A1, 9000))));
        assertThat(lab.send("a1", frame(X10, A1, 1501))).isEqualTo(dropped("a1", DropReason.OVERSIZE));
        assertThat(lab.send("up0", tagged(10, frame(A1, X10, 1501)))).isEqualTo(dropped("vmnic0", DropReason.OVERSIZE));
    }

    /// Spec 1.30, Net.Vmxnet3NonTsoPacketGtMtuAllowed: 0 and 1. A frame above the vNIC's own MTU.
    @Test
    void aFrameAboveTheMtuOfItsVnicIsRefused() {
        var vnic = "mac: 00:50:56:00:00:01, mtu: 1400";
        var strict = start(host("Net.Vmxnet3NonTsoPacketGtMtuAllowed: 0").replace("mac: 00:50:56:00:00:01", vnic));
        assertThat(strict.send("a1", frame(A2, A1, 1400))).isEqualTo(copies(copy("a2", frame(A2, A1, 1400))));
        assertThat(strict.send("a1", frame(A2, A1, 1401))).isEqualTo(dropped("a1", DropReason.OVERSIZE));
        assertThat(strict.send("a2", frame(A1, A2, 1500))).as("towards it").isEqualTo(copies(copy("a1", frame(A1, A2, 1500))));
        var lax = start(host("Net.Vmxnet3NonTsoPacketGtMtuAllowed: 1").replace("mac: 00:50:56:00:00:01", vnic));
        assertThat(lax.send("a1", frame(A2, A1, 1401))).isEqualTo(copies(copy("a2", frame(A2, A1, 1401))));
        assertThat(lax.send("a1", frame(A2, A1, 1501))).isEqualTo(dropped("a1", DropReason.OVERSIZE));
    }

    /// Spec 1.31 is of distributed switches, which are refused; the MTU of a standard switch changes without a link going down.
    @Test
    void theMtuOfAStandardSwitchChangesWithoutAnOutage() {
        assertThatThrownBy(() -> MemoryLab.of(host() + "distributedSwitches: { dvs0: { mtu: 9000 } }\n"))
                .hasMessageContaining("distributedSwitches").hasMessageContaining("not supported yet");
        var lab = startHost();
        assertThat(lab.send("a1", frame(X10, A1, 9000))).isEqualTo(dropped("a1", DropReason.OVERSIZE));
        assertThat(lab.apply(withMtu("9000"))).isEqualTo(Outcome.NOTHING);
        assertThat(lab.vSwitch(SWITCH).failovers()).isZero();
        assertThat(lab.vSwitch(SWITCH).isUsable(lab.port(SWITCH, "vmnic0").index())).isTrue();
        assertThat(lab.send("a1", frame(X10, A1, 9000))).isEqualTo(copies(copy("up0", tagged(10, frame(X10, A1, 9000)))));
    }

    /// Spec 1.32, Net.MinEtherLen: padded with zeros towards a pNIC only; a tag is not counted.
    @Test
    void shortFramesArePaddedTowardsAPnic() {
        var lab = startHost();
        var small = frame(X10, A1, 0);
        assertThat(lab.send("a1", small)).isEqualTo(copies(copy("up0", tagged(10, padded(small, 60)))));
        assertThat(lab.send("a1", frame(A2, A1, 1))).isEqualTo(copies(copy("a2", frame(A2, A1, 1))));
        var all = frame(BROADCAST, N1, 30);
        assertThat(lab.send("n1", all)).as("both at once").isEqualTo(copies(copy("t1", all), copy("up0", padded(all, 60))));
        var exact = frame(X10, A1, 46);
        assertThat(lab.send("a1", exact)).isEqualTo(copies(copy("up0", tagged(10, exact))));
        var longer = start(host("Net.MinEtherLen: 1518").replace("mtu: 1500", "mtu: 9000"));
        assertThat(longer.send("a1", small)).isEqualTo(copies(copy("up0", tagged(10, padded(small, 1518)))));
        for (var length : new String[] {"59", "1519"}) {
            assertThatThrownBy(() -> MemoryLab.of(host("Net.MinEtherLen: " + length))).hasMessageContaining("MinEtherLen");
        }
    }

    /// Spec 1.33, Net.MaxPortRxQueueLen and Net.MaxNetifTxQueueLen: beyond the limit the newest are dropped.
    @Test
    void aFullQueueDropsTheNewest() {
        var lab = startHost("Net.MaxPortRxQueueLen: 5", "Net.MaxNetifTxQueueLen: 3");
        assertQueues(lab, "a2", A2, "a2", 5);
        assertQueues(lab, "up0", X10, "vmnic0", 3);
    }

    /// Spec 1.33: 80 and 2000 when nothing is said.
    @Test
    void queuesHaveTheProductsDefaultLimits() {
        var lab = startHost();
        assertThat(lab.vSwitch(SWITCH).ports().limit(lab.port(SWITCH, "a1.eth0").index())).isEqualTo(80);
        assertThat(lab.vSwitch(SWITCH).ports().limit(lab.port(SWITCH, "vmnic0").index())).isEqualTo(2000);
    }

    private static void assertQueues(MemoryLab lab, String place, long destination, String port, int limit) {
        lab.stall(place, true);
        var frames = new ArrayList<byte[]>();
        for (int i = 0; i < 12; i++) {
            frames.add(frame(destination, A1, 60 + i));
        }
        var refused = lab.send("a1", frames.toArray(byte[][]::new));
        assertThat(refused.deliveries()).isEmpty();
        assertThat(refused.drops()).hasSize(12 - limit).allMatch(it -> it.where().equals(port) && it.reason() == DropReason.QUEUE_FULL);
        lab.stall(place, false);
        var passed = lab.advanceMillis(1);
        assertThat(passed.drops()).isEmpty();
        assertThat(passed.deliveries()).hasSize(limit);
        assertThat(passed.deliveries()).allMatch(it -> frames.subList(0, limit).stream()
                .anyMatch(sent -> Arrays.equals(it.frame(), it.to().equals("a2") ? sent : tagged(10, sent))));
    }
}
