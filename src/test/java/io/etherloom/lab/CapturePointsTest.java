package io.etherloom.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.etherloom.capture.ProductPoint;
import io.etherloom.frame.CapturePoint;
import io.etherloom.frame.DropReason;
import io.etherloom.frame.Frame;
import io.etherloom.frame.FrameObserver;
import io.etherloom.lab.Blueprint.Rule;
import io.etherloom.lab.CaptureRequest.Kind;
import io.etherloom.lab.CaptureRequest.Stage;
import io.etherloom.lab.CaptureRequest.Subject;
import io.etherloom.lab.CaptureRequest.Way;
import io.etherloom.topology.Topology;
import io.etherloom.topology.TopologyException;
import io.etherloom.wire.Tag;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Which points there are, what passes them, and which of them a capture takes.
final class CapturePointsTest extends Scenario {
    private static final String SMALL = """
            name: lab
            hosts:
              esx1:
                pnics: { vmnic0: { tap: up0 } }
                vSwitches: { vSwitch0: { uplinks: [vmnic0], portGroups: { Ten: { vlan: 10 } } } }
            vms:
              a: { host: esx1, kind: memory, nics: [ { portGroup: Ten, mac: 00:50:56:00:00:01 } ] }
              b: { host: esx1, kind: memory, nics: [ { portGroup: Ten, mac: 00:50:56:00:00:02 } ] }
            """;
    private static final Rule UPLINK = rule("vmnic0");
    private static final Rule ACCESS = rule("a.eth0");

    private static Rule rule(String port) {
        try {
            return BlueprintCompiler.compile(Topology.parse(SMALL, "small.yaml"), new Overrides())
                .ports().get(Blueprint.PortPlan.key("esx1/vSwitch0", port)).rule();
        } catch (TopologyException fault) {
            throw new IllegalStateException(fault);
        }
    }

    private static Set<CapturePoint> wanted(Kind kind, Rule rule, Way way, @Nullable Stage stage, CapturePoint... points) {
        var request = new CaptureRequest(List.of(new Subject(kind, "x")), Set.of(points), way, stage, List.of(), 100, 0);
        return CapturePoints.wanted(request, kind, rule);
    }

    /// Spec 8.15: `--switchport` and `--vmk` begin at PortInput.
    @Test
    void inputsOfTheProductBeginAtPortInput() {
        assertThat(wanted(Kind.SWITCHPORT, ACCESS, Way.IN, null)).containsExactly(CapturePoint.PORT_INPUT);
        assertThat(wanted(Kind.VMK, ACCESS, Way.IN, null)).containsExactly(CapturePoint.PORT_INPUT);
        assertThat(wanted(Kind.VMK, ACCESS, Way.BOTH, null)).containsExactlyInAnyOrder(CapturePoint.PORT_INPUT, CapturePoint.PORT_OUTPUT);
        assertThat(wanted(Kind.VM, ACCESS, Way.BOTH, null)).containsExactlyInAnyOrder(CapturePoint.VNIC_TX, CapturePoint.VNIC_RX);
    }

    /// Spec 8.16: for an uplink direction 0 is receive.
    @Test
    void directionZeroOfAnUplinkIsReceive() {
        assertThat(wanted(Kind.UPLINK, UPLINK, Way.IN, null)).containsExactly(CapturePoint.UPLINK_RCV);
        assertThat(wanted(Kind.UPLINK, UPLINK, Way.OUT, null)).containsExactly(CapturePoint.UPLINK_SND);
    }

    /// Spec 8.13: stage 0 is near where the frames come from, stage 1 near where they go.
    @Test
    void aStageMovesThePointAlongThePath() {
        assertThat(wanted(Kind.VM, ACCESS, Way.BOTH, Stage.PRE)).containsExactlyInAnyOrder(CapturePoint.VNIC_TX, CapturePoint.PORT_OUTPUT);
        assertThat(wanted(Kind.SWITCHPORT, ACCESS, Way.BOTH, Stage.POST)).containsExactlyInAnyOrder(CapturePoint.PORT_INPUT, CapturePoint.VNIC_RX);
        assertThat(wanted(Kind.UPLINK, UPLINK, Way.BOTH, Stage.PRE)).containsExactlyInAnyOrder(CapturePoint.UPLINK_RCV, CapturePoint.PORT_OUTPUT);
        assertThat(wanted(Kind.UPLINK, UPLINK, Way.BOTH, Stage.POST)).containsExactlyInAnyOrder(CapturePoint.PORT_INPUT, CapturePoint.UPLINK_SND);
    }

    @Test
    void aNamedPointIsTakenWhereAPortHasIt() {
        assertThat(wanted(Kind.LAB, ACCESS, Way.BOTH, null, CapturePoint.DROP, CapturePoint.UPLINK_SND)).containsExactly(CapturePoint.DROP);
        assertThat(wanted(Kind.LAB, UPLINK, Way.BOTH, null, CapturePoint.VNIC_TX)).isEmpty();
    }

    /// Spec 8.14: the spellings of the product, its older ones and those that mean nothing here.
    @Test
    void knowsThePointsByTheSpellingOfTheProduct() {
        assertThat(Arrays.stream(CapturePoint.values()).map(CapturePoint::label)).containsExactlyInAnyOrderElementsOf(ProductPoint.labels());
        assertThat(ProductPoint.labels()).contains("EtherswitchDispath", "PortInput", "Drop");
        assertThat(ProductPoint.here("vnictx")).isEqualTo(CapturePoint.VNIC_TX);
        assertThat(ProductPoint.here("Vmxnet3Rx")).isEqualTo(CapturePoint.VNIC_RX);
        assertThatThrownBy(() -> ProductPoint.here("PreDVFilter")).hasMessageContaining("PreDVFilter").hasMessageContaining("no dvFilters");
        assertThatThrownBy(() -> ProductPoint.here("EnsPortWriteExit")).hasMessageContaining("no enhanced data path");
        assertThatThrownBy(() -> ProductPoint.here("Nowhere")).hasMessageContaining("VnicTx");
    }

    /// Spec 8.14, 8.15: the way of a frame of a tagging port group to another VM and to the wire; its VLAN shows from the look-up to PortOutput.
    @Test
    void framesPassThePointsInTheOrderOfThePath() {
        var seen = new ArrayList<String>();
        var lab = start(SMALL);
        for (var port : List.of("a.eth0", "b.eth0", "vmnic0")) {
            lab.observe("esx1/vSwitch0", port, watching(port, seen));
        }
        lab.send("a", frame(A2, A1));
        assertThat(seen).containsExactly("a.eth0 VnicTx 0", "a.eth0 PortInput 0", "a.eth0 EtherswitchDispath 10",
                "b.eth0 EtherswitchOutput 10", "b.eth0 PortOutput 10", "b.eth0 VnicRx 0");
        seen.clear();
        lab.send("a", frame(X10, A1));
        assertThat(seen).containsExactly("a.eth0 VnicTx 0", "a.eth0 PortInput 0", "a.eth0 EtherswitchDispath 10",
                "vmnic0 EtherswitchOutput 10", "vmnic0 PortOutput 10", "vmnic0 UplinkSnd 10");
    }

    private static FrameObserver watching(String port, List<String> seen) {
        return (CapturePoint point, Frame _, int tag, @Nullable DropReason _, long _) -> seen.add(port + " " + point.label() + " " + Tag.vid(tag));
    }
}
