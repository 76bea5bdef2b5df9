package io.etherloom.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The same quickstart for an ordinary user. The test is root only to become one, in a mount namespace where `/dev/net/tun` is open to
/// all, as udev makes it on most machines.
class RootlessLauncherIT {
    private static final String NOBODY = "65534";

    @TempDir
    private Path folder;

    private final String lab = LocalLab.name("");
    private Launcher launcher;
    private String file;

    /// Words that run what follows as an ordinary user.
    private static String[] asNobody(String tunMode) {
        return new String[] {"unshare", "--mount", "sh", "-c", "mount -t tmpfs tmpfs /dev/net && mknod -m " + tunMode
            + " /dev/net/tun c 10 200 && exec setpriv --reuid " + NOBODY + " --regid " + NOBODY + " --clear-groups \"$@\"", "sh"};
    }

    @BeforeEach
    void needsRoot() throws Exception {
        Need.root();
        Need.jar();
        Need.programs("ping", "setpriv", "unshare", "nsenter");
        var attempt = new ArrayList<>(List.of(asNobody("666")));
        attempt.addAll(List.of("unshare", "--user", "--map-root-user", "--mount", "--net", "true"));
        assumeTrue(Command.run(attempt).status() == 0, "needs a kernel that lets ordinary users make user namespaces");
        var home = checkoutForAll();
        launcher = new Launcher(folder, folder.resolve("state"), home, asNobody("666"));
        file = launcher.topology("", Files.readString(Path.of("topologies/quickstart.yaml")).replace("name: quickstart", "name: LAB"));
    }

    /// What a program needs of the checkout, where every user can read it.
    private Path checkoutForAll() throws Exception {
        var home = folder.resolve("etherloom-home");
        Files.createDirectories(home.resolve("target"));
        for (var part : List.of("etherloom", "build", "target/etherloom.jar", "target/lib")) {
            assertThat(Command.run("cp", "-r", part, home.resolve(part).toString()).status()).isZero();
        }
        Command.run("chmod", "-R", "a+rX", folder.toString());
        Command.run("chmod", "1777", folder.toString());
        return home;
    }

    @AfterEach
    void leavesNothing() throws Exception {
        if (launcher != null) launcher.end();
    }

    @Test
    void runsQuickstartAndLeavesNothing() throws Exception {
        assertThat(launcher.good("up", file, "--detach")).contains("lab " + lab + " is up");
        assertThat(Command.run("ip", "netns").out()).doesNotContain(lab);
        launcher.good("exec", "web1", "--", "ping", "-c", "1", "-W", "5", "web2");
        launcher.good("exec", "web1", "--", "ping", "-c", "1", "-W", "5", "db1");
        assertThat(launcher.good("show", "ports")).contains("web1.eth0", "vmnic0");
        assertThat(launcher.good("exec", "web1", "--", "id", "-u")).isEqualTo("0\n");

        var capture = folder.resolve("capture.pcapng");
        var captured = launcher.start("capture", "--port", "web1", "--count", "4", "-w", capture.toString());
        Await.until("the capture has begun", () -> Files.exists(capture) && Files.size(capture) > 0);
        launcher.good("exec", "web1", "--", "ping", "-c", "2", "-i", "0.2", "-W", "5", "web2");
        assertThat(captured.await().out()).contains("4 frames written");

        var words = new String[] {"bench", "rfc2544", "--from", "web1", "--to", "web2", "--sizes", "64,9018", "--max-rate", "200", "--duration", "200ms", "--max-burst", "16"};
        assertThat(launcher.good(words)).contains("max-rate", ">= 16", "left out: 9018 octets: the MTU of the interfaces is 1500");

        assertThat(launcher.good("down")).isEqualTo("lab " + lab + " is down\n");
        Traces.assertNone(lab, launcher.state());
    }

    /// Processes of QEMU inside the namespaces of hosts that exist only for the lab, with TAPs that no namespace with a name has, and a move between them.
    @Test
    void runsAGuestOfQemuAndMovesIt() throws Exception {
        Need.qemu();
        Command.run("cp", "-r", "target/guest", folder.resolve("etherloom-home/target/guest").toString());
        Command.run("chmod", "-R", "a+rX", folder.resolve("etherloom-home").toString());
        var guests = launcher.topology("q", Files.readString(Path.of("topologies/vmotion-qemu.yaml")).replaceFirst("\nname: .*", "\nname: LAB")
            .replace("kind: qemu,", "kind: qemu, netdev: tap,"));
        launcher.good("up", guests, "--detach");
        assertThat(launcher.good("exec", "web1", "--", "id", "-u")).isEqualTo("0\n");
        assertThat(launcher.good("vmotion", "web1", "--to", "esx2")).contains("moved web1 from esx1 to esx2");
        launcher.good("exec", "client", "--", "ping", "-c", "2", "-W", "5", "10.0.10.11");
        launcher.good("down");
        Traces.assertNone(LocalLab.name("q"), launcher.state());
    }

    @Test
    void sweepsAKilledLabOfAnOrdinaryUser() throws Exception {
        launcher.good("up", file, "--detach");
        io.etherloom.linux.Processes.kill(launcher.pid(lab), io.etherloom.linux.Processes.SIGKILL);
        assertThat(launcher.run("ls").err()).contains("was killed");
        Traces.assertNone(lab, launcher.state());
    }

    @Test
    void saysWhatIsMissingWithoutTheRightToOpenTun() throws Exception {
        var barred = new Launcher(folder, launcher.state(), folder.resolve("etherloom-home"), asNobody("600"));
        for (var words : new String[][] {{"up", file}, {"up", file, "--detach"}}) {
            var outcome = barred.run(words);
            assertThat(outcome.status()).as(outcome.all()).isEqualTo(4);
            assertThat(outcome.err()).contains("/dev/net/tun", "sudo chmod 0666 /dev/net/tun").doesNotContain("\tat ");
        }
        Traces.assertNone(lab, launcher.state());
    }
}
