package io.etherloom.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.etherloom.frame.DropReason;
import io.etherloom.model.Outcome;
import io.etherloom.topology.FailureDetection;
import io.etherloom.topology.LoadBalancing;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/// How a team picks the uplink of a frame (spec 2.11, 4.1-4.15, 4.18; scenarios S30, S31).
final class LoadBalancingScenariosTest extends PolicyScenario {
    private MemoryLab startHashing(String balancing, int uplinks, String... options) {
        return start(withUplinks(uplinks, withTeaming("loadBalancing: " + balancing, host(options))));
    }

    /// Number of the uplink by which a frame of a1 leaves.
    private static int index(MemoryLab lab, byte[] frame) {
        var places = places(lab.send("a1", frame));
        assertThat(places).hasSize(1);
        return Integer.parseInt(places.getFirst().substring(2));
    }

    private static int index(MemoryLab lab, String from, String to) {
        return index(lab, ipv4(X10, A1, from, to));
    }

    /// Spec 4.1: by port id, link status, with notifications and failback.
    @Test
    void theDefaultsAreThoseOfTheProduct() {
        var lab = start(withNotifications("", host()));
        var teaming = lab.topology().hosts().get("esx1").vSwitches().get("vSwitch0").portGroups().get("A").policy().teaming();
        assertThat(teaming.loadBalancing().value()).isEqualTo(LoadBalancing.ORIGINATING_VIRTUAL_PORT);
        assertThat(teaming.failureDetection().value()).isEqualTo(FailureDetection.LINK_STATUS);
        assertThat(teaming.notifySwitches().value()).isTrue();
        assertThat(teaming.failback().value()).isTrue();
    }

    /// Spec 4.3: by port id a frame's addresses play no part.
    @Test
    void byPortIdEveryFrameTakesThePortsUplink() {
        var lab = startHashing("originatingVirtualPort", 4);
        assertThat(uplinks(lab, "a1", "a2", "b1", "c1", "n1", "t1"))
                .containsExactly("vmnic2", "vmnic3", "vmnic0", "vmnic1", "vmnic2", "vmnic3");
        for (int i = 0; i < 16; i++) {
            assertThat(index(lab, ipv4(X10, A1 + i, "10.0.0." + i, "10.0.1.9"))).isEqualTo(2);
        }
    }

    /// Spec 4.4: last octet of the source address mod N, frame by frame, whatever the port, and the same after a power cycle.
    @Test
    void bySourceAddressEachAddressTakesItsUplink() {
        var lab = startHashing("sourceMacHash", 3);
        for (int octet : new int[] {0, 1, 2, 3, 0x55, 0xFE, 0xFF}) {
            long mac = 0x0050_5600_0000L | octet;
            assertThat(index(lab, frame(X10, mac))).isEqualTo(octet % 3);
            assertThat(places(lab.send("b1", frame(UNKNOWN, mac)))).containsExactly("up" + octet % 3);
        }
        lab.power("a1", false);
        lab.power("b1", false);
        lab.power("a1", true);
        assertThat(index(lab, frame(X10, A1))).isEqualTo(1);
        assertThat(uplink(lab, "a1")).isEqualTo("vmnic1");
    }

    /// Spec 2.11, Etherloom.MacHashInbound: destination. The reply to an address behind the VM comes by the uplink of that address; group
    /// frames by that of the vNIC.
    @Test
    void repliesToNestedAddressesComeByTheirOwnUplink() {
        var lab = start(nested("destination"));
        long nested = 0x0050_5600_0a00L;
        assertThat(places(lab.send("b1", frame(X10, nested)))).containsExactly("up0");
        assertThat(at("b1", lab.send("up0", tagged(10, frame(nested, X10))))).hasSize(1);
        assertThat(lab.send("up1", tagged(10, frame(nested, X10)))).isEqualTo(dropped("vmnic1", DropReason.UNKNOWN_UNICAST));
        assertThat(at("b1", lab.send("up1", tagged(10, frame(B1, X10))))).hasSize(1);
        assertThat(at("b1", lab.send("up1", tagged(10, frame(BROADCAST, X10))))).hasSize(1);
        assertThat(at("b1", lab.send("up0", tagged(10, frame(BROADCAST, X10))))).isEmpty();
    }

    /// Spec 2.11, Etherloom.MacHashInbound: port. Everything for b1 comes by the uplink of its own address.
    @Test
    void repliesMayHaveToComeByTheUplinkOfThePort() {
        var lab = start(nested("port"));
        long nested = 0x0050_5600_0a00L;
        assertThat(lab.send("up0", tagged(10, frame(nested, X10)))).isEqualTo(dropped("vmnic0", DropReason.UNKNOWN_UNICAST));
        assertThat(at("b1", lab.send("up1", tagged(10, frame(nested, X10))))).hasSize(1);
    }

    private static String nested(String inbound) {
        return withTeaming("loadBalancing: sourceMacHash", withGroup("B", "security: { promiscuousMode: accept }",
                withNic("b1", "promiscuous: yes",
                        host("Etherloom.MacHashInbound: " + inbound, "Net.ReversePathFwdCheckPromisc: 1"))));
    }

    /// Spec 4.5, 4.7, S30: vectors that hold in both readings of 4.6.
    @Test
    void theCommonVectorsHoldInBothReadings() {
        for (var width : new String[] {"full32", "octet"}) {
            var four = startHashing("ipHash", 4, "Etherloom.IpHashWidth: " + width);
            assertThat(List.of(index(four, "192.168.100.101", "192.168.100.120"), index(four, "192.168.100.101", "192.168.100.130"),
                    index(four, "192.168.100.101", "192.168.100.140"), index(four, "192.168.100.101", "192.168.100.150")))
                    .containsExactly(1, 3, 1, 3);
            var two = startHashing("ipHash", 2, "Etherloom.IpHashWidth: " + width);
            assertThat(index(two, "164.18.1.84", "164.18.1.160")).isZero();
            assertThat(index(two, "164.18.1.84", "164.18.1.195")).isOne();
        }
    }

    /// Spec 4.6, 4.8, 4.9, Etherloom.IpHashWidth: vectors that separate the readings, the same both ways.
    @Test
    void theSeparatingVectorsHold() {
        vector("10.0.0.1", "10.0.1.2", 3, 1, 0);
        vector("192.168.1.10", "10.20.30.40", 3, 2, 1);
        vector("192.168.1.10", "10.20.30.40", 6, 2, 4);
        vector("172.16.5.9", "172.16.9.77", 5, 0, 3);
    }

    private void vector(String from, String to, int uplinks, int full32, int octet) {
        var full = startHashing("ipHash", uplinks, "Etherloom.IpHashWidth: full32");
        var last = startHashing("ipHash", uplinks, "Etherloom.IpHashWidth: octet");
        assertThat(List.of(index(full, from, to), index(full, to, from))).containsExactly(full32, full32);
        assertThat(List.of(index(last, from, to), index(last, to, from))).containsExactly(octet, octet);
    }

    /// Spec 4.10: other frames by the words where the addresses would be: the ARP vector.
    @Test
    void otherFramesAreHashedByTheSameWords() {
        long mac = 0x0050_568a_0001L;
        var arp = payload(BROADCAST, mac, 0x0806, 0, 1, 8, 0, 6, 4, 0, 1, 0x00, 0x50, 0x56, 0x8a, 0x00, 0x01,
                10, 0, 0, 5, 0, 0, 0, 0, 0, 0, 10, 0, 0, 9);
        int[] expected = {0, 2, 0};
        for (int uplinks = 2; uplinks <= 4; uplinks++) {
            var lab = startHashing("ipHash", uplinks);
            var taps = places(lab.send("a1", arp)).stream().filter(it -> it.startsWith("up")).toList();
            assertThat(taps).containsExactly("up" + expected[uplinks - 2]);
        }
    }

    /// Spec 4.11, Etherloom.IpHashIpv6: fold. All words of both addresses count.
    @Test
    void ipv6IsFolded() {
        var lab = startHashing("ipHash", 4, "Etherloom.IpHashIpv6: fold");
        assertThat(index(lab, ipv6(0, 1, 0, 2))).isEqualTo(3);
        assertThat(index(lab, ipv6(0, 2, 0, 1))).isEqualTo(3);
        assertThat(index(lab, ipv6(2, 1, 0, 2))).isEqualTo(1);
        assertThat(index(lab, ipv6(0, 1, 1, 1))).isEqualTo(1);
    }

    /// Spec 4.11, Etherloom.IpHashIpv6: words. The two words at the place of IPv4 addresses, here the second and third of the source.
    @Test
    void ipv6MayBeHashedByTheSameWords() {
        var lab = startHashing("ipHash", 4, "Etherloom.IpHashIpv6: words");
        assertThat(index(lab, ipv6(0, 1, 0, 2))).isZero();
        assertThat(index(lab, ipv6(2, 1, 0, 2))).isEqualTo(2);
        assertThat(index(lab, ipv6(0, 1, 3, 3))).isZero();
    }

    /// An IPv6 frame; of each address the last octets of its second and of its last word are given.
    private static byte[] ipv6(int sourceSecond, int sourceLast, int targetSecond, int targetLast) {
        var octets = new int[48];
        octets[0] = 0x60;
        octets[6] = 59;
        octets[8 + 7] = sourceSecond;
        octets[8 + 15] = sourceLast;
        octets[24 + 7] = targetSecond;
        octets[24 + 15] = targetLast;
        return payload(X10, A1, TYPE_IPV6, octets);
    }

    /// Spec 4.12: one address pair, one uplink, whatever the ports.
    @Test
    void portsPlayNoPartInTheIpHash() {
        var lab = startHashing("ipHash", 4);
        var seen = new HashSet<Integer>();
        for (int port = 1; port < 50; port++) {
            seen.add(index(lab, ipv4(X10, A1, "10.0.0.1", "10.0.0.2", port, 7 * port)));
        }
        assertThat(seen).containsExactly(3);
    }

    /// Spec 4.5, S31: with one of 4 uplinks gone the index is taken over the three that live, in their order.
    @Test
    void theIndexIsTakenOverTheLiveUplinks() {
        var lab = startHashing("ipHash", 4);
        lab.pull("esx1", "vmnic1");
        int[] live = {0, 2, 3};
        for (int last = 1; last < 20; last++) {
            int hash = 10 << 24 | 7;
            int other = 10 << 24 | last;
            assertThat(index(lab, "10.0.0.7", "10.0.0." + last)).isEqualTo(live[(hash ^ other) % 3]);
        }
    }

    /// Spec 4.15: always the first usable active uplink, then the first usable standby.
    @Test
    void explicitOrderTakesTheFirstUsable() {
        var lab = start(withUplinks(3, withTeaming(
                "loadBalancing: explicitFailoverOrder, failoverOrder: { active: [vmnic1, vmnic0], standby: [vmnic2] }",
                host("Net.TeamPolicyUpDelay: 0"))));
        assertThat(uplinks(lab, "a1", "a2", "b1")).containsOnly("vmnic1");
        assertLeaves(lab, "a1", A1, "up1");
        assertThat(lab.send("up0", tagged(10, frame(A1, X10)))).isEqualTo(dropped("vmnic0", DropReason.WRONG_UPLINK));
        lab.pull("esx1", "vmnic1");
        assertThat(uplinks(lab, "a1", "a2", "b1")).containsOnly("vmnic0");
        lab.pull("esx1", "vmnic0");
        assertLeaves(lab, "a2", A2, "up2");
        lab.plug("esx1", "vmnic0");
        assertThat(uplink(lab, "a1")).isEqualTo("vmnic0");
        lab.plug("esx1", "vmnic1");
        assertThat(uplink(lab, "a1")).isEqualTo("vmnic1");
    }

    /// Spec 4.2, 2.11: explicit order filters inbound frames as port id does.
    @Test
    void inboundFramesAreFilteredByEveryPolicyButIpHash() {
        for (var balancing : Arrays.asList("originatingVirtualPort", "sourceMacHash", "explicitFailoverOrder", "ipHash")) {
            var lab = startHashing(balancing, 2);
            int own = balancing.equals("sourceMacHash") ? 1 : 0;
            var in = frame(A1, X10);
            assertThat(lab.send("up" + own, tagged(10, in))).as(balancing).isEqualTo(copies(copy("a1", in)));
            Outcome other = lab.send("up" + (1 - own), tagged(10, in));
            assertThat(other).as(balancing).isEqualTo(balancing.equals("ipHash")
                    ? copies(copy("a1", in)) : dropped("vmnic" + (1 - own), DropReason.WRONG_UPLINK));
        }
    }

    /// Spec 4.18: load-based teaming is none of a standard switch.
    @Test
    void loadBasedTeamingIsRefused() {
        assertThatThrownBy(() -> startHashing("loadBased", 2)).hasMessageContaining("distributed switches only");
    }
}
