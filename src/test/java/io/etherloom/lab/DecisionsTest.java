package io.etherloom.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.etherloom.capture.CaptureSession;
import io.etherloom.capture.CaptureSettings;
import io.etherloom.capture.CapturedFrame;
import io.etherloom.capture.PcapReader;
import io.etherloom.capture.WallClock;
import io.etherloom.frame.CapturePoint;
import io.etherloom.frame.DropReason;
import io.etherloom.topology.Setting;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// What captures say of frames: the value that decided, and where it comes from. By way of a capture of a lab in memory, from the file that it
/// writes.
final class DecisionsTest extends PolicyScenario {
    private static final long M3 = 0x0050_5600_00a3L;
    private static final String FABRIC = """
            name: test
            fabric:
              switches:
                tor1:
                  forwardDelay: 15s
                  mtu: 1500
                  ports:
                    "1": { access: 10, portFast: yes }
                    "2": { access: 10, portFast: yes, bpduGuard: yes }
                    "3": { trunk: [10], native: none, portFast: yes }
                    "4": { access: 30, portFast: no }
                    "48": { trunk: [10, 30], portFast: yes }
              routers: { gw: { link: tor1/48, interfaces: { "10": 10.0.10.1/24 } } }
              machines:
                m1: { link: tor1/1, mac: 00:50:56:00:00:01 }
                m2: { link: tor1/2, mac: 00:50:56:00:00:02 }
                m3: { link: tor1/3, mac: 00:50:56:00:00:03 }
                m4: { link: tor1/4, mac: 00:50:56:00:00:04 }
            """;

    private static List<CapturedFrame> captured(MemoryLab lab, Set<CapturePoint> points, Runnable work) {
        var decisions = new Decisions();
        var running = new RunningCaptures(lab.agents());
        var converger = lab.state().converger();
        var session = CaptureSession.start(List.of(), CaptureSettings.of("test").withCommentator(decisions), WallClock.ofSystem());
        var whole = new CaptureRequest.Subject(CaptureRequest.Kind.LAB, "");
        var ports = CaptureRequest.ofPorts("-");
        running.add(session, new CaptureRequest(List.of(whole), points, ports.way(), ports.stage(), ports.filters(), ports.snapLength(), ports.count()),
                decisions, lab.topology(), converger);
        running.follow(lab.topology(), lab.state().overrides(), converger);
        try {
            work.run();
            var out = new ByteArrayOutputStream();
            session.pump(out, () -> true);
            try (var reader = new PcapReader(new ByteArrayInputStream(out.toByteArray()))) {
                var frames = new ArrayList<CapturedFrame>();
                for (var frame = reader.next(); frame != null; frame = reader.next()) {
                    frames.add(frame);
                }
                return frames;
            }
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        } finally {
            running.remove(session, converger);
        }
    }

    private static List<String> comments(Collection<CapturedFrame> frames) {
        return frames.stream().map(CapturedFrame::comment).map(String::valueOf).distinct().toList();
    }

    /// The comments of what is dropped when these frames are sent.
    private static List<String> drops(MemoryLab lab, String from, byte[]... frames) {
        return comments(captured(lab, EnumSet.of(CapturePoint.DROP), () -> lab.send(from, frames)));
    }

    @Test
    void aForgedSourceIsNamedWithThePortsOwn() {
        var lab = start(withGroup("A", "security: { forgedTransmits: reject }", host()));
        assertThat(drops(lab, "a1", frame(X10, M3))).containsExactly(
                "forged transmit: source 00:50:56:00:00:a3 is not the port's 00:50:56:00:00:01; port group A");
    }

    /// Spec 1.39: the place that a value was inherited from.
    @Test
    void originsAreTheSwitchTheGroupTheProfileOrAHand() {
        var lab = start(host().replace("mtu: 1500", "mtu: 1500\n        security: { forgedTransmits: reject }"));
        assertThat(drops(lab, "a1", frame(X10, M3)).getFirst()).endsWith("; port group A, inherited from vSwitch0");
        lab.set(Setting.Kind.PORT_GROUP, "esx1/A", "security.forgedTransmits=accept");
        lab.set(Setting.Kind.PORT_GROUP, "esx1/B", "security.forgedTransmits=reject");
        assertThat(drops(lab, "a1", frame(A2, M3))).isEmpty();
        assertThat(drops(lab, "b1", frame(X10, M3)).getFirst()).endsWith("; port group B, set by hand");
        lab.set(Setting.Kind.HOST, "esx1", "Net.BlockGuestBPDU=1");
        assertThat(drops(lab, "a1", bpdu(A1)).getFirst()).isEqualTo(
                "BPDU filtered: a1.eth0 sent one to 01:80:c2:00:00:00; Net.BlockGuestBPDU=1 (host esx1, set by hand)");
    }

    /// Spec 5.7, 5.11: nothing is delivered to a guest with an address that it may not have, and with both policies it sends nothing either.
    @Test
    void aRejectedAddressChangeIsNamedBothWays() {
        var lab = start(withGroup("A", "security: { macChanges: reject, forgedTransmits: reject }", host()));
        lab.set(Setting.Kind.NIC, "a1/0", "effectiveMac=00:50:56:00:00:a3");
        assertThat(drops(lab, "a1", frame(A2, M3))).containsExactly("forged transmit: source 00:50:56:00:00:a3 is not the port's 00:50:56:00:00:01, though the"
                + " guest set it; port group A; MAC changes are rejected, so the port stays 00:50:56:00:00:01; port group A");
        assertThat(drops(lab, "a2", frame(A1, A2))).containsExactly("MAC change rejected: the guest of a1.eth0 set 00:50:56:00:00:a3; MAC changes are"
                + " rejected, so the port stays 00:50:56:00:00:01; port group A");
    }

    @Test
    void whatMayNotEnterNamesTheRuleOfItsPort() {
        var lab = startHost();
        assertThat(drops(lab, "a1", tagged(20, frame(A2, A1))).getFirst()).isEqualTo(
                "tag unexpected: the guest's own tag, VLAN 20, at a1.eth0; VLAN 10 (port group A); guests tag in VLAN 4095 only");
        assertThat(drops(lab, "t1", tagged(4095, frame(A2, T1))).getFirst()).contains("VLAN ID 4095 is reserved");
        assertThat(drops(lab, "a1", frame(A2, A1, 1501)).getFirst()).isEqualTo("oversize: 1501 octets of payload, the MTU is 1500 (vSwitch0)");
        assertThat(drops(lab, "a1", new byte[10]).getFirst()).contains("only 10 octets");
        assertThat(drops(lab, "a1", frame(A2, 0x0100_5E00_0001L)).getFirst()).contains("01:00:5e:00:00:01 has its group bit set",
                "Etherloom.DropGroupSource=1 (host esx1, default of profile vss-classic)");
    }

    @Test
    void whatLeadsNowhereNamesWhoIsNear() {
        var lab = start(withNic("t1", "multicast: []", host()));
        assertThat(drops(lab, "up0", tagged(10, frame(C1, X10))).getFirst()).isEqualTo(
                "unknown unicast: no port of vSwitch0 has 00:50:56:00:00:21 in VLAN 10; c1.eth0 has it in VLAN 20");
        assertThat(drops(lab, "a1", frame(A1, A1)).getFirst()).contains("00:50:56:00:00:01 is the address of a1.eth0 itself");
        assertThat(drops(lab, "up0", tagged(10, frame(BROADCAST, A1))).getFirst()).contains("the source 00:50:56:00:00:01 is a1.eth0 of this switch in VLAN 10",
                "Net.ReversePathFwdCheck=1 (host esx1, default of profile vss-classic)");
        assertThat(drops(lab, "up1", tagged(10, frame(A1, X10))).getFirst()).contains("it came by vmnic1, and a1.eth0 sends by vmnic0",
                "originatingVirtualPort", "slot 4 mod 2", "port group A, default of profile vss-classic");
        assertThat(drops(lab, "up0", tagged(77, frame(0x0100_5E00_0001L, X10))).getFirst()).contains("none of the 1 ports in VLAN 77 of vSwitch0 (t1.eth0)", "group");
    }

    @Test
    void aTeamWithoutUplinksNamesEach() {
        var lab = startHost();
        lab.pull("esx1", "vmnic0");
        lab.pull("esx1", "vmnic1");
        assertThat(drops(lab, "a1", frame(X10, A1))).containsExactly(
                "no uplink: active vmnic0 (down), active vmnic1 (down); port group A, default of profile vss-classic");
    }

    @Test
    void whatCannotWaitNamesTheQueue() {
        var lab = startHost();
        lab.stall("a2", true);
        var many = new byte[90][];
        Arrays.setAll(many, _ -> frame(A2, A1));
        var dropped = captured(lab, EnumSet.of(CapturePoint.DROP), () -> {
            for (var frame : many) {
                lab.send("a1", frame);
            }
        });
        assertThat(comments(dropped)).containsExactly(
                "queue full: a2 does not take frames, and 80 wait; Net.MaxPortRxQueueLen=80 (host esx1, default of profile vss-classic)");
        var shaped = start(withGroup("A", "trafficShaping: { enabled: yes, averageBandwidth: 80kbps, peakBandwidth: 80kbps, burstSize: 1KB }", host()));
        var full = captured(shaped, EnumSet.of(CapturePoint.DROP), () -> {
            for (int i = 0; i < 40; i++) {
                shaped.send("a1", frame(A2, A1, 1500));
            }
        });
        assertThat(comments(full).getFirst()).contains("shaper full: 80 Kbps on average", "queue of 10 frames a flow and 500 in all; port group A");
    }

    @Test
    void placedAndChangedFramesSayHow() {
        var lab = startHost();
        var frames = captured(lab, EnumSet.allOf(CapturePoint.class), () -> lab.send("a1", frame(X10, A1)));
        var sent = frames.stream().filter(it -> it.source().name().contains("vmnic0") && it.source().name().contains("UplinkSnd")).toList();
        assertThat(sent).as("in %s", frames.stream().map(it -> it.source().name()).toList()).hasSize(1);
        assertThat(sent.getFirst().comment()).contains("with tag VLAN 10, put on", "VLAN 10 (port group A)", "by vmnic0 for a1.eth0", "originatingVirtualPort",
                "slot 4 mod 2");
        var local = captured(lab, EnumSet.of(CapturePoint.VNIC_RX), () -> lab.send("a1", frame(A2, A1)));
        assertThat(comments(local)).containsExactly("tag taken off: VLAN 10 (port group A)");
        lab.pull("esx1", "vmnic0");
        var moved = captured(lab, EnumSet.of(CapturePoint.UPLINK_SND), () -> lab.send("a1", frame(X10, A1)));
        assertThat(comments(moved).getFirst()).contains("by vmnic1 for a1.eth0", "failed over from vmnic0");
    }

    @Test
    void physicalSwitchesNameTheirPorts() {
        var lab = start(FABRIC);
        assertThat(drops(lab, "m1", tagged(20, frame(BROADCAST, A1))).getFirst()).isEqualTo("tag unexpected: VLAN 20; tor1/1 is access 10");
        assertThat(drops(lab, "m3", frame(BROADCAST, 0x0050_5600_0003L)).getFirst()).isEqualTo("VLAN not allowed: untagged; tor1/3 is trunk 10, native none");
        assertThat(drops(lab, "m1", frame(BROADCAST, A1, 1600)).getFirst()).isEqualTo("oversize: 1600 octets of payload, the MTU is 1500 (tor1)");
        assertThat(drops(lab, "m4", frame(BROADCAST, A1)).getFirst()).isEqualTo("not forwarding: tor1/4 is listening; forwardDelay 15 s (tor1), portFast no");
        assertThat(drops(lab, "m1", frame(0x0180_C200_000EL, A1)).getFirst()).contains("01:80:c2:00:00:0e is not forwarded by any bridge");
        assertThat(drops(lab, "m1", frame(A1, A1)).getFirst()).contains("00:50:56:00:00:01 is behind tor1/1, by which it came, heard 0 ms ago");
        assertThat(drops(lab, "m2", bpdu(A2)).getFirst()).contains("tor1/2 has bpduGuard on");
    }

    /// Also those that random labs do not reach.
    @Test
    void everyReasonHasASentenceOfItsOwn() {
        var lab = startHost();
        var runtime = lab.runtime(SWITCH);
        var words = Words.of(lab.topology(), lab.state().overrides(), runtime, runtime.spec(), PortPlace.of(runtime, lab.blueprint()), new AskedStandings(runtime));
        var frame = new SeenFrame(A2, A1, 0, TYPE_IPV4, 64);
        var sentences = new ArrayList<String>();
        for (var reason : DropReason.values()) {
            int port = lab.port(SWITCH, "a1.eth0").index();
            sentences.add(words.drop(reason, port, frame).sentence());
        }
        assertThat(sentences).doesNotHaveDuplicates().allSatisfy(it -> assertThat(it).hasSizeGreaterThan(20).contains(" "));
        assertThat(words.drop(DropReason.LINK_DOWN, lab.port(SWITCH, "vmnic0").index(), frame).sentence()).isEqualTo("link down: esx1/vmnic0 has no link to up0");
        assertThat(words.drop(DropReason.PROMISCUOUS_LIMIT, lab.port(SWITCH, "a1.eth0").index(), frame).sentence()).contains("4096");
    }
}
