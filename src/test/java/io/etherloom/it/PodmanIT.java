package io.etherloom.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.etherloom.linux.Processes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A VM of kind `container` where there is Podman and no Docker. Podman keeps what is its own in the folder of the test, and needs neither systemd nor a network.
class PodmanIT {
    private static final String IMAGE = "localhost/etherloom-test:1";
    private static final String TOPOLOGY = """
        name: LAB
        hosts:
          esx1: { vSwitches: { vSwitch0: { portGroups: { VM Network: { vlan: 10 } } } } }
        vms:
          web1: { host: esx1, nics: [ { portGroup: VM Network, ip: 10.0.10.11/24 } ] }
          db:
            host: esx1
            kind: container
            image: IMAGE
            command: [sleep, infinity]
            environment: { COLOUR: blue }
            nics: [ { portGroup: VM Network, ip: 10.0.10.21/24 } ]
            run: [ "echo hello > /tmp/hello" ]
        """.replace("IMAGE", IMAGE);

    @TempDir
    private Path folder;

    private final Map<String, String> environment = new HashMap<>();
    private Launcher launcher;

    @BeforeEach
    void makeImage() throws Exception {
        Need.root();
        Need.jar();
        Need.programs("podman", "busybox");
        var own = Files.createDirectory(folder.resolve("podman"));
        environment.put("DOCKER_HOST", "unix:///nowhere.sock");
        environment.put("CONTAINERS_STORAGE_CONF", Files.writeString(own.resolve("storage.conf"),
            "[storage]\ndriver = \"vfs\"\ngraphroot = \"%s/data\"\nrunroot = \"%s/run\"\n".formatted(own, own)).toString());
        environment.put("CONTAINERS_CONF", Files.writeString(own.resolve("containers.conf"),
            "[engine]\ncgroup_manager = \"cgroupfs\"\nevents_logger = \"file\"\ntmp_dir = \"%s/tmp\"\n[network]\nnetwork_config_dir = \"%s/networks\"\n[containers]\ndefault_ulimits = [\"nofile=1024:1024\", \"nproc=1024:1024\"]\n".formatted(own, own)).toString());
        var script = "set -e; mkdir -p root/bin root/tmp root/etc; cp \"$(command -v busybox)\" root/bin/busybox; "
            + "for name in $(root/bin/busybox --list); do [ $name = busybox ] || ln -s busybox root/bin/$name; done; "
            + "tar -C root -c . | podman import -c 'ENV PATH=/bin' -c 'CMD [\"sh\"]' - " + IMAGE;
        var made = podman("sh", "-c", "cd " + own + "; " + script);
        assertThat(made.status()).as(made.all()).isZero();
        launcher = new Launcher(folder);
        environment.forEach(launcher::environment);
    }

    @AfterEach
    void leavesNothing() throws Exception {
        try {
            if (launcher != null) {
                launcher.end();
                assertThat(containers()).isEmpty();
            }
        } finally {
            if (!environment.isEmpty()) {
                podman("podman", "rm", "--all", "--force");
                podman("podman", "rmi", "--all", "--force");
            }
        }
    }

    private Command.Outcome podman(String... words) throws Exception {
        try (var command = Command.start(List.of(words), environment)) {
            return command.await();
        }
    }

    private String containers() throws Exception {
        return podman("podman", "ps", "--all", "--format", "{{.Names}}").out().strip();
    }

    private Command.Outcome inContainer(String... command) throws Exception {
        var words = new ArrayList<>(Stream.of("podman", "exec", "el-" + LocalLab.name("") + "-db").toList());
        words.addAll(List.of(command));
        return podman(words.toArray(String[]::new));
    }

    @Test
    void aContainerIsAVmAndGoneWithItsLab() throws Exception {
        var file = launcher.topology("", TOPOLOGY);
        launcher.good("up", file, "--detach");
        assertThat(containers()).isEqualTo("el-" + LocalLab.name("") + "-db");
        Await.until("web1 answers", () -> inContainer("ping", "-c", "1", "-W", "1", "web1").status() == 0);
        assertThat(launcher.inside("web1", "ping", "-c", "1", "-W", "5", "10.0.10.21").await().status()).isZero();
        assertThat(launcher.good("exec", "db", "--", "sh", "-c", "echo $COLOUR; cat /tmp/hello")).isEqualTo("blue\nhello\n");
        launcher.good("vm", "off", "db");
        launcher.good("vm", "on", "db");
        assertThat(launcher.inside("web1", "ping", "-c", "1", "-W", "5", "10.0.10.21").await().status()).isZero();
        podman("podman", "kill", "el-" + LocalLab.name("") + "-db");
        Await.until("it is off", () -> launcher.shown("vms", "name", "db").path("power").asString().equals("off"));
        assertThat(launcher.good("events", "--type", "container-ended")).contains("The container of db has ended with status 137");
        launcher.good("vm", "on", "db");
        Processes.kill(launcher.pid(LocalLab.name("")), Processes.SIGKILL);
        assertThat(launcher.run("ls").err()).contains("1 container");
        assertThat(containers()).isEmpty();
    }
}
