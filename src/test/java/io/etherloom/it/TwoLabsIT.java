package io.etherloom.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two labs side by side, whose VMs have the same names and addresses.
class TwoLabsIT {
    private static final String TOPOLOGY = """
        name: LAB
        hosts:
          esx1: { vSwitches: { vSwitch0: { portGroups: { Ten: { vlan: 10 } } } } }
        vms:
          web1: { host: esx1, nics: [ { portGroup: Ten, ip: 10.9.0.1/24 } ] }
          web2: { host: esx1, nics: [ { portGroup: Ten, ip: 10.9.0.2/24 } ] }
        """;

    @TempDir
    private Path folder;

    private Launcher launcher;

    @BeforeEach
    void needsRoot() {
        Need.root();
        Need.jar();
        Need.programs("ping");
        launcher = new Launcher(folder);
    }

    @AfterEach
    void leavesNothing() throws Exception {
        if (launcher != null) launcher.end();
    }

    @Test
    void runSideBySideAndAreToldApartByName() throws Exception {
        var one = LocalLab.name("a");
        var two = LocalLab.name("b");
        launcher.good("up", launcher.topology("a", TOPOLOGY), "--detach");
        launcher.good("up", launcher.topology("b", TOPOLOGY.replace("web2", "only2")), "--detach");

        launcher.good("exec", "--lab", one, "web1", "--", "ping", "-c", "1", "-W", "5", "web2");
        launcher.good("exec", two, "web1", "--", "ping", "-c", "1", "-W", "5", "only2");
        assertThat(launcher.run("exec", two, "web1", "--", "getent", "hosts", "web2").status()).as("a name of the other lab").isNotZero();
        assertThat(launcher.good("show", "vms", "--lab", two)).contains("only2").doesNotContain("web2");
        assertThat(launcher.good("show", "vms", one)).contains("web2");
        assertThat(launcher.good("ls", "-o", "json")).contains("\"" + one + "\"", "\"" + two + "\"", "\"pid\"", "\"socket\"");

        for (var words : new String[][] {{"exec", "web1", "--", "true"}, {"show", "ports"}, {"down"}, {"capture", "--port", "web1", "-w", "-"}}) {
            var outcome = launcher.run(words);
            assertThat(outcome.status()).as(String.join(" ", words)).isEqualTo(2);
            assertThat(outcome.err()).contains("several labs run: " + one + ", " + two, "--lab");
        }

        launcher.good("down", one);
        Traces.assertNone(one, launcher.state());
        launcher.good("exec", "web1", "--", "ping", "-c", "1", "-W", "5", "only2");
    }

    @Test
    void refuseAnotherFileWithTheNameOfARunningLab() throws Exception {
        var file = launcher.topology("a", TOPOLOGY);
        launcher.good("up", file, "--detach");
        var other = folder.resolve("other.yaml");
        java.nio.file.Files.copy(Path.of(file), other);
        for (var words : new String[][] {{"up", other.toString()}, {"up", other.toString(), "--detach"}}) {
            var outcome = launcher.run(words);
            assertThat(outcome.status()).as(outcome.all()).isEqualTo(1);
            assertThat(outcome.err()).contains(file, other.toString());
        }
        assertThat(launcher.good("up", file)).contains("is what " + file + " says");
    }
}
