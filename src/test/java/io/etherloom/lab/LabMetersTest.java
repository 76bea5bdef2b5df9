package io.etherloom.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.etherloom.event.EventLog;
import io.etherloom.frame.DropReason;
import io.etherloom.frame.DurationCounts;
import io.etherloom.lab.Meters.Kind;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class LabMetersTest extends Scenario {
    /// What a scrape would read now.
    static Meters meters(MemoryLab lab) {
        return meters(lab, LabMeters.PATIENCE_NANOS);
    }

    private static Meters meters(MemoryLab lab, long patienceNanos) {
        return LabMeters.of(lab.topology(), lab.state().converger(), beside(lab), patienceNanos);
    }

    private static LabMeters.Beside beside(MemoryLab lab) {
        return new LabMeters.Beside(lab.agents(), new DurationCounts(), new EventLog(), new Meters.Captures(0, 0));
    }

    private static Meters.Port port(Meters meters, String name) {
        return meters.ports().stream().filter(port -> port.port().equals(name)).findFirst().orElseThrow();
    }

    @Test
    void saysWhatEachPortIs() {
        var lab = startHost();
        var meters = meters(lab);
        var vnic = port(meters, "a1.eth0");
        assertThat(vnic.kind()).isEqualTo(Kind.VNIC);
        assertThat(vnic.vSwitch()).isEqualTo(SWITCH);
        assertThat(vnic.host() + " " + vnic.portGroup() + " " + vnic.vm() + " " + vnic.vlan()).isEqualTo("esx1 A a1 10");
        assertThat(vnic.portId()).isEqualTo(lab.portId(SWITCH, "a1.eth0"));
        assertThat(port(meters, "vmnic0").kind()).isEqualTo(Kind.UPLINK);
        assertThat(meters.uplinks().stream().map(it -> it.host() + "/" + it.name() + " " + it.peer())).contains("esx1/vmnic0 up0");
    }

    /// Spec 1.11: a port goes with its vNIC. What it dropped stays in the sum of its switch, which would otherwise seem to begin anew.
    @Test
    void whatAPortDroppedStaysCountedWhenItGoes() {
        var lab = startHost();
        lab.send("a1", tagged(10, frame(A2, A1)));
        lab.send("a1", tagged(10, frame(A2, A1)));
        assertThat(port(meters(lab), "a1.eth0").counters().drops(DropReason.TAG_UNEXPECTED)).isEqualTo(2);
        assertThat(dropped(lab)).isEqualTo(2);
        lab.power("a1", false);
        assertThat(meters(lab).ports()).noneMatch(port -> port.port().equals("a1.eth0"));
        assertThat(dropped(lab)).isEqualTo(2);
        lab.power("a1", true);
        lab.send("a1", tagged(10, frame(A2, A1)));
        assertThat(dropped(lab)).isEqualTo(3);
    }

    private static long dropped(MemoryLab lab) {
        return meters(lab).switches().stream().filter(it -> it.name().equals(SWITCH)).findFirst().orElseThrow().drops().get(DropReason.TAG_UNEXPECTED);
    }

    /// The agent is asked for some ports at a time; all come together.
    @Test
    void leavesNoPortOut() {
        var vms = IntStream.range(0, 150).mapToObj(i -> "  v" + i + ": { host: esx1, nics: [ { portGroup: A } ] }\n").collect(Collectors.joining());
        var lab = start("""
            name: many
            hosts:
              esx1:
                pnics: { vmnic0: { tap: up0 } }
                vSwitches: { vSwitch0: { ports: 256, uplinks: [vmnic0], portGroups: { A: { vlan: 10 } } } }
            vms:
            """ + vms);
        var meters = meters(lab);
        assertThat(meters.seats()).hasSize(150).allSatisfy(seat -> assertThat(seat.uplink()).isEqualTo("vmnic0"));
        assertThat(meters.uplinks()).hasSize(1);
    }

    /// A scrape is how one learns that an agent is stuck, so it must not wait for that agent.
    @Test
    void answersWhileAnAgentIsStuck() {
        var lab = startHost();
        var commands = lab.agent().commands();
        commands.ownedBy(new Thread(() -> { }));      // It never drains them.
        var meters = meters(lab, 1);
        commands.ownedBy(null);
        assertThat(meters.agents()).hasSize(agents);
        assertThat(meters.ports()).isNotEmpty();
        assertThat(meters.seats()).isEmpty();
        assertThat(meters.uplinks()).isEmpty();
        assertThat(meters(lab).seats()).isNotEmpty();
    }

    /// A lab that is busy with a change for long still tells of its agents.
    @Test
    void tellsOfAgentsWithoutTheLab() {
        var meters = beside(startHost()).alone("campus", "campus.yaml");
        assertThat(meters.agents()).hasSize(agents);
        assertThat(meters.lab()).isEqualTo("campus");
        assertThat(meters.ports()).isEmpty();
    }

    /// Spec 4.20: the outage ends with the first frame by another uplink.
    @Test
    void measuresTheOutageOfAFailover() {
        var lab = startHost();
        assertThat(port(meters(lab), "a1.eth0").isUp()).isTrue();
        lab.pull("esx1", "vmnic0");
        lab.advanceMillis(3);
        assertThat(meters(lab).teams().getFirst().outages().count()).isZero();
        lab.send("a1", frame(X10, A1));
        lab.send("b1", frame(X10, B1));
        var team = meters(lab).teams().getFirst();
        assertThat(team.outages().count()).isEqualTo(1);
        assertThat(team.outages().sumNanos()).isEqualTo(3_000_000);
        assertThat(team.failovers()).isEqualTo(3);
    }
}
