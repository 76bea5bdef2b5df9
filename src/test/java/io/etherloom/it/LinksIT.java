package io.etherloom.it;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Cables that are pulled, uplinks whose other side goes down, and guests that break their own interface.
class LinksIT extends OneLab {
    private static final int UP_DELAY_MILLIS = 300;
    private static final String TOPOLOGY = """
        name: LAB
        fabric:
          switches:
            tor1: { ports: { "1": { trunk: [10] }, "2": { trunk: [10] }, "3": { trunk: [10] } } }
        hosts:
          esx1:
            advanced: { Net.TeamPolicyUpDelay: 300 }
            pnics: { vmnic0: { link: tor1/1 }, vmnic1: { link: tor1/2 }, vmnic2: { tap: LABa }, vmnic3: { tap: LABb } }
            vSwitches:
              vSwitch0:
                uplinks: [vmnic0, vmnic1]
                portGroups: { Ten: { vlan: 10 } }
              vSwitch1:
                uplinks: [vmnic2, vmnic3]
                portGroups: { Outside: { vlan: 0 } }
          esx2:
            pnics: { vmnic0: { link: tor1/3 } }
            vSwitches: { vSwitch0: { uplinks: [vmnic0], portGroups: { Ten: { vlan: 10 } } } }
        vms:
          a: { host: esx1, nics: [ { portGroup: Ten, ip: 10.9.0.1/24 } ] }
          b: { host: esx1, nics: [ { portGroup: Ten, ip: 10.9.0.2/24 } ] }
          far: { host: esx2, nics: [ { portGroup: Ten, ip: 10.9.0.3/24 } ] }
          out: { host: esx1, nics: [ { portGroup: Outside, ip: 10.9.1.1/24 } ] }
        """;

    @BeforeEach
    void startLab() throws Exception {
        start(TOPOLOGY, "ping", "ip");
    }

    /// Spec 4.21 and `Net.TeamPolicyUpDelay`: away at once, back after the delay; nothing is lost but what was on the dead cable.
    @Test
    void movesThePortsOfAPulledCableAtOnceAndBackAfterTheDelay() throws Exception {
        lab.assertReaches("a", "10.9.0.3");
        var first = lab.port("a.eth0").teamPnic();
        var other = first.equals("vmnic0") ? "vmnic1" : "vmnic0";
        try (var ping = lab.background("a", "ping", "-n", "-i", "0.01", "10.9.0.3").awaitText("icmp_seq=20 ")) {
            lab.lab().link("esx1", first, false);
            assertThat(lab.port("a.eth0").teamPnic()).isEqualTo(other);
            assertThat(lab.uplink("esx1", first).link()).isEqualTo("down");
            assertThat(lab.metrics("vswitch_uplink_up{uplink=\"" + first + "\",vswitch=\"esx1/vSwitch0\"}")).singleElement().asString().endsWith(" 0.0");
            int answered = Pings.highest(ping);
            Await.until("ping goes on", () -> Pings.highest(ping) > answered + 20);

            long begun = System.nanoTime();
            lab.lab().link("esx1", first, true);
            assertThat(lab.uplink("esx1", first).state()).isEqualTo("waiting");
            Await.until("back on " + first, () -> lab.port("a.eth0").teamPnic().equals(first));
            assertThat((System.nanoTime() - begun) / 1_000_000).isGreaterThanOrEqualTo(UP_DELAY_MILLIS - 5);
            int later = Pings.highest(ping);
            Await.until("ping goes on", () -> Pings.highest(ping) > later + 20);
            assertThat(Pings.missing(ping.out())).hasSizeLessThanOrEqualTo(3);
        }
        assertThat(lab.lab().vSwitches().getFirst().failovers()).isPositive();
    }

    @Test
    void noticesThatTheOtherSideOfATapGoesDown() throws Exception {
        var tap = lab.name() + (lab.port("out.eth0").teamPnic().equals("vmnic2") ? "a" : "b");
        var used = lab.port("out.eth0").teamPnic();
        assertThat(Command.run("ip", "link", "set", tap, "down").status()).isZero();
        Await.until("out leaves " + used, () -> !lab.port("out.eth0").teamPnic().equals(used));
        assertThat(lab.uplink("esx1", used).link()).isEqualTo("down");
        assertThat(Command.run("ip", "link", "set", tap, "up").status()).isZero();
        Await.until("out returns to " + used, () -> lab.port("out.eth0").teamPnic().equals(used));
    }

    @Test
    void livesOnWhenAHostTapIsDeleted() throws Exception {
        var used = lab.port("out.eth0").teamPnic();
        var tap = lab.name() + (used.equals("vmnic2") ? "a" : "b");
        assertThat(Command.run("ip", "link", "delete", tap).status()).isZero();
        Await.until("out leaves " + used, () -> !lab.port("out.eth0").teamPnic().equals(used));
        lab.assertReaches("a", "10.9.0.3");
    }

    @Test
    void suffersAGuestThatSetsItsInterfaceDown() throws Exception {
        lab.assertReaches("a", "10.9.0.2");
        assertThat(lab.exec("b", "ip", "link", "set", "eth0", "down").status()).isZero();
        lab.guest("a").send(Guest.BROADCAST, "", "to a dead interface", 60);
        Await.until("the frame is counted as dropped", () -> lab.drops("b.eth0", "link_down") > 0);
        lab.assertReaches("a", "10.9.0.3");
        assertThat(lab.exec("b", "ip", "link", "set", "eth0", "up").status()).isZero();
        lab.assertReaches("a", "10.9.0.2");
        assertThat(lab.metrics("agent_errors_total")).allMatch(line -> line.endsWith(" 0.0"));
    }

    @Test
    void suffersAGuestThatDeletesItsInterface() throws Exception {
        assertThat(lab.exec("b", "ip", "link", "delete", "eth0").status()).isZero();
        Await.until("b's port is down", () -> lab.port("b.eth0").link().equals("down"));
        lab.guest("a").send(Guest.BROADCAST, "", "to nobody", 60);
        lab.assertReaches("a", "10.9.0.3");
        assertThat(lab.metrics("agent_errors_total")).allMatch(line -> line.endsWith(" 0.0"));
        // Off and on is a new machine.
        lab.lab().power("b", false);
        lab.lab().power("b", true);
        lab.assertReaches("a", "10.9.0.2");
    }
}
