package io.etherloom.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two routers with keepalived on two hosts, whose virtual address has a MAC address of its own (`use_vmac`, RFC 5798, 7.3), and who can
/// reach it under which policies.
class VrrpIT {
    private static final String VIRTUAL = "10.9.0.100";
    private static final String VIRTUAL_MAC = "00:00:5e:00:01:33";
    private static final String TOPOLOGY = """
        name: LAB
        fabric:
          switches: { tor1: { ports: { "1": { trunk: [10] }, "2": { trunk: [10] }, "9": { access: 10 } } } }
          machines: { client: { link: tor1/9, ip: 10.9.0.50/24 } }
        hosts:
          esx1:
            pnics: { vmnic0: { link: tor1/1 } }
            vSwitches: { vSwitch0: { uplinks: [vmnic0], portGroups: { Routers: { vlan: 10 }, Users: { vlan: 10 } } } }
          esx2: { like: esx1, pnics: { vmnic0: { link: tor1/2 } } }
        vms:
          r1: { host: esx1, nics: [ { portGroup: Routers, ip: 10.9.0.1/24 } ] }
          r2: { host: esx2, nics: [ { portGroup: Routers, ip: 10.9.0.2/24 } ] }
          near: { host: esx1, nics: [ { portGroup: Users, ip: 10.9.0.51/24 } ] }
        """;
    private static final String CONFIGURATION = """
        global_defs {
            vrrp_version 3
            vrrp_garp_master_delay 0
            vrrp_garp_master_repeat 1
        }
        vrrp_instance one {
            interface eth0
            use_vmac
            state BACKUP
            virtual_router_id 51
            priority PRIORITY
            advert_int 0.2
            virtual_ipaddress { 10.9.0.100/24 }
        }
        """;
    private static final String MASTER = "(one) Entering MASTER STATE";
    private static final String GIVES_WAY = "(one) Master received advert from 10.9.0.1 with higher priority";
    private static final String BACKUP = "(one) Entering BACKUP STATE";

    @TempDir
    private Path folder;

    private Launcher launcher;
    private final List<Command> routers = new ArrayList<>();

    @BeforeEach
    void startLab() throws Exception {
        Need.root();
        Need.jar();
        Need.programs("ping", "ip", "sysctl", "keepalived");
        launcher = new Launcher(folder);
        launcher.good("up", launcher.topology("", TOPOLOGY), "--detach");
    }

    @AfterEach
    void leavesNothing() throws Exception {
        // It has a child, which only the parent's orderly end takes along.
        for (var router : routers) router.stop(15);
        if (launcher != null) launcher.end();
    }

    /// Spec 9.1, and the rules behind it: 2.4 (unknown unicast from the wire), 5.2 (promiscuous mode), 5.9 (forged transmits).
    @Test
    void reachesAVirtualMacOnlyWithPromiscuousModeAndForgedTransmitsAccepted() throws Exception {
        var first = keepalived("r1", 200).awaitText(MASTER);
        var second = keepalived("r2", 100).awaitText(BACKUP);

        // The defaults. What the master sends arrives: advertisements keep the other one quiet, and its answer to ARP gives the address.
        // What is sent to that address is for nobody on the vSwitch.
        long before = drops("vmnic0", "unknown_unicast");
        for (var client : List.of("client", "near")) {
            assertThat(reaches(client)).as(client + " by default").isFalse();
            assertThat(neighbours(client)).as("ARP was answered").contains(VIRTUAL_MAC);
        }
        assertThat(drops("vmnic0", "unknown_unicast")).isGreaterThanOrEqualTo(before + 3);
        assertThat(log(second)).as("advertisements arrive").doesNotContain(MASTER);

        set("security.promiscuousMode=accept");
        for (var client : List.of("client", "near")) assertReaches(client);
        assertThat(log(second)).doesNotContain(MASTER);

        // Nothing of the virtual address gets out: no advertisements, so both are masters, and no answers.
        set("security.forgedTransmits=reject");
        second.awaitText(MASTER);
        for (var client : List.of("client", "near")) assertThat(reaches(client)).as(client + " with forged transmits rejected").isFalse();
        assertThat(neighbours("client")).doesNotContain(VIRTUAL_MAC);
        assertThat(drops("r1.eth0", "forged_transmit")).isPositive();
        assertThat(drops("r2.eth0", "forged_transmit")).isPositive();

        set("security.promiscuousMode=reject");
        for (var client : List.of("client", "near")) assertThat(reaches(client)).as(client + " with both rejected").isFalse();

        assertThat(log(second)).doesNotContain(GIVES_WAY);
        set("security.promiscuousMode=accept", "security.forgedTransmits=accept");
        for (var client : List.of("client", "near")) assertReaches(client);
        second.awaitText(GIVES_WAY);
        assertThat(count(log(first), BACKUP)).as("the one with the higher priority never gives way").isEqualTo(1);
    }

    private Command keepalived(String vm, int priority) throws Exception {
        // The virtual interface has an address of the same subnet, so each interface shall speak for itself only.
        var quiet = launcher.inside(vm, "sysctl", "-qw", "net.ipv4.conf.all.arp_ignore=1", "net.ipv4.conf.all.arp_announce=2").await();
        assertThat(quiet.status()).as(quiet.all()).isZero();
        var file = folder.resolve(vm + ".conf");
        Files.writeString(file, CONFIGURATION.replace("PRIORITY", Integer.toString(priority)));
        var router = launcher.inside(vm, "keepalived", "--dont-fork", "--log-console", "--no-syslog", "--log-detail", "--vrrp",
            "--use-file=" + file, "--pid=" + folder.resolve(vm + ".pid"), "--vrrp_pid=" + folder.resolve(vm + ".vrrp.pid"));
        routers.add(router);
        return router;
    }

    private void set(String... settings) throws Exception {
        for (var group : List.of("esx1/Routers", "esx2/Routers")) {
            var words = new ArrayList<>(List.of("set", "portgroup", group));
            words.addAll(List.of(settings));
            launcher.good(words.toArray(String[]::new));
        }
    }

    /// A user without knowledge from before: three echo requests, of which the first also asks for the MAC address.
    private boolean reaches(String vm) throws Exception {
        launcher.inside(vm, "ip", "neigh", "flush", "all").await();
        return launcher.inside(vm, "ping", "-n", "-q", "-c", "3", "-i", "0.1", "-W", "1", VIRTUAL).await().out().contains(" 0% packet loss");
    }

    /// Promiscuity is noticed a moment after it was asked for, and two masters need a moment to agree.
    private void assertReaches(String vm) throws Exception {
        Await.until(vm + " reaches " + VIRTUAL, () -> reaches(vm));
        assertThat(neighbours(vm)).contains(VIRTUAL_MAC);
    }

    private String neighbours(String vm) throws Exception {
        return launcher.inside(vm, "ip", "neigh").await().out();
    }

    private long drops(String usedBy, String reason) throws Exception {
        return launcher.shown("ports").stream().filter(port -> port.get("usedBy").asString().equals(usedBy))
            .mapToLong(port -> port.path("drops").path(reason).asLong(0)).sum();
    }

    private static String log(Command router) {
        return router.out() + router.err();
    }

    private static int count(String text, String part) {
        return text.split(java.util.regex.Pattern.quote(part), -1).length - 1;
    }
}
