package io.etherloom.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.etherloom.linux.Processes;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// ucarp behind two uplinks of one physical VLAN. Its advertisements have a MAC address that no vNIC has, so that the switch cannot tell
/// that they are its own when the physical switch floods them back on the other uplink. ucarp itself passes over what has its own IP
/// address; tcpdump beside it shows what a CARP that looks closer would take for another master.
class CarpIT extends OneLab {
    private static final String TOPOLOGY = """
        name: LAB
        fabric:
          switches: { tor1: { ports: { "1": { trunk: [10] }, "2": { trunk: [10] }, "9": { access: 10 } } } }
          machines: { witness: { link: tor1/9, ip: 10.9.0.50/24 } }
        hosts:
          esx1:
            advanced: { Net.ReversePathFwdCheckPromisc: 0 }
            pnics: { vmnic0: { link: tor1/1 }, vmnic1: { link: tor1/2 } }
            vSwitches:
              vSwitch0:
                uplinks: [vmnic0, vmnic1]
                portGroups: { Firewalls: { vlan: 10, security: { promiscuousMode: accept } } }
        vms:
          fw1: { host: esx1, nics: [ { portGroup: Firewalls, ip: 10.9.0.1/24 } ] }
        """;
    private static final String CHECKED = TOPOLOGY.replace("CheckPromisc: 0", "CheckPromisc: 1");
    private static final String ADVERTISEMENT = "00:00:5e:00:00:07 > 01:00:5e:00:00:12";

    @BeforeEach
    void startLab() throws Exception {
        start(TOPOLOGY, "ip", "ucarp", "tcpdump");
    }

    /// Spec 9.2, 2.16, 2.17: at 0 the advertisements come back, at 1 they do not; a port notices the option when it becomes promiscuous.
    @Test
    void hearsItsOwnAdvertisementsUnlessTheReversePathIsChecked() throws Exception {
        try (var witness = listen("witness"); var own = listen("fw1")) {
            // Five advertisements a second. The demand for promiscuity is the guest's own.
            promiscuous("on");
            var ucarp = lab.background("fw1", "ucarp", "--interface=eth0", "--srcip=10.9.0.1", "--vhid=7", "--pass=test", "--addr=10.9.0.200", "--advbase=0",
                "--advskew=50", "--preempt", "--upscript=/bin/true", "--downscript=/bin/true").awaitText("Switching to state: MASTER");
            awaitMore(own, 3);
            // Two programs print, so they are compared when nothing more comes.
            Processes.kill(ucarp.pid(), 19);
            Await.until("each comes back once", () -> count(own) <= count(witness));
            Processes.kill(ucarp.pid(), 18);

            lab.apply(CHECKED);
            awaitMore(own, 3);

            promiscuous("off");
            promiscuous("on");
            Await.until("the port is promiscuous under the new setting", () -> !hears(own, witness));
            long checked = lab.drops("vmnic1", "wrong_uplink") + lab.drops("vmnic0", "wrong_uplink");
            assertThat(hears(own, witness)).isFalse();
            assertThat(lab.drops("vmnic1", "wrong_uplink") + lab.drops("vmnic0", "wrong_uplink")).isGreaterThan(checked);

            lab.apply(TOPOLOGY);
            assertThat(hears(own, witness)).as("until promiscuous mode is applied anew").isFalse();
            promiscuous("off");
            promiscuous("on");
            awaitMore(own, 3);
        }
    }

    /// Spec 9.2: the other cure is one uplink.
    @Test
    void doesNotHearItselfWithOneUplink() throws Exception {
        lab.apply(TOPOLOGY.replace("uplinks: [vmnic0, vmnic1]", "uplinks: [vmnic0]"));
        try (var witness = listen("witness"); var own = listen("fw1")) {
            promiscuous("on");
            lab.background("fw1", "ucarp", "--interface=eth0", "--srcip=10.9.0.1", "--vhid=7", "--pass=test", "--addr=10.9.0.200", "--advbase=0",
                "--advskew=50", "--preempt", "--upscript=/bin/true", "--downscript=/bin/true").awaitText("Switching to state: MASTER");
            assertThat(hears(own, witness)).isFalse();
        }
    }

    private void promiscuous(String how) throws Exception {
        assertThat(lab.exec("fw1", "ip", "link", "set", "eth0", "promisc", how).status()).isZero();
        Await.until("the lab knows", () -> lab.lab().security().getFirst().promiscuousRequested() == how.equals("on"));
    }

    /// What comes in; tcpdump's own demand for promiscuity would hide the guest's.
    private Command listen(String where) throws Exception {
        return lab.background(where, "tcpdump", "-p", "-l", "-n", "-e", "-i", "eth0", "-Q", "in", "--immediate-mode", "ip proto 112")
            .awaitText("listening on");
    }

    /// Whether any comes in while the witness sees three.
    private boolean hears(Command own, Command witness) throws Exception {
        int before = count(own);
        awaitMore(witness, 3);
        return count(own) > before;
    }

    private static void awaitMore(Command dump, int more) throws Exception {
        int before = count(dump);
        Await.until(more + " more advertisements than " + before, () -> count(dump) >= before + more);
    }

    private static int count(Command dump) {
        return (int) dump.out().lines().filter(line -> line.contains(ADVERTISEMENT)).count();
    }
}
