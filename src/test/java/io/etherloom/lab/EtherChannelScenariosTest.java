package io.etherloom.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.etherloom.frame.DropReason;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// IP hash and its partner on the physical switch, rightly and wrongly combined (spec 4.13, 4.14).
final class EtherChannelScenariosTest extends PolicyScenario {
    private static final long M9 = 0x0200_0000_0009L;
    private static final String FABRIC = """
            name: test
            fabric:
              switches:
                tor1:
                  ports: { "1": { trunk: all }, "2": { trunk: all }, "9": { access: 10 } }
                  CHANNELS
              machines: { m9: { link: tor1/9, mac: 02:00:00:00:00:09 } }
            hosts:
              esx1:
                advanced: { Net.TeamPolicyUpDelay: 0 }
                pnics: { vmnic0: { link: tor1/1 }, vmnic1: { link: tor1/2 } }
                vSwitches:
                  vSwitch0:
                    uplinks: [vmnic0, vmnic1]
                    teaming: { notifySwitches: no }
                    portGroups: { A: { vlan: 10 } }
            vms:
              a1: { host: esx1, kind: memory, nics: [ { portGroup: A, mac: 00:50:56:00:00:01 } ] }
              a2: { host: esx1, kind: memory, nics: [ { portGroup: A, mac: 00:50:56:00:00:02 } ] }
            """;

    private static String fabric(boolean hasChannel, String balancing) {
        return withTeaming("loadBalancing: " + balancing, FABRIC.replace("CHANNELS",
                hasChannel ? "etherChannels: { po1: { ports: [\"1\", \"2\"], mode: static, hash: srcDstIp } }" : ""));
    }

    /// Numbers of the ports of tor1 behind which it has learned a1, one entry for each move.
    private static List<String> learned(MemoryLab lab, int conversations) {
        var moves = new ArrayList<String>();
        for (int i = 0; i < conversations; i++) {
            lab.send("a1", ipv4(M9, A1, "10.0.0.1", "10.0.0." + (20 + i)));
            lab.physicalSwitch("tor1").stations(lab.nowNanos(), (vid, mac, port, _) -> {
                var name = lab.runtime("tor1").portAt(port).plan().name();
                if (mac == A1 && vid == 10 && (moves.isEmpty() || !moves.getLast().equals(name))) {
                    moves.add(name);
                }
            });
        }
        return moves;
    }

    /// How many of 40 conversations with m9 get their answer.
    private static int answered(MemoryLab lab, String vm, long mac) {
        int answered = 0;
        for (int i = 0; i < 40; i++) {
            assertThat(places(lab.send(vm, ipv4(M9, mac, "10.0.0.1", "10.0.0." + (20 + i))))).containsExactly("m9");
            answered += lab.send("m9", ipv4(mac, M9, "10.0.0." + (20 + i), "10.0.0.1")).deliveries().size();
        }
        return answered;
    }

    /// Spec 4.13: with a static EtherChannel the address stays behind one logical port, and every answer arrives once.
    @Test
    void ipHashAndAnEtherChannelFit() {
        var lab = start(fabric(true, "ipHash"));
        assertThat(learned(lab, 10)).hasSize(1);
        assertThat(answered(lab, "a1", A1)).isEqualTo(40);
        var all = frame(BROADCAST, A1);
        assertThat(places(lab.send("a1", all))).as("nothing comes back").containsExactly("a2", "m9");
        assertThat(places(lab.send("m9", frame(BROADCAST, M9)))).containsExactly("a1", "a2");
    }

    /// Spec 4.5, 4.13: both uplinks of the channel carry frames, and with one of them gone the other carries all.
    @Test
    void bothMembersOfTheChannelCarryFrames() {
        var lab = start(fabric(true, "ipHash"));
        answered(lab, "a1", A1);
        for (var uplink : List.of("vmnic0", "vmnic1")) {
            assertThat(lab.port(SWITCH, uplink).counters().outFrames()).as("sent by %s", uplink).isEqualTo(20);
            assertThat(lab.port(SWITCH, uplink).counters().inFrames()).as("received by %s", uplink).isEqualTo(20);
        }
        lab.pull("esx1", "vmnic0");
        assertThat(answered(lab, "a1", A1)).isEqualTo(40);
    }

    /// Spec 4.14: without EtherChannel the one address appears on both ports in turn.
    @Test
    void withoutAnEtherChannelTheAddressFlaps() {
        assertThat(learned(start(fabric(false, "ipHash")), 10)).hasSize(10).containsSubsequence("1", "2", "1", "2");
    }

    /// Spec 4.13: another policy in front of an EtherChannel loses the conversations whose answers the physical switch sends by the other
    /// member.
    @Test
    void portIdInFrontOfAnEtherChannelLosesAnswers() {
        var lab = start(fabric(true, "originatingVirtualPort"));
        assertThat(answered(lab, "a1", A1)).isEqualTo(20);
        assertThat(lab.port(SWITCH, "vmnic1").counters().drops(DropReason.WRONG_UPLINK)
                + lab.port(SWITCH, "vmnic0").counters().drops(DropReason.WRONG_UPLINK)).isEqualTo(20);
        assertThat(answered(start(fabric(false, "originatingVirtualPort")), "a1", A1)).isEqualTo(40);
    }

    /// Spec 2.14, 4.13, 4.22: with a standby member in the channel everything that comes by it is refused.
    @Test
    void aStandbyMemberOfTheChannelLosesAnswers() {
        var lab = start(fabric(true, "ipHash, failoverOrder: { active: [vmnic0], standby: [vmnic1] }"));
        assertThat(answered(lab, "a1", A1)).isEqualTo(20);
        assertThat(lab.port(SWITCH, "vmnic1").counters().drops(DropReason.WRONG_UPLINK)).isEqualTo(20);
    }

    /// Spec 4.46: a change among the members of an IP-hash team is told to nobody.
    @Test
    void aMemberChangeSendsNoNotification() {
        var lab = start(withNotifications("loadBalancing: ipHash", host("Net.TeamPolicyUpDelay: 0")));
        lab.advanceMillis(60_000);
        assertThat(lab.pull("esx1", "vmnic1").deliveries()).isEmpty();
        assertThat(lab.advanceMillis(60_000).deliveries()).isEmpty();
        assertThat(lab.plug("esx1", "vmnic1").deliveries()).isEmpty();
    }
}
