package io.etherloom.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.etherloom.lab.view.TraceView;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What a trace asks for and tells: frames that it makes, ends that it knows, time that passes, floods that it cuts.
final class TraceScenariosTest extends PolicyScenario {
    private static final String ROUTED = """
            name: test
            fabric:
              switches: { tor1: { mtu: 1500, ports: { "1": { trunk: [10, 20] }, "9": { access: 10 }, "48": { trunk: [10, 20] } } } }
              routers: { gw: { link: tor1/48, interfaces: { "10": 10.0.10.1/24, "20": [10.0.20.1/24, "2001:db8::1/64"] } } }
              machines: { m1: { link: tor1/9, ip: 10.0.10.9/24 } }
            hosts:
              esx1:
                pnics: { vmnic0: { link: tor1/1 } }
                vSwitches:
                  vSwitch0: { mtu: 9000, uplinks: [vmnic0], teaming: { notifySwitches: no }, portGroups: { A: { vlan: 10 }, B: { vlan: 20 } } }
            vms:
              a1: { host: esx1, kind: memory, nics: [ { portGroup: A, mac: 00:50:56:00:00:01, ip: 10.0.10.11/24, gateway: 10.0.10.1 } ] }
              b1: { host: esx1, kind: memory, nics: [ { portGroup: B, mac: 00:50:56:00:00:02, ip: [10.0.20.11/24, "2001:db8::11/64"], gateway: 10.0.20.1 } ] }
              b2: { host: esx1, kind: memory, nics: [ { portGroup: B, mac: 00:50:56:00:00:03, ip: "2001:db8::12/64" } ] }
            """;

    private static TraceQuestion ask(String from, @Nullable String to) {
        return new TraceQuestion(from, to, null, null, null, null, null, null);
    }

    private static TraceQuestion ask(String from, String to, @Nullable String proto, @Nullable Integer size) {
        return new TraceQuestion(from, to, null, null, proto, null, null, size);
    }

    private static TraceView trace(MemoryLab lab, TraceQuestion question) {
        return TraceForetellsTest.trace(lab, question);
    }

    private static List<TraceView.Stage> stages(TraceView.Hop hop) {
        var all = new ArrayList<TraceView.Stage>();
        for (var stage : hop.stages()) {
            all.add(stage);
            if (stage.next() != null) {
                all.addAll(stages(stage.next()));
            }
        }
        return all;
    }

    @Test
    void aPingCrossesSwitchesAndCables() {
        var trace = trace(start(ROUTED), ask("a1", "m1"));
        assertThat(trace.arrives()).as(trace.toString()).isTrue();
        assertThat(trace.frame().protocol()).isEqualTo("icmp");
        assertThat(stages(trace.path()).stream().map(it -> it.point() + " " + it.port())).containsSubsequence("VnicTx a1.eth0", "PortInput a1.eth0",
                "EtherswitchDispath a1.eth0", "EtherswitchOutput esx1/vmnic0", "UplinkSnd esx1/vmnic0", "UplinkRcv tor1/1", "UplinkSnd tor1/9");
        assertThat(stages(trace.path()).stream().map(TraceView.Stage::outcome)).contains("crosses", "delivered");
        assertThat(trace.verdict()).isEqualTo("arrives at m1");
    }

    @Test
    void anotherSubnetIsReachedByTheGateway() {
        var lab = start(ROUTED);
        var trace = trace(lab, ask("a1", "b1"));
        assertThat(trace.to()).isEqualTo("gw");
        assertThat(trace.arrives()).as(trace.toString()).isTrue();
        assertThat(trace.notes()).singleElement().asString().contains("b1.eth0 (10.0.20.11) is not in the subnet of a1.eth0 (10.0.10.11/24)",
                "gateway gw (10.0.10.1)", "trace --from gw --to b1");
        var second = trace(lab, ask("gw", "b1"));
        assertThat(second.verdict()).isEqualTo("arrives at b1.eth0");
        assertThat(stages(second.path()).getFirst().port()).isEqualTo("gw vlan 20");
    }

    @Test
    void framesAreMadeOfTheProtocolThatIsAsked() {
        var lab = start(ROUTED);
        assertThat(trace(lab, ask("a1", "m1", "arp", null)).frame().destination()).isEqualTo("ff:ff:ff:ff:ff:ff");
        assertThat(trace(lab, ask("a1", "m1", "udp", null)).frame().protocol()).isEqualTo("udp");
        var ipv6 = trace(lab, ask("b1", "b2", "tcp", 1000));
        assertThat(ipv6.frame().hex()).contains("86dd6");
        assertThat(ipv6.frame().octets()).isEqualTo(1000);
        assertThat(ipv6.verdict()).isEqualTo("arrives at b2.eth0");
    }

    /// Spec 1.28: the switch that is too small is named.
    @Test
    void aJumboFrameEndsWhereTheMtuIsTooSmall() {
        var trace = trace(start(ROUTED), ask("a1", "m1", null, 9014));
        assertThat(trace.arrives()).isFalse();
        assertThat(trace.drops()).singleElement().isEqualTo(
                new TraceView.Ending("tor1/1", "oversize", "oversize: 9000 octets of payload, the MTU is 1500 (tor1)"));
    }

    @Test
    void wrongQuestionsAreAnsweredWithWhatIsRight() {
        var lab = start(ROUTED);
        assertThatThrownBy(() -> trace(lab, ask("a2", "m1"))).isInstanceOf(LabException.class).hasMessageContaining("a1");
        assertThatThrownBy(() -> trace(lab, ask("a1", "m1", "udq", null))).hasMessageContaining("did you mean 'udp'?");
        assertThatThrownBy(() -> trace(lab, new TraceQuestion("a1", null, "0z", null, null, null, null, null))).hasMessageContaining("'z' stands at character 2");
        assertThatThrownBy(() -> trace(lab, new TraceQuestion("a1", null, "0a:1", null, null, null, null, null))).hasMessageContaining("3 hexadecimal digits");
        assertThatThrownBy(() -> trace(lab, ask("a1", "m1", null, 3))).hasMessageContaining("from 14 to");
        assertThatThrownBy(() -> trace(lab, ask("gw/30", "a1"))).hasMessageContaining("it has them in 10, 20");
        assertThatThrownBy(() -> trace(lab, new TraceQuestion("a1", "m1", null, 5000, null, null, null, null))).hasMessageContaining("from 0 to 4095");
    }

    /// Spec 6.6: the time in the shaper is that which the frame then takes, and the tokens are still there.
    @Test
    void theTimeInAShaperIsForetold() {
        var lab = start(withGroup("A", "trafficShaping: { enabled: yes, averageBandwidth: 80kbps, peakBandwidth: 80kbps, burstSize: 1KB }", host()));
        lab.send("a1", frame(A2, A1, 1486));
        var before = lab.vSwitch(SWITCH).shaperState(lab.port(SWITCH, "a1.eth0").index(), true, lab.nowNanos());
        var question = new TraceQuestion("a1", null, HexFormat.of().formatHex(frame(A2, A1, 986)), null, null, null, null, null);
        var stage = stages(trace(lab, question).path()).stream().filter(it -> it.point().equals("VnicRx")).findFirst().orElseThrow();
        assertThat(lab.vSwitch(SWITCH).shaperState(lab.port(SWITCH, "a1.eth0").index(), true, lab.nowNanos())).isEqualTo(before);
        long begun = lab.nowNanos();
        assertThat(lab.send("a1", frame(A2, A1, 986)).deliveries()).isEmpty();
        while (lab.advanceMillis(1).deliveries().isEmpty()) {
            assertThat(lab.nowNanos() - begun).isLessThan(10_000_000_000L);
        }
        assertThat(stage.micros()).isBetween((lab.nowNanos() - begun) / 1_000 - 1_000, (lab.nowNanos() - begun) / 1_000);
    }

    @Test
    void aFloodIsCutButNotOnTheWayToTheTarget() {
        var vms = new StringBuilder();
        for (int i = 0; i < 30; i++) {
            vms.append("  w%1$d: { host: esx1, kind: memory, nics: [ { portGroup: A, mac: 00:50:56:00:01:%1$02x } ] }\n".formatted(i));
        }
        var lab = start(host() + vms);
        var trace = trace(lab, new TraceQuestion("a1", "w29", null, null, null, null, "ff:ff:ff:ff:ff:ff", null));
        assertThat(trace.arrives()).isTrue();
        assertThat(trace.path().leftOut()).isPositive();
        assertThat(trace.arrivals()).hasSizeGreaterThan(30);
        assertThat(trace.path().stages()).anySatisfy(it -> assertThat(it.port()).isEqualTo("w29.eth0"));
    }
}
