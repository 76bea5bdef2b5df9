package io.etherloom.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.etherloom.vswitch.Team;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;

/// The fixed topology of the acceptance scenarios (section 13), and short words to write frames and outcomes with.
///
/// The uplinks u0 and u1 are both active; a1 and a2 are in VLAN 10, b1 is in VLAN 10 of another port group, c1 in VLAN 20, n1 in
/// VLAN 0, t1 tags by itself. Even slots are at home on u0, odd ones on u1 (spec 4.3).
abstract class SwitchFixture {
    static final SwitchConfig.Port A1 = port(4, 10);
    static final SwitchConfig.Port A2 = port(5, 10);
    static final SwitchConfig.Port B1 = port(6, 10);
    static final SwitchConfig.Port C1 = port(7, 20);
    static final SwitchConfig.Port N1 = port(8, 0);
    static final SwitchConfig.Port T1 = port(9, SwitchConfig.GUEST_TAGGING);
    static final SwitchConfig TOPOLOGY = new SwitchConfig(1500, List.of("u0", "u1"), SwitchConfig.QUIET,
            List.of(A1, A2, B1, C1, N1, T1));
    static final long X10 = 0x0200_0000_0010L;
    static final long UNKNOWN = 0x0200_0000_00ffL;
    static final long BROADCAST = WireFrame.BROADCAST;
    static final long GROUP = 0x0100_5e01_0203L;
    static final long MILLIS = 1_000_000L;

    private final List<SwitchUnderTest> made = new ArrayList<>();

    /// Makes the switch that is to be tested.
    protected abstract SwitchUnderTest switchOf(SwitchConfig config);

    @AfterEach
    final void closeSwitches() {
        made.forEach(SwitchUnderTest::close);
    }

    final SwitchUnderTest start(SwitchConfig config) {
        var subject = new PacedSwitch(config, switchOf(config));
        made.add(subject);
        return subject;
    }

    static String uplinkOf(SwitchUnderTest subject, SwitchConfig.Port port, long nowNanos) {
        var outcome = subject.fromPort(port.id(), frame(UNKNOWN, port.mac()), nowNanos);
        assertThat(outcome.deliveries()).as("copies of one unknown unicast: %s", outcome).hasSize(1);
        return outcome.deliveries().getFirst().to();
    }

    static SwitchConfig topologyWithGroups(Set<Long> groups) {
        return TOPOLOGY.withPorts(List.of(A1, new SwitchConfig.Port(8, 0, N1.mac(), true, 0, groups, N1.team())));
    }

    static Set<Long> groups(int count) {
        var groups = new TreeSet<Long>();
        for (var group = 0x0100_5e7f_0000L; groups.size() < count; group++) {
            groups.add(group);
        }
        return groups;
    }

    static SwitchConfig.Port port(int slot, int vlan) {
        return port(slot, vlan, List.of("u0", "u1"));
    }

    static SwitchConfig.Port port(int slot, int vlan, List<String> team) {
        return port(slot, vlan, Team.portId(team.stream().map(uplink -> uplink.charAt(1) - '0').toList()));
    }

    static SwitchConfig.Port port(int slot, int vlan, Team team) {
        return new SwitchConfig.Port(slot, vlan, 0x0050_5600_0000L + slot, true, 0, null, team);
    }

    static byte[] frame(long destination, long source) {
        return WireFrame.of(destination, source, 0x0800, 50);
    }

    static byte[] tagged(int tci, byte[] frame) {
        return WireFrame.tag(frame, tci);
    }

    static Delivery copy(String to, byte[] frame) {
        return new Delivery(to, frame);
    }

    static Outcome copies(Delivery... copies) {
        return new Outcome(List.of(copies), List.of());
    }
}
