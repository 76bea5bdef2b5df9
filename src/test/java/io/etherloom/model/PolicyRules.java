package io.etherloom.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.etherloom.frame.DropReason;
import io.etherloom.vswitch.Balancing;
import io.etherloom.vswitch.ShaperSpec;
import io.etherloom.vswitch.Team;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// The scenarios of section 13 and single rules that rest on the policies of a port group, as fixed vectors.
abstract class PolicyRules extends SwitchFixture {
    private static final long SECOND = 1_000 * MILLIS;

    private static Team team(Balancing balancing, List<Integer> active, List<Integer> standby) {
        return new Team(balancing, false, true, true, active, standby);
    }

    private static SwitchConfig config(int uplinks, SwitchConfig.Port... ports) {
        var names = new ArrayList<String>();
        while (names.size() < uplinks) {
            names.add("u" + names.size());
        }
        return new SwitchConfig(1500, names, SwitchConfig.QUIET, List.of(ports))
                .with("hostMacs", SwitchConfig.uplinkMacs(uplinks));
    }

    private static SwitchConfig.Port only(Team team) {
        return port(4, 0, team);
    }

    /// An IPv4 frame from [SwitchFixture#A1] to somebody outside.
    private static byte[] ip(String source, String destination) {
        var frame = frame(X10, A1.mac());
        for (var at = 0; at < 4; at++) {
            frame[26 + at] = (byte) Integer.parseInt(source.split("\\.")[at]);
            frame[30 + at] = (byte) Integer.parseInt(destination.split("\\.")[at]);
        }
        return frame;
    }

    private String uplinkOfIp(SwitchConfig config, String source, String destination) {
        return start(config).fromPort(4, ip(source, destination), 0).deliveries().getFirst().to();
    }

    private static SwitchConfig hashing(int uplinks, boolean octet) {
        var all = new ArrayList<Integer>();
        while (all.size() < uplinks) {
            all.add(all.size());
        }
        return config(uplinks, only(team(Balancing.IP_HASH, all, List.of()))).with("hashesLastOctet", octet);
    }

    /// Spec 4.7, 4.9, scenario S30.
    @Test
    void hashesTheAddressesOfTheProductsExamples() {
        for (var octet : List.of(true, false)) {
            var four = hashing(4, octet);
            assertThat(uplinkOfIp(four, "192.168.100.101", "192.168.100.120")).isEqualTo("u1");
            assertThat(uplinkOfIp(four, "192.168.100.101", "192.168.100.130")).isEqualTo("u3");
            assertThat(uplinkOfIp(four, "192.168.100.140", "192.168.100.101")).isEqualTo("u1");
            assertThat(uplinkOfIp(four, "192.168.100.101", "192.168.100.150")).isEqualTo("u3");
            assertThat(uplinkOfIp(hashing(2, octet), "164.18.1.84", "164.18.1.160")).isEqualTo("u0");
            assertThat(uplinkOfIp(hashing(2, octet), "164.18.1.84", "164.18.1.195")).isEqualTo("u1");
        }
    }

    /// Spec 4.6, 4.8: the two widths differ where the number of uplinks is no power of two.
    @Test
    void hashesByEitherWidth() {
        assertThat(uplinkOfIp(hashing(3, false), "10.0.0.1", "10.0.1.2")).isEqualTo("u1");
        assertThat(uplinkOfIp(hashing(3, true), "10.0.0.1", "10.0.1.2")).isEqualTo("u0");
        assertThat(uplinkOfIp(hashing(3, false), "192.168.1.10", "10.20.30.40")).isEqualTo("u2");
        assertThat(uplinkOfIp(hashing(3, true), "192.168.1.10", "10.20.30.40")).isEqualTo("u1");
        assertThat(uplinkOfIp(hashing(6, false), "192.168.1.10", "10.20.30.40")).isEqualTo("u2");
        assertThat(uplinkOfIp(hashing(6, true), "192.168.1.10", "10.20.30.40")).isEqualTo("u4");
        assertThat(uplinkOfIp(hashing(5, false), "172.16.5.9", "172.16.9.77")).isEqualTo("u0");
        assertThat(uplinkOfIp(hashing(5, true), "172.16.5.9", "172.16.9.77")).isEqualTo("u3");
    }

    /// Spec 4.10: an ARP request is hashed by what stands where IPv4 has its addresses.
    @Test
    void hashesArpByTheWordsInThePlaceOfAddresses() {
        var arp = HexFormat.of().parseHex("ffffffffffff0050568a00010806" + "0001080006040001" + "0050568a00010a000005"
                + "0000000000000a000009" + "00".repeat(18));
        assertThat(start(hashing(2, false)).fromPort(4, arp, 0).deliveries().getFirst().to()).isEqualTo("u0");
        assertThat(start(hashing(3, false)).fromPort(4, arp, 0).deliveries().getFirst().to()).isEqualTo("u2");
        assertThat(start(hashing(4, false)).fromPort(4, arp, 0).deliveries().getFirst().to()).isEqualTo("u0");
    }

    /// Spec 4.5, scenario S31.
    @Test
    void hashesOverTheLiveUplinks() {
        var subject = start(hashing(4, false));
        subject.link("u1", false, 1);
        var frame = ip("192.168.100.101", "192.168.100.120"); // XOR 29, modulo 3: the last of u0, u2, u3.
        assertThat(subject.fromPort(4, frame, 2).deliveries().getFirst().to()).isEqualTo("u3");
    }

    /// Spec 2.14, 4.22, scenarios S9 and S10.
    @Test
    void underIpHashAnyActiveMemberDelivers() {
        var frame = frame(A1.mac(), X10);
        var both = start(config(2, only(team(Balancing.IP_HASH, List.of(0, 1), List.of()))));
        assertThat(both.fromUplink("u0", frame, 0)).isEqualTo(copies(copy("p4", frame)));
        assertThat(both.fromUplink("u1", frame, 0)).isEqualTo(copies(copy("p4", frame)));
        var one = start(config(2, only(team(Balancing.IP_HASH, List.of(0), List.of(1)))));
        assertThat(one.fromUplink("u1", frame, 0)).isEqualTo(Outcome.dropped("u1", DropReason.WRONG_UPLINK));
    }

    /// Spec 4.4, 2.11: by the last octet, and inbound by that of the destination.
    @Test
    void theSourceAddressChoosesTheUplink() {
        var subject = start(config(3, only(team(Balancing.SOURCE_MAC, List.of(0, 1, 2), List.of()))));
        assertThat(subject.fromPort(4, frame(X10, 0x0200_0000_0005L), 0).deliveries().getFirst().to()).isEqualTo("u2");
        assertThat(subject.fromPort(4, frame(X10, A1.mac()), 0).deliveries().getFirst().to()).isEqualTo("u1");
        var frame = frame(A1.mac(), X10);
        assertThat(subject.fromUplink("u1", frame, 0)).isEqualTo(copies(copy("p4", frame)));
        assertThat(subject.fromUplink("u2", frame, 0)).isEqualTo(Outcome.dropped("u2", DropReason.WRONG_UPLINK));
    }

    /// Spec 4.15, 4.19.
    @Test
    void theFirstUsableOneInTheOrderCarriesAll() {
        var port = only(team(Balancing.EXPLICIT, List.of(2, 0), List.of(1)));
        var subject = start(config(3, port));
        assertThat(uplinkOf(subject, port, 0)).isEqualTo("u2");
        subject.link("u2", false, 1);
        assertThat(uplinkOf(subject, port, 1)).isEqualTo("u0");
        subject.link("u0", false, 2);
        assertThat(uplinkOf(subject, port, 2)).isEqualTo("u1");
    }

    /// Spec 4.3, 4.20, scenario S53: a standby takes over, or all in use share; and the ports of the other uplink never move.
    @Test
    void aStandbyTakesThePlaceOfTheDead() {
        var team = team(Balancing.PORT_ID, List.of(0, 1), List.of(2));
        var ports = new SwitchConfig.Port[] {port(4, 0, team), port(5, 0, team), port(6, 0, team)};
        var subject = start(config(3, ports));
        subject.link("u0", false, 1);
        assertThat(List.of(uplinkOf(subject, ports[0], 1), uplinkOf(subject, ports[1], 1), uplinkOf(subject, ports[2], 1)))
                .containsExactly("u2", "u1", "u2");
        var spreading = start(config(3, ports).with("standbyTakesSlot", false));
        spreading.link("u0", false, 1);
        assertThat(List.of(uplinkOf(spreading, ports[0], 1), uplinkOf(spreading, ports[1], 1), uplinkOf(spreading, ports[2], 1)))
                .containsExactly("u2", "u1", "u1");
    }

    /// Spec 4.35, scenario S27.
    @Test
    void withoutFailbackAnUplinkRestsUntilTheOneInUseFails() {
        var port = only(new Team(Balancing.PORT_ID, false, true, false, List.of(0, 1), List.of()));
        var subject = start(config(2, port));
        subject.link("u0", false, 1);
        subject.link("u0", true, 2);
        assertThat(uplinkOf(subject, port, SECOND)).isEqualTo("u1");
        subject.link("u1", false, SECOND);
        assertThat(uplinkOf(subject, port, SECOND)).isEqualTo("u0");
    }

    /// Spec 1.34: a poll sees the link at its own time.
    @Test
    void aPollNoticesADeadLinkLater() {
        var port = only(Team.portId(List.of(0, 1)));
        var subject = start(config(2, port).with("linkPollNanos", 500 * MILLIS));
        subject.link("u0", false, 600 * MILLIS);
        assertThat(uplinkOf(subject, port, 1_000 * MILLIS - 1)).isEqualTo("u0");
        assertThat(uplinkOf(subject, port, 1_000 * MILLIS)).isEqualTo("u1");
    }

    /// Spec 5.9, 5.10, scenarios S16 and S19.
    @Test
    void aForgedSourceEndsAtItsPort() {
        var strict = A1.with("allowsForgedTransmits", false);
        var subject = start(TOPOLOGY.withPorts(List.of(strict, A2)));
        assertThat(subject.fromPort(4, frame(A2.mac(), X10), 0)).isEqualTo(Outcome.dropped("p4", DropReason.FORGED_TRANSMIT));
        subject.change(strict.with("mac", X10), 1);
        assertThat(subject.fromPort(4, frame(A2.mac(), X10), 1)).isEqualTo(copies(copy("p5", frame(A2.mac(), X10))));
        assertThat(subject.fromPort(5, frame(X10, A2.mac()), 1)).isEqualTo(copies(copy("p4", frame(X10, A2.mac()))));
        assertThat(subject.fromPort(4, frame(A2.mac(), A1.mac()), 1))
                .isEqualTo(Outcome.dropped("p4", DropReason.FORGED_TRANSMIT));
    }

    /// Spec 5.7, 5.11, scenarios S17 and S18.
    @Test
    void aRefusedAddressSilencesTheGuest() {
        var fixed = A1.with("allowsMacChanges", false);
        var subject = start(TOPOLOGY.withPorts(List.of(fixed, A2)));
        subject.change(fixed.with("mac", X10), 1);
        var all = frame(BROADCAST, A2.mac());
        assertThat(subject.fromPort(5, frame(A1.mac(), A2.mac()), 1))
                .isEqualTo(Outcome.dropped("p5", DropReason.MAC_CHANGE_REJECTED));
        assertThat(subject.fromPort(5, all, 1)).isEqualTo(new Outcome(List.of(copy("u1", tagged(10, all))),
                List.of(new Drop("p5", DropReason.MAC_CHANGE_REJECTED))));
        assertThat(subject.fromPort(4, frame(A2.mac(), X10), 1)).isEqualTo(copies(copy("p5", frame(A2.mac(), X10))));
        subject.change(fixed, 2);
        assertThat(subject.fromPort(5, frame(A1.mac(), A2.mac()), 2)).isEqualTo(copies(copy("p4", frame(A1.mac(), A2.mac()))));
    }

    /// Spec 5.2, 5.3, 5.4, 3.17, scenarios S20 to S22.
    @Test
    void whoMayAndAsksSeesAllOfItsVlan() {
        var watcher = B1.with("allowsPromiscuous", true);
        var trunk = T1.with("allowsPromiscuous", true).with("asksPromiscuous", true);
        var frame = frame(A2.mac(), A1.mac());
        var silent = start(TOPOLOGY.withPorts(List.of(A1, A2, watcher, C1)));
        assertThat(silent.fromPort(4, frame, 0)).isEqualTo(copies(copy("p5", frame)));
        var refused = start(TOPOLOGY.withPorts(List.of(A1, A2, B1.with("asksPromiscuous", true), C1)));
        assertThat(refused.fromPort(4, frame, 0)).isEqualTo(copies(copy("p5", frame)));
        var subject = start(TOPOLOGY.withPorts(List.of(A1, A2, watcher.with("asksPromiscuous", true), C1, trunk)));
        assertThat(subject.fromPort(4, frame, 0))
                .isEqualTo(copies(copy("p5", frame), copy("p6", frame), copy("p9", tagged(10, frame))));
        var away = frame(X10, C1.mac());
        assertThat(subject.fromPort(7, away, 0)).isEqualTo(copies(copy("u1", tagged(20, away)), copy("p9", tagged(20, away))));
    }

    /// Spec 2.15, 2.16, 2.17, scenario S49.
    @Test
    void aWatcherSeesFloodsOfAllItsUplinksUnlessTheyAreFiltered() {
        var watcher = B1.with("allowsPromiscuous", true).with("asksPromiscuous", true);
        var all = frame(BROADCAST, X10);
        var open = start(TOPOLOGY.withPorts(List.of(watcher)));
        assertThat(open.fromUplink("u1", tagged(10, all), 0)).isEqualTo(copies(copy("p6", all)));
        assertThat(open.fromUplink("u1", tagged(10, frame(UNKNOWN, X10)), 0))
                .isEqualTo(Outcome.dropped("u1", DropReason.UNKNOWN_UNICAST));
        assertThat(open.fromUplink("u0", tagged(10, frame(UNKNOWN, X10)), 0)).isEqualTo(copies(copy("p6", frame(UNKNOWN, X10))));
        var strict = start(TOPOLOGY.withPorts(List.of(watcher.with("filtersPromiscuous", true))));
        assertThat(strict.fromUplink("u1", tagged(10, all), 0)).isEqualTo(Outcome.dropped("u1", DropReason.WRONG_UPLINK));
    }

    /// Spec 2.19, scenario S23.
    @Test
    void aBpduOfAGuestIsFilteredWhereItShallBe() {
        var bpdu = WireFrame.of(0x0180_c200_0000L, N1.mac(), 0x0026, 46);
        bpdu[14] = 0x42;
        bpdu[15] = 0x42;
        var pvst = WireFrame.of(0x0100_0ccc_cccdL, N1.mac(), 0x0032, 50);
        assertThat(start(TOPOLOGY.withPorts(List.of(N1))).fromPort(8, bpdu, 0)).isEqualTo(copies(copy("u0", bpdu)));
        var filtering = start(TOPOLOGY.withPorts(List.of(N1)).with("blocksGuestBpdus", true));
        assertThat(filtering.fromPort(8, bpdu, 0)).isEqualTo(Outcome.dropped("p8", DropReason.BPDU_FILTERED));
        assertThat(filtering.fromPort(8, pvst, 0)).isEqualTo(Outcome.dropped("p8", DropReason.BPDU_FILTERED));
        WireFrame.putMac(bpdu, 6, X10);
        assertThat(filtering.fromUplink("u0", bpdu, 0)).isEqualTo(copies(copy("p8", bpdu)));
    }

    private static List<Outcome.Instant> announcements(Outcome outcome) {
        return outcome.earlier();
    }

    /// Spec 4.39-4.43, 4.20, scenarios S24 and S25: only the port that moves is announced, with its tag, at 0, 1, 3, 7 and 15 s.
    @Test
    void announcesWhoMoves() {
        var uplinks = Team.portId(List.of(0, 1));
        var port = new SwitchConfig.Port(4, 10, 0x0050_568a_0001L, true, 0, null, uplinks);
        var subject = start(config(2, port, port(5, 10, uplinks)).with("isEnabled", true));
        subject.tick(100 * SECOND);
        subject.link("u0", false, 100 * SECOND);
        var rarp = tagged(10, HexFormat.of().parseHex("ffffffffffff0050568a00018035000108000604000300"
                + "50568a0001000000000050568a000100000000" + "00".repeat(18)));
        var moved = subject.tick(200 * SECOND);
        assertThat(announcements(moved)).extracting(Outcome.Instant::outcome).containsOnly(copies(copy("u1", rarp)));
        assertThat(announcements(moved)).extracting(Outcome.Instant::atNanos)
                .containsExactly(101 * SECOND, 103 * SECOND, 107 * SECOND, 115 * SECOND);
        subject.link("u0", true, 200 * SECOND);
        assertThat(announcements(subject.tick(200 * SECOND + 200 * MILLIS)))
                .containsExactly(new Outcome.Instant(200 * SECOND + 100 * MILLIS, copies(copy("u0", rarp))));
    }

    /// Spec 4.47, 5.7, scenarios S28 and S52.
    @Test
    void announcesOnlyWhatThePolicyAllows() {
        var uplinks = Team.portId(List.of(0, 1));
        var port = port(4, 10, uplinks);
        var mute = start(config(2, port.with("notifies", false)).with("isEnabled", true));
        mute.link("u0", false, 1);
        assertThat(mute.tick(100 * SECOND)).isEqualTo(Outcome.NOTHING);
        var fixed = port.with("allowsMacChanges", false);
        var subject = start(config(2, fixed).with("isEnabled", true));
        subject.change(fixed.with("mac", X10), 50 * SECOND);
        subject.link("u0", false, 60 * SECOND);
        assertThat(announcements(subject.tick(62 * SECOND)).getFirst().outcome())
                .isEqualTo(copies(copy("u1", tagged(10, NaiveHost.rarp(port.mac())))));
    }

    /// A query as the guests of switches in these tests see it (RFC 3376, 4.1; RFC 2236, 2).
    private static byte[] query(String ipAndIgmp) {
        return HexFormat.of().parseHex("01005e000001" + "005056500000" + "0800" + ipAndIgmp);
    }

    private static final byte[] IGMP_V3 = query("46c0002400004000" + "01020413" + "00000000" + "e0000001" + "94040000" + "110aec7800000000" + "027d0000");
    private static final byte[] IGMP_V2 = query("46c0002000004000" + "0102f015" + "0a000a01" + "e0000001" + "94040000" + "110aeef500000000");

    /// Spec 2.31, 7.10: only the guest that moves is asked, without a tag, at once and two seconds later; the vectors to the octet.
    @Test
    void asksWhoMoves() {
        var uplinks = Team.portId(List.of(0, 1));
        var config = config(2, port(4, 10, uplinks), port(5, 10, uplinks), port(6, SwitchConfig.GUEST_TAGGING, uplinks)).with("perMove", 2);
        var subject = start(config);
        assertThat(subject.tick(100 * SECOND)).as("nobody at power-on").isEqualTo(Outcome.NOTHING);
        assertThat(subject.link("u0", false, 100 * SECOND).and(subject.tick(100 * SECOND)))
                .isEqualTo(copies(copy("p4", IGMP_V3), copy("p6", IGMP_V3)));
        assertThat(subject.tick(200 * SECOND).earlier())
                .containsExactly(new Outcome.Instant(102 * SECOND, copies(copy("p4", IGMP_V3), copy("p6", IGMP_V3))));
        var other = start(config.with("igmpVersion", 2).with("routerIp", 0x0A00_0A01).with("perMove", 1));
        assertThat(other.link("u0", false, 100 * SECOND).and(other.tick(200 * SECOND)))
                .isEqualTo(copies(copy("p4", IGMP_V2), copy("p6", IGMP_V2)));
        var silent = start(config.with("perMove", 0));
        assertThat(silent.link("u0", false, 100 * SECOND).and(silent.tick(200 * SECOND))).isEqualTo(Outcome.NOTHING);
    }

    /// Spec 7.10: who comes by VMotion is asked, who is connected is not.
    @Test
    void asksWhoComesByVMotion() {
        var uplinks = Team.portId(List.of(0, 1));
        var subject = start(config(2, port(4, 10, uplinks).with("connected", false).with("migrates", true),
                port(5, 10, uplinks).with("connected", false)).with("perMove", 2));
        assertThat(subject.connect(5, SECOND)).isEqualTo(Outcome.NOTHING);
        assertThat(subject.connect(4, 2 * SECOND).and(subject.tick(2 * SECOND))).isEqualTo(copies(copy("p4", IGMP_V3)));
        assertThat(subject.tick(100 * SECOND).earlier()).containsExactly(new Outcome.Instant(4 * SECOND, copies(copy("p4", IGMP_V3))));
    }

    /// Spec 2.27, 5.7, 4.21: a guest whose vNIC filters the group, one that is silenced, and one whose reports would reach nobody are not asked.
    @Test
    void asksNobodyWhoWouldNotHearOrReachAnybody() {
        var port = port(4, 10, Team.portId(List.of(0))).with("connected", false).with("migrates", true);
        for (var deaf : List.of(port.with("groups", Set.of(0x0100_5e01_0203L)), port.with("allowsMacChanges", false).with("mac", X10),
                port.with("active", List.of()))) {
            var subject = start(config(2, deaf).with("perMove", 2));
            assertThat(subject.connect(4, SECOND).and(subject.tick(100 * SECOND))).isEqualTo(Outcome.NOTHING);
        }
    }

    private static SwitchConfig probing(int uplinks) {
        var all = new ArrayList<Integer>();
        while (all.size() < uplinks) {
            all.add(all.size());
        }
        return config(uplinks, only(new Team(Balancing.PORT_ID, true, true, true, all, List.of())));
    }

    /// Spec 4.26-4.30, scenario S32: out after three missed beacons, and back after the delay. The port with slot 4 of three is at home on
    /// u1.
    @Test
    void anUplinkThatNobodyHearsIsOut() {
        var config = probing(3);
        var port = config.port(4);
        var subject = start(config);
        assertThat(uplinkOf(subject, port, 10 * SECOND + MILLIS)).isEqualTo("u1");
        for (var other : List.of("u0", "u2")) {
            subject.cut("u1", other, true, 10 * SECOND + MILLIS);
            subject.cut(other, "u1", true, 10 * SECOND + MILLIS);
        }
        assertThat(uplinkOf(subject, port, 14 * SECOND - 1)).isEqualTo("u1");
        assertThat(uplinkOf(subject, port, 14 * SECOND + 1)).isNotEqualTo("u1");
        for (var other : List.of("u0", "u2")) {
            subject.cut("u1", other, false, 20 * SECOND + MILLIS);
            subject.cut(other, "u1", false, 20 * SECOND + MILLIS);
        }
        assertThat(uplinkOf(subject, port, 22 * SECOND + 100 * MILLIS - 1)).isNotEqualTo("u1");
        assertThat(uplinkOf(subject, port, 22 * SECOND + 100 * MILLIS)).isEqualTo("u1");
    }

    /// Spec 4.31, 4.26, scenarios S33 and S54.
    @Test
    void twoUplinksThatDoNotHearEachOtherCarryAll() {
        var subject = start(probing(2));
        subject.cut("u0", "u1", true, MILLIS);
        var frame = frame(X10, A1.mac());
        assertThat(subject.fromPort(4, frame, 6 * SECOND + MILLIS).deliveries())
                .containsExactly(copy("u0", frame), copy("u1", frame));
        var inbound = frame(A1.mac(), X10);
        assertThat(subject.fromUplink("u1", inbound, 6 * SECOND + MILLIS).deliveries()).containsExactly(copy("p4", inbound));
        subject.link("u0", false, 7 * SECOND + MILLIS);
        assertThat(subject.fromPort(4, frame, 9 * SECOND + MILLIS).deliveries()).containsExactly(copy("u1", frame));
    }

    /// Spec 6.1, 6.4-6.7: 1 octet a microsecond with a burst of 2000 octets at twice the rate: 31 frames of 64 octets and the 16 that
    /// fill up meanwhile.
    @Test
    void aShapedGuestSendsItsBurstAtThePeakAndThenTheAverage() {
        var port = N1.with("toSwitch", new ShaperSpec(8_000_000, 16_000_000, 2_000));
        var subject = start(TOPOLOGY.withPorts(List.of(port, A1)).with("queueMin", 500));
        var sent = 0;
        var left = 0;
        for (var at = 0L; at < 10 * MILLIS; at += 16_000, sent++) {
            left += count(subject.fromPort(8, frame(X10, N1.mac()), at));
        }
        assertThat(sent * 64).as("four times the average was offered").isEqualTo(40_000);
        assertThat(left * 64).isBetween(10_000 + 2_000 - 64, 10_000 + 2_000 + 64);
        assertThat(subject.fromUplink("u0", frame(N1.mac(), X10), 10 * MILLIS).deliveries()).contains(copy("p8", frame(N1.mac(), X10)));
    }

    private static int count(Outcome outcome) {
        var count = outcome.deliveries().size();
        for (var instant : outcome.earlier()) {
            count += instant.outcome().deliveries().size();
        }
        return count;
    }
}
