package io.etherloom.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.etherloom.model.Delivery;
import io.etherloom.model.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Short words for conformance tests of policies: the topology of the scenarios with other policies, or more uplinks, and the frames that
/// policies look into.
abstract class PolicyScenario extends Scenario {
    private static final String QUIET = "teaming: { notifySwitches: no }";
    static final int TYPE_IPV4 = 0x0800;
    static final int TYPE_IPV6 = 0x86DD;

    /// The topology with so many uplinks, vmnic0 and so on, which are the TAPs up0 and so on. The slots of the VMs follow those of the
    /// uplinks; with 3 uplinks a1, a2, b1 are at home on vmnic2, vmnic0, vmnic1, with 4 on vmnic2, vmnic3, vmnic0.
    static String withUplinks(int count, String yaml) {
        return yaml
                .replace("vmnic0: { tap: up0 }, vmnic1: { tap: up1 }",
                        named(count, "vmnic%1$d: { tap: up%1$d }"))
                .replace("uplinks: [vmnic0, vmnic1]", "uplinks: [" + named(count, "vmnic%d") + "]");
    }

    static String named(int count, String pattern) {
        return IntStream.range(0, count).mapToObj(pattern::formatted).collect(Collectors.joining(", "));
    }

    /// The text with this teaming policy of the vSwitch, such as `failback: no`, and without notifications.
    static String withTeaming(String policy, String yaml) {
        return yaml.replace(QUIET, "teaming: { notifySwitches: no, " + policy + " }");
    }

    /// The text with notifications as they are by default, and this teaming policy of the vSwitch.
    static String withNotifications(String policy, String yaml) {
        return yaml.replace(QUIET, "teaming: { " + policy + " }");
    }

    /// The text with something more in the description of a port group, such as `security: { macChanges: reject }`.
    static String withGroup(String label, String policy, String yaml) {
        return yaml.replaceFirst("( " + label + ": \\{ vlan: \\d+)", "$1, " + policy);
    }

    /// The text with something more in the description of a VM's vNIC, such as `promiscuous: yes`.
    static String withNic(String vm, String wish, String yaml) {
        return yaml.replaceFirst("( " + vm + ": .*mac: [0-9a-f:]+)", "$1, " + wish);
    }

    /// Name of the uplink by which a VM's port sends, or null.
    static String uplink(MemoryLab lab, String vm) {
        return lab.uplinkOf(SWITCH, vm + ".eth0");
    }

    static List<String> uplinks(MemoryLab lab, String... vms) {
        var uplinks = new ArrayList<String>();
        for (var vm : vms) {
            uplinks.add(uplink(lab, vm));
        }
        return uplinks;
    }

    /// The places where copies came out, in order.
    static List<String> places(Outcome outcome) {
        return outcome.deliveries().stream().map(Delivery::to).toList();
    }

    /// What came out at a place.
    static List<byte[]> at(String place, Outcome outcome) {
        return outcome.deliveries().stream().filter(it -> it.to().equals(place)).map(Delivery::frame).toList();
    }

    /// A frame with this payload.
    static byte[] payload(long destination, long source, int type, int... octets) {
        var frame = frame(destination, source, type, Math.max(46, octets.length));
        for (int i = 0; i < octets.length; i++) {
            frame[14 + i] = (byte) octets[i];
        }
        return frame;
    }

    /// A UDP datagram in IPv4, its addresses as dotted text. Checksums are not looked at.
    static byte[] ipv4(long destination, long source, String from, String to, int sourcePort, int destinationPort) {
        var octets = new int[28];
        octets[0] = 0x45;
        octets[3] = 28;
        octets[8] = 64;
        octets[9] = 17;
        put(octets, 12, from);
        put(octets, 16, to);
        octets[20] = sourcePort >> 8;
        octets[21] = sourcePort & 0xFF;
        octets[22] = destinationPort >> 8;
        octets[23] = destinationPort & 0xFF;
        return payload(destination, source, TYPE_IPV4, octets);
    }

    static byte[] ipv4(long destination, long source, String from, String to) {
        return ipv4(destination, source, from, to, 4000, 5000);
    }

    private static void put(int[] octets, int at, String address) {
        var parts = address.split("\\.");
        for (int i = 0; i < 4; i++) {
            octets[at + i] = Integer.parseInt(parts[i]);
        }
    }

    /// The RARP frame of spec 4.40 for this address, untagged.
    static byte[] rarp(long mac) {
        var address = new int[6];
        for (int i = 0; i < 6; i++) {
            address[i] = (int) (mac >> 40 - 8 * i) & 0xFF;
        }
        var octets = new int[46];
        System.arraycopy(new int[] {0, 1, 8, 0, 6, 4, 0, 3}, 0, octets, 0, 8);
        System.arraycopy(address, 0, octets, 8, 6);
        System.arraycopy(address, 0, octets, 18, 6);
        return payload(BROADCAST, mac, 0x8035, octets);
    }

    /// An STP configuration BPDU in 802.2 LLC (IEEE Std 802.1D, 9.3.1), of zeros.
    static byte[] bpdu(long source) {
        return payload(0x0180_C200_0000L, source, 38, 0x42, 0x42, 0x03);
    }

    /// A BPDU of PVST+: SNAP with Cisco's organization code and type 0x010b.
    static byte[] pvst(long source) {
        return payload(0x0100_0CCC_CCCDL, source, 50, 0xAA, 0xAA, 0x03, 0x00, 0x00, 0x0C, 0x01, 0x0B);
    }

    /// A unicast from a VM in VLAN 10 leaves by this TAP and no other way.
    static void assertLeaves(MemoryLab lab, String vm, long mac, String tap) {
        assertThat(lab.send(vm, frame(X10, mac))).isEqualTo(copies(copy(tap, tagged(10, frame(X10, mac)))));
    }

    /// Runs until the clock stands so many milliseconds later; what came out at this place, by the millisecond.
    static List<Long> arrivals(MemoryLab lab, String place, long millis) {
        var times = new ArrayList<Long>();
        for (long at = 1; at <= millis; at++) {
            int count = at(place, lab.advanceMillis(1)).size();
            for (int i = 0; i < count; i++) {
                times.add(at);
            }
        }
        return times;
    }
}
