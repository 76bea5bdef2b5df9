package io.etherloom.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.etherloom.lab.GotchaFile;
import io.etherloom.topology.Setting;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Some of the known traps with guests that are namespaces: what their own programs see before and after the cure that the file gives. All
/// others are run in memory.
class GotchasIT {
    @TempDir
    private Path folder;

    private GotchaFile file;
    private LocalLab lab;

    @BeforeEach
    void needsRights() {
        Need.root();
        Need.programs("ping", "ip", "sysctl");
    }

    @AfterEach
    void leavesNothing() throws Exception {
        if (lab != null) lab.close();
    }

    private void start(String name) throws Exception {
        file = GotchaFile.of(name);
        lab = LocalLab.start(folder, file.text().replaceFirst("\nname: .*", "\nname: LAB"));
    }

    private void cure() {
        for (var words : file.cure(1)) {
            switch (words.getFirst()) {
                case "set" -> lab.lab().set(kind(words.get(1)), words.get(2), words.subList(3, words.size()));
                case "link" -> lab.lab().link(words.get(2).split("/")[0], words.get(2).split("/")[1], words.get(1).equals("up"));
                default -> throw new AssertionError(words);
            }
        }
    }

    private static Setting.Kind kind(String word) {
        return Arrays.stream(Setting.Kind.values()).filter(kind -> kind.word().equals(word)).findFirst().orElseThrow();
    }

    /// Spec 9.5
    @Test
    void anEtherChannelUnderPortIdLosesTheAnswersThatComeByTheOtherUplink() throws Exception {
        start("9.05-channel-with-portid");
        lab.assertReaches("web1", "10.0.10.51");
        assertThat(lab.reaches("web1", "10.0.10.50")).isFalse();
        assertThat(lab.drops("vmnic1", "wrong_uplink")).isPositive();
        cure();
        lab.assertReaches("web1", "10.0.10.50");
        lab.assertReaches("web1", "10.0.10.51");
    }

    /// Spec 9.15, 2.20: the BPDUs are those of a bridge of the guest's kernel.
    @Test
    void aGuestsBridgeShutsOnePhysicalPortAfterTheOther() throws Exception {
        start("9.15-guest-bpdu-err-disable");
        lab.assertReaches("web1", "10.0.10.50");
        for (var command : List.of("link add br0 type bridge stp_state 1", "link set eth0 master br0", "link set br0 up")) {
            assertThat(lab.exec("vpn", ("ip " + command).split(" ")).status()).as(command).isZero();
        }
        Await.until("both ports are shut", () -> lab.uplink("esx1", "vmnic0").link().equals("down") && lab.uplink("esx1", "vmnic1").link().equals("down"));
        assertThat(lab.reaches("web1", "10.0.10.50")).isFalse();
        cure();
        lab.assertReaches("web1", "10.0.10.50");
        long before = lab.drops("vpn.eth0", "bpdu_filtered");
        Await.until("BPDUs end at the guest's port", () -> lab.drops("vpn.eth0", "bpdu_filtered") > before);
        lab.assertReaches("web1", "10.0.10.50");
    }

    /// Spec 9.24: the address of a macvlan makes the guest promiscuous, which nobody had to say.
    @Test
    void aContainerWithAMacOfItsOwnIsReachedWhenBothPoliciesAreAccepted() throws Exception {
        start("9.24-container-macvlan");
        Await.until("the container has its address", () -> lab.exec("docker1", "ip", "-o", "addr").out().contains("10.0.10.100/24"));
        assertThat(lab.reaches("client", "10.0.10.100")).isFalse();
        assertThat(lab.drops("docker1.eth0", "forged_transmit")).isPositive();
        cure();
        lab.assertReaches("client", "10.0.10.100");
    }
}
