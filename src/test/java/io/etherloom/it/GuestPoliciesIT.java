package io.etherloom.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What guests do to their own interfaces, and what the policies of their port group make of it. The lab is not told; it looks (spec 2.33).
class GuestPoliciesIT {
    private static final String TOPOLOGY = """
        name: LAB
        hosts:
          esx1:
            vSwitches:
              vSwitch0:
                portGroups:
                  Default: { vlan: 10 }
                  Watched: { vlan: 10, security: { promiscuousMode: accept } }
                  Fixed: { vlan: 10, security: { macChanges: reject } }
                  Locked: { vlan: 10, security: { macChanges: reject, forgedTransmits: reject } }
                  Honest: { vlan: 10, security: { forgedTransmits: reject } }
        vms:
          a: { host: esx1, nics: [ { portGroup: Default, ip: 10.9.0.1/24 } ] }
          b: { host: esx1, nics: [ { portGroup: Default, ip: 10.9.0.2/24 } ] }
          watcher: { host: esx1, nics: [ { portGroup: Watched, ip: 10.9.0.3/24 } ] }
          blind: { host: esx1, nics: [ { portGroup: Default, ip: 10.9.0.4/24 } ] }
          fixed: { host: esx1, nics: [ { portGroup: Fixed, ip: 10.9.0.5/24 } ] }
          locked: { host: esx1, nics: [ { portGroup: Locked, ip: 10.9.0.6/24 } ] }
          honest: { host: esx1, nics: [ { portGroup: Honest, ip: 10.9.0.7/24 } ] }
        """;
    private static final String OTHER_MAC = "02:00:00:00:00:b2";
    private static final String OTHER = "0200000000b2";
    private static final String THIRD = "0200000000b3";
    private static final String GROUP = "01005e010203";

    @TempDir
    private Path folder;

    private LocalLab lab;
    private Guest sender;
    private int number;

    @BeforeEach
    void startLab() throws Exception {
        Need.root();
        Need.programs("ip", "tcpdump");
        lab = LocalLab.start(folder, TOPOLOGY);
        sender = lab.guest("a");
    }

    @AfterEach
    void leavesNothing() throws Exception {
        if (lab != null) lab.close();
    }

    /// Spec 5.8: accepted, so the table has the new address and the old one is nobody's.
    @Test
    void followsAGuestThatChangesItsAddress() throws Exception {
        var b = lab.guest("b");
        awaitDelivered(b, b.mac());
        changeMac("b", OTHER_MAC);
        awaitDelivered(b, OTHER);
        assertNotDelivered(b, b.mac());
        assertThat(lab.port("b.eth0").mac()).isEqualTo(OTHER_MAC);
    }

    /// Spec 5.7, 5.11, S17, S18: rejected, so nothing arrives until the address is put back; what the guest sends passes.
    @Test
    void deliversNothingAfterARejectedChangeUntilItIsTakenBack() throws Exception {
        var fixed = lab.guest("fixed");
        awaitDelivered(fixed, fixed.mac());
        changeMac("fixed", OTHER_MAC);
        awaitNotDelivered(fixed, fixed.mac());
        for (var destination : new String[] {OTHER, Guest.BROADCAST, GROUP}) assertNotDelivered(fixed, destination);
        assertPasses("fixed", fixed, OTHER, true);
        assertThat(lab.drops("fixed.eth0", "mac_change_rejected")).isPositive();
        assertThat(lab.port("fixed.eth0").mac()).isEqualTo(colons(fixed.mac()));
        changeMac("fixed", colons(fixed.mac()));
        awaitDelivered(fixed, fixed.mac());
    }

    /// Spec 5.7, S52: with forged transmits rejected too, nothing passes in either direction.
    @Test
    void silencesAGuestThatMayNeitherChangeNorForge() throws Exception {
        var locked = lab.guest("locked");
        assertPasses("locked", locked, locked.mac(), true);
        changeMac("locked", OTHER_MAC);
        awaitNotDelivered(locked, locked.mac());
        assertPasses("locked", locked, OTHER, false);
    }

    /// Spec 5.10, S19: a proper change may be sent with, a third address may not.
    @Test
    void letsAChangedAddressSendAndAForgedOneNot() throws Exception {
        var honest = lab.guest("honest");
        changeMac("honest", OTHER_MAC);
        awaitDelivered(honest, OTHER);
        assertPasses("honest", honest, OTHER, true);
        assertPasses("honest", honest, THIRD, false);
        assertPasses("honest", honest, honest.mac(), false);
    }

    /// Spec 5.2, 5.3, S20, S21: the receiver's port group decides, and the guest has to ask.
    @Test
    void showsOthersTrafficToTcpdumpWherePromiscuousModeIsAccepted() throws Exception {
        var b = lab.guest("b");
        var watcher = lab.guest("watcher");
        var blind = lab.guest("blind");
        assertNotDelivered(watcher, b.mac());
        lab.background("watcher", "tcpdump", "-i", "eth0", "-n").awaitText("listening on");
        lab.background("blind", "tcpdump", "-i", "eth0", "-n").awaitText("listening on");
        awaitDelivered(watcher, b.mac());
        awaitDelivered(b, b.mac());
        assertNotDelivered(blind, b.mac());
    }

    /// Spec 2.33, 9.24: the interface on top has an address that the switch does not know; only promiscuity brings its frames.
    @Test
    void reachesAMacvlanWherePromiscuousModeIsAccepted() throws Exception {
        for (var vm : new String[] {"watcher", "blind"}) {
            assertThat(lab.exec(vm, "ip", "link", "add", "inner", "link", "eth0", "address", OTHER_MAC, "type", "macvlan", "mode", "bridge").status()).isZero();
            assertThat(lab.exec(vm, "ip", "link", "set", "inner", "up").status()).isZero();
        }
        awaitDelivered(lab.guest("watcher"), OTHER);
        assertNotDelivered(lab.guest("blind"), OTHER);
        assertThat(lab.exec("watcher", "ip", "link", "delete", "inner").status()).isZero();
        awaitNotDelivered(lab.guest("watcher"), OTHER);
    }

    /// Spec 2.27, 2.28, S50: what the guest joined, and everything once it joined more than 32.
    @Test
    void deliversTheGroupsThatAGuestJoined() throws Exception {
        var b = lab.guest("b");
        var other = lab.guest("blind");
        // Until its list has been read once, a guest is given all groups (spec 2.33).
        awaitNotDelivered(b, GROUP);
        awaitNotDelivered(other, GROUP);
        join("b", 1);
        awaitDelivered(b, GROUP.replace("0203", "0001"));
        assertNotDelivered(b, GROUP);
        assertNotDelivered(other, GROUP.replace("0203", "0001"));
        for (int group = 2; group <= 33; group++) join("b", group);
        awaitDelivered(b, GROUP);
        assertNotDelivered(other, GROUP);
    }

    private void join(String vm, int group) throws Exception {
        assertThat(lab.exec(vm, "ip", "maddr", "add", "01:00:5e:01:00:%02x".formatted(group), "dev", "eth0").status()).isZero();
    }

    private void changeMac(String vm, String mac) throws Exception {
        var outcome = lab.exec(vm, "ip", "link", "set", "eth0", "address", mac);
        assertThat(outcome.status()).as(outcome.all()).isZero();
    }

    private static String colons(String mac) {
        return mac.replaceAll("(..)(?!$)", "$1:");
    }

    /// Whether a frame for this address reaches the interface.
    private boolean isDelivered(Guest receiver, String destination) {
        var text = "number " + ++number + " ";
        sender.send(destination, "", text, 60);
        return receiver.hears(text, 150);
    }

    private void assertNotDelivered(Guest receiver, String destination) {
        assertThat(isDelivered(receiver, destination)).as("delivered to " + destination).isFalse();
    }

    private void awaitDelivered(Guest receiver, String destination) throws Exception {
        Await.until("delivered to " + destination, () -> isDelivered(receiver, destination));
    }

    private void awaitNotDelivered(Guest receiver, String destination) throws Exception {
        Await.until("not delivered to " + destination, () -> !isDelivered(receiver, destination));
    }

    /// Sends a frame with this source from a VM, and looks whether it arrives at another and is counted as forged if not.
    private void assertPasses(String vm, Guest from, String source, boolean passes) throws Exception {
        var text = "number " + ++number + " ";
        long before = lab.drops(vm + ".eth0", "forged_transmit");
        var payload = HexFormat.of().formatHex(text.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        assertThat(from.sendHex(sender.mac() + source + Guest.EXPERIMENT + payload + "00".repeat(40))).isPositive();
        assertThat(sender.hears(text, passes ? 20_000 : 200)).as("a frame of " + source).isEqualTo(passes);
        assertThat(lab.drops(vm + ".eth0", "forged_transmit") - before).isEqualTo(passes ? 0 : 1);
    }
}
