package io.etherloom.topology;

import static io.etherloom.topology.Marked.assertProblems;
import static io.etherloom.topology.Marked.topology;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// EtherChannels of physical switches, and what their ports do with BPDUs and link changes.
class EtherChannelTest {
    private static String fabric(String channels) {
        return """
            name: t
            fabric:
              switches:
                tor1:
                  ports: { "1": { trunk: all }, "2": { trunk: all }, "3": { trunk: [10] }, "4": { access: 10 }, "5": { access: 11 }, "6": { access: 10 } }
                  etherChannels:
            """ + channels.indent(8);
    }

    /// Spec 4.13: the static partner of IP hash.
    @Test void bindsMembersInTheirOrder() {
        var tor1 = topology(fabric("po1: { ports: [\"2\", \"1\"] }\npo2: { ports: [\"4\", \"6\"], mode: static, hash: srcDstMac }")).fabric().switches().get("tor1");
        assertThat(tor1.etherChannels().values()).containsExactly(new EtherChannel("po1", List.of("2", "1"), EtherChannel.Hash.SRC_DST_IP),
            new EtherChannel("po2", List.of("4", "6"), EtherChannel.Hash.SRC_DST_MAC));
        assertThat(tor1.etherChannelOf("6")).isEqualTo("po2");
        assertThat(tor1.etherChannelOf("3")).isEmpty();
    }

    @Test void refusesImpossibleChannels() {
        assertProblems(fabric("""
            po1: { ports: ["1", »"9", »"3", »"1"], mode: »lacpActive }
            po2: { ports: ["4", »"5", »"1"], mode: »lacpPasive, hash: »srcDst }
            po3: { ports: »[] }
            po4: »{}
            »"3": { ports: ["6"] }
            po5: { ports: »"2", »lacp: 1 }
            """),
            "error: fabric.switches.tor1.etherChannels.po1.ports[1]: switch tor1 has no port '9'; allowed: 1, 2, 3, 4, 5, 6; an EtherChannel has ports of one switch only",
            "error: fabric.switches.tor1.etherChannels.po1.ports[2]: port 3 has other VLANs than port 1; all members of an EtherChannel are configured alike",
            "error: fabric.switches.tor1.etherChannels.po1.ports[3]: port 1 is a member at fabric.switches.tor1.etherChannels.po1.ports[0] in line 7 already",
            "error: fabric.switches.tor1.etherChannels.po1.mode: 'lacpActive' is not supported yet, since a standard vSwitch speaks no LACP (spec 4.49); write static",
            "error: fabric.switches.tor1.etherChannels.po2.ports[1]: port 5 has other VLANs than port 4",
            "error: fabric.switches.tor1.etherChannels.po2.ports[2]: port 1 is a member at fabric.switches.tor1.etherChannels.po1.ports[0] in line 7 already; "
                + "a port belongs to one EtherChannel, once",
            "error: fabric.switches.tor1.etherChannels.po2.mode: 'lacpPasive' is no mode; allowed: static",
            "error: fabric.switches.tor1.etherChannels.po2.hash: 'srcDst' is not known here; did you mean",
            "error: fabric.switches.tor1.etherChannels.po3.ports: is empty; an EtherChannel has one member port at least",
            "error: fabric.switches.tor1.etherChannels.po4: 'ports' is missing",
            "error: fabric.switches.tor1.etherChannels.3: '3' is no name for an EtherChannel",
            "error: fabric.switches.tor1.etherChannels.po5.ports: is the single value '2', but a list is expected",
            "error: fabric.switches.tor1.etherChannels.po5.lacp: unknown key 'lacp'");
    }

    private static String twoSwitches(String channel1, String channel2) {
        return """
            name: t
            fabric:
              switches:
                tor1: { ports: { "1": { trunk: all }, "2": { trunk: all }, "3": { trunk: all } }, etherChannels: { ONE } }
                tor2: { ports: { "1": { trunk: all }, "2": { trunk: all }, "3": { trunk: all } }, etherChannels: { TWO } }
            """.replace("ONE", channel1).replace("TWO", channel2);
    }

    /// Cables between the same two channels are one link; any other second cable is a loop.
    @Test void countsAChannelAsOneLink() {
        var both = "po1: { ports: [\"1\", \"2\"] }";
        assertProblems(twoSwitches(both, both) + "  links: [ { between: [tor1/1, tor2/1] }, { between: [tor2/2, tor1/2] } ]");
        assertProblems(twoSwitches(both, both) + "  links: [ { between: [tor1/1, tor2/1] }, { between: [tor2/2, tor1/2] }, { between: »[tor1/3, tor2/3] } ]",
            "error: fabric.links[2].between: closes a loop: tor1/3 - tor2/3, tor2/1 - tor1/1;");
        assertProblems(twoSwitches(both, "") + "  links: [ { between: [tor1/1, tor2/1] }, { between: »[tor1/2, tor2/2] } ]",
            "error: fabric.links[1].between: closes a loop:");
        assertProblems(twoSwitches(both, "po1: { ports: [\"1\", \"3\"] }") + "  links: [ { between: [tor1/1, tor2/1] }, { between: »[tor1/2, tor2/2] } ]",
            "error: fabric.links[1].between: closes a loop:");
    }

    @Test void refusesAChannelThatIsCabledToItself() {
        assertProblems(twoSwitches("po1: { ports: [\"1\", \"2\"] }", "") + "  links: [ { between: »[tor1/1, tor1/2] } ]",
            "error: fabric.links[0].between: closes a loop: tor1/1 - tor1/2;");
    }

    /// Spec 2.20 for BPDU guard and its recovery, 9.13 for the forward delay.
    @Test void readsWhatPortsDoWithBpdusAndLinkChanges() {
        var tor1 = topology("""
            name: t
            fabric:
              switches:
                tor1:
                  forwardDelay: 15s
                  errDisableRecovery: 5min
                  ports: { "1": { trunk: all, portFast: yes, bpduGuard: yes }, "2": { access: 10, bpduGuard: true }, "3": { access: 10 } }
                tor2: { ports: {} }
            """).fabric().switches();
        assertThat(tor1.get("tor1").forwardDelay()).isEqualTo(Duration.ofSeconds(15));
        assertThat(tor1.get("tor1").errDisableRecovery()).isEqualTo(Duration.ofMinutes(5));
        assertThat(tor1.get("tor2").forwardDelay()).isZero();
        assertThat(tor1.get("tor2").errDisableRecovery()).isZero();
        assertThat(tor1.get("tor1").ports().values()).extracting(PhysicalPort::portFast).containsExactly(true, false, false);
        assertThat(tor1.get("tor1").ports().values()).extracting(PhysicalPort::bpduGuard).containsExactly(true, true, false);
    }
}
