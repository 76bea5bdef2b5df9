package io.etherloom.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A script as administrators write it for a real host, by the command that was built.
@Timeout(90)
class EsxcliScriptIT {
    private static final Path EXAMPLE = Path.of("topologies/esxcli").toAbsolutePath();

    @TempDir Path folder;
    private Launcher launcher;

    @AfterEach void end() throws Exception {
        if (launcher != null) launcher.end();
    }

    /// Spec 8.10: what the script sets holds, is shown as set by hand, and is gone when the file is brought up again.
    @Test void configuresABareHost() throws Exception {
        Need.root();
        Need.jar();
        Need.programs("ping", "awk", "sh");
        launcher = new Launcher(folder);
        var file = launcher.topology("", Files.readString(EXAMPLE.resolve("bare-host.yaml")).replace("name: bare-host", "name: LAB"));
        launcher.run("up", file, "--detach");
        var environment = new HashMap<>(launcher.environment());
        environment.put("PATH", EXAMPLE.resolve("bin") + ":" + System.getenv("PATH"));
        environment.put("ETHERLOOM_HOST", "esx1");
        environment.put("ETHERLOOM_LAB", LocalLab.name(""));
        try (var script = Command.start(List.of("sh", EXAMPLE.resolve("storage-host.sh").toString()), environment)) {
            var outcome = script.await();
            assertThat(outcome.status()).as(outcome.all()).isZero();
            assertThat(outcome.out()).contains("         Received Bytes: 8980", "         Recieved: 2", "         Packet Lost: 0");
        }
        var vSwitch = launcher.shown("vswitches", "name", "vSwitch1");
        assertThat(vSwitch.path("mtu").asInt()).isEqualTo(9000);
        assertThat(launcher.shown("portgroups", "name", "vMotion").path("vlan").asInt()).isEqualTo(30);
        assertThat(launcher.shown("portgroups", "name", "iSCSI-1").path("policies").toString()).contains("[vmnic2]", "set by hand");
        assertThat(launcher.shown("portgroups", "name", "VM Network").path("policies").toString()).contains("set by hand");
        assertThat(launcher.run("up", file).status()).isZero();
        assertThat(launcher.shown("vswitches")).hasSize(1);
        assertThat(launcher.shown("vmkernel")).hasSize(1);
        assertThat(launcher.shown("portgroups").toString()).doesNotContain("set by hand");
    }
}
