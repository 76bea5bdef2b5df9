package io.etherloom.it;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A running lab follows what guests do to their interfaces. Spec 2.33.
class GuestFiltersIT extends OneLab {
    private static final String TOPOLOGY = """
        name: LAB
        hosts:
          esx1:
            vSwitches: { vSwitch0: { portGroups: { Ten: { vlan: 10 }, Other: { vlan: 10 } } } }
        vms:
          a: { host: esx1, nics: [ { portGroup: Ten, ip: 10.9.0.1/24 } ] }
          b: { host: esx1, nics: [ { portGroup: Ten, ip: 10.9.0.2/24 } ] }
        """;
    private static final String NEW_MAC = "0200000000bb";
    private static final String NEW_MAC_TEXT = "02:00:00:00:00:bb";

    @BeforeEach
    void startLab() throws Exception {
        start(TOPOLOGY, "ping");
    }

    private long received(String vm) {
        return lab.port(vm + ".eth0").outFrames();
    }

    /// Whether a frame to this address comes to b; if not, it is dropped where it entered.
    private boolean comes(Guest from, String destination) throws Exception {
        long before = received("b");
        long droppedBefore = lab.port("a.eth0").dropped();
        from.sendHex(destination + from.mac() + Guest.EXPERIMENT + "00".repeat(46));
        Await.until("the frame has ended", () -> received("b") > before || lab.port("a.eth0").dropped() > droppedBefore);
        return received("b") > before;
    }

    /// Spec 5.6, 2.2.
    @Test
    void framesFindTheAddressThatTheGuestSet() throws Exception {
        var a = lab.guest("a");
        assertThat(comes(a, NEW_MAC)).as("before").isFalse();
        lab.exec("b", "ip", "link", "set", "eth0", "address", NEW_MAC_TEXT);
        Await.until("frames to the new address come", () -> comes(a, NEW_MAC));
        lab.assertReaches("a", "10.9.0.2");
    }

    /// Spec 2.27.
    @Test
    void aGroupComesToWhoAskedForIt() throws Exception {
        var a = lab.guest("a");
        Await.until("a group that nobody asked for is kept away", () -> !comes(a, "01005e070707"));
        lab.exec("b", "ip", "maddr", "add", "01:00:5e:07:07:07", "dev", "eth0");
        Await.until("the group comes", () -> comes(a, "01005e070707"));
    }

    /// Spec 1.9: the vNIC gets another port, and what its guest asked for goes with it.
    @Test
    void whatTheGuestAskedForIsKnownAtItsNextPort() throws Exception {
        var a = lab.guest("a");
        lab.exec("b", "ip", "link", "set", "eth0", "address", NEW_MAC_TEXT);
        Await.until("frames to the new address come", () -> comes(a, NEW_MAC));
        lab.apply(TOPOLOGY.replace("b: { host: esx1, nics: [ { portGroup: Ten", "b: { host: esx1, nics: [ { portGroup: Other"));
        assertThat(comes(a, NEW_MAC)).as("at once").isTrue();
    }

    @Test
    void aVmThatIsSwitchedOffAndOnIsWatchedAgain() throws Exception {
        var a = lab.guest("a");
        lab.lab().power("b", false);
        lab.lab().power("b", true);
        assertThat(lab.exec("b", "ip", "link", "set", "eth0", "address", NEW_MAC_TEXT).status()).isZero();
        Await.until("frames to the new address come", () -> comes(a, NEW_MAC));
    }
}
