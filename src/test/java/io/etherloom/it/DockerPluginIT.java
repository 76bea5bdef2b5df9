package io.etherloom.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.model.Capability;
import io.etherloom.linux.Processes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;

/// Containers that Docker puts on port groups of `topologies/vmotion.yaml`.
class DockerPluginIT {
    private static final String WEB1 = "10.0.10.11";
    /// Of this run alone, since Docker knows a driver by its socket.
    private static final String DRIVER = "el" + ProcessHandle.current().pid();
    private static final Path SOCKET = Path.of("/run/docker/plugins", DRIVER + ".sock");
    private static final String NETWORK = DRIVER + "-pg10";
    private static final String CONTAINER = DRIVER + "-c1";

    @TempDir
    private static Path folder;

    private static DockerEngine docker;
    private static Launcher launcher;
    private static Command plugin;

    @BeforeAll
    static void beginLabAndPlugin() throws Exception {
        Need.root();
        Need.jar();
        docker = DockerEngine.need();
        launcher = docker.launcher(folder);
        beginLab();
        beginPlugin();
        docker.good("network", "create", "--driver", DRIVER, "--subnet", "10.0.10.0/24", "-o", "portgroup=VM Network", NETWORK);      // On several hosts: the first.
    }

    private static void beginLab() throws Exception {
        launcher.good("up", launcher.topology("", Files.readString(Path.of("topologies/vmotion.yaml")).replaceFirst("\nname: .*", "\nname: LAB")), "--detach");
    }

    private static void beginPlugin() throws Exception {
        plugin = launcher.start("docker-plugin", "--socket", SOCKET.toString()).awaitText("Ctrl-C ends it.");
    }

    @AfterEach
    void containerGoes() throws Exception {
        docker.run("rm", "--force", CONTAINER);
        assertThat(isVm()).isFalse();
    }

    /// What Docker keeps can be removed without a lab.
    @AfterAll
    static void leavesNothing() throws Exception {
        if (plugin == null) return;
        try {
            run("10.0.10.64");
            launcher.good("down");
            docker.good("rm", "--force", CONTAINER);
            docker.good("network", "rm", NETWORK);
            assertThat(plugin.stop(Processes.SIGINT).status()).as(plugin.err()).isZero();
            assertThat(SOCKET).doesNotExist();
            assertThat(Traces.entries(launcher.state(), "docker")).isEmpty();
        } finally {
            docker.run("rm", "--force", CONTAINER);
            docker.run("network", "rm", NETWORK);
            launcher.end();
        }
    }

    private static void run(String address, String... options) throws Exception {
        var words = new java.util.ArrayList<>(List.of("run", "--detach", "--name", CONTAINER, "--cap-add", "NET_ADMIN", "--network", NETWORK, "--ip", address));
        words.addAll(List.of(options));
        words.addAll(List.of(DockerEngine.IMAGE, "sleep", "1000"));
        docker.good(words.toArray(String[]::new));
    }

    private boolean reaches(String target) throws Exception {
        return docker.run("exec", CONTAINER, "ping", "-c", "1", "-W", "2", target).status() == 0;
    }

    private void assertReaches(String target) throws Exception {
        Await.until("the container reaches " + target, () -> reaches(target));
    }

    private boolean isVm() throws Exception {
        return launcher.shown("vms").stream().anyMatch(vm -> vm.path("name").asString().equals(CONTAINER));
    }

    /// Spec 5.6, 5.9, 7.4: it obeys the policies of its port group, and its connections survive a move.
    @Test
    void aContainerIsAVmOfItsPortGroup() throws Exception {
        run("10.0.10.60");
        assertReaches(WEB1);
        var vm = launcher.shown("vms", "name", CONTAINER);
        assertThat(vm.path("kind").asString()).isEqualTo("external");
        assertThat(vm.path("nics").path(0).path("addresses").toString()).contains("10.0.10.60/24");
        assertThat(launcher.good("trace", "--from", CONTAINER, "--to", "web1")).contains("web1.eth0");

        var ping = launcher.inside("client", "ping", "-n", "-i", "0.01", "10.0.10.60").awaitText("icmp_seq=20 ");
        assertThat(launcher.good("vmotion", CONTAINER, "--to", "esx2")).contains("moved " + CONTAINER + " from esx1 to esx2");
        int now = Pings.highest(ping);
        Await.until("pings go on", () -> Pings.highest(ping) > now + 50);
        assertThat(Pings.missing(ping.stop(Processes.SIGINT).out())).hasSizeLessThan(5);
        assertThat(launcher.shown("ports", "usedBy", CONTAINER + ".eth0").path("host").asString()).isEqualTo("esx2");

        launcher.good("set", "portgroup", "esx2/VM Network", "security.macChanges=reject", "security.forgedTransmits=reject");
        var mac = docker.good("exec", CONTAINER, "cat", "/sys/class/net/eth0/address");
        docker.good("exec", CONTAINER, "ip", "link", "set", "eth0", "address", "02:00:00:00:00:99");
        Await.until("the address is refused", () -> !launcher.good("events", "--type", "mac-change-refused").isEmpty());
        assertThat(reaches(WEB1)).isFalse();
        docker.good("exec", CONTAINER, "ip", "link", "set", "eth0", "address", mac);
        assertReaches(WEB1);

        assertThat(launcher.run("vm", "off", CONTAINER).err()).contains("docker stop " + CONTAINER);
        assertThat(launcher.run("exec", CONTAINER, "--", "true").err()).contains("docker exec " + CONTAINER);
        docker.good("rm", "--force", CONTAINER);
        assertThat(isVm()).isFalse();
    }

    /// The file says nothing of it, so applying the file neither shows nor touches it.
    @Test
    void comesAndGoesWhileItRuns() throws Exception {
        var raw = DRIVER + "-raw";
        run("10.0.10.61");
        assertThat(docker.run("network", "create", "--driver", DRIVER, "-o", "portgroup=Nope", "bad").err()).contains("has no port group Nope; it has VM Network, VMotion");
        docker.good("network", "create", "--driver", DRIVER, "--ipam-driver", "null", "-o", "portgroup=VM Network", "-o", "host=esx2", raw);
        try {
            docker.good("network", "connect", raw, CONTAINER);
            assertThat(launcher.shown("vms", "name", CONTAINER + "-" + raw).path("host").asString()).isEqualTo("esx2");
            docker.good("exec", CONTAINER, "ip", "address", "add", "10.9.0.1/24", "dev", "eth1");
            assertThat(launcher.good("plan", folder.resolve(LocalLab.name("") + ".yaml").toString())).doesNotContain(CONTAINER);
            launcher.good("up", folder.resolve(LocalLab.name("") + ".yaml").toString());
            docker.good("network", "disconnect", NETWORK, CONTAINER);
            assertThat(isVm()).isFalse();
            assertThat(docker.good("exec", CONTAINER, "ls", "/sys/class/net")).contains("eth1").doesNotContain("eth0");
            docker.good("network", "connect", NETWORK, CONTAINER);
            assertThat(isVm()).isTrue();
            assertReaches(WEB1);
        } finally {
            docker.run("network", "disconnect", "--force", raw, CONTAINER);
            docker.good("network", "rm", raw);
        }
    }

    @Test
    void testcontainersPutsContainersOnAPortGroup() throws Exception {
        try (var server = new GenericContainer<>(DockerImageName.parse(DockerEngine.IMAGE)).withImagePullPolicy(_ -> false).withNetworkMode(NETWORK)
                .withCreateContainerCmdModifier(command -> command.withName(CONTAINER).getHostConfig().withCapAdd(Capability.NET_ADMIN))
                .withCommand("sh", "-c", "mkdir /www; echo hello > /www/index.html; exec httpd -f -h /www")) {
            server.start();
            assertThat(server.execInContainer("ping", "-c", "1", "-W", "5", WEB1).getExitCode()).isZero();
            var address = launcher.shown("vms", "name", CONTAINER).path("nics").path(0).path("addresses").path(0).asString().replace("/24", "");
            var answer = launcher.inside("web1", "bash", "-c", "exec 3<>/dev/tcp/" + address + "/80; printf 'GET / HTTP/1.0\\r\\n\\r\\n' >&3; cat <&3").await();
            assertThat(answer.out()).contains("hello");
        }
        assertThat(isVm()).isFalse();
    }

    @Test
    void aPluginThatIsKilledAndBegunAgainGoesOn() throws Exception {
        run("10.0.10.62");
        assertReaches(WEB1);
        Processes.kill(plugin.pid(), Processes.SIGKILL);
        plugin.await();
        assertReaches(WEB1);      // The lab holds the interface.
        try (var removal = docker.start("rm", "--force", CONTAINER)) {
            beginPlugin();      // Docker tries for some seconds.
            assertThat(plugin.out()).contains("known are 1 network");
            assertThat(removal.await().status()).isZero();
        }
        Await.until("it has left", () -> !isVm());
        run("10.0.10.62");
        assertReaches(WEB1);
    }

    @Test
    void aLabThatIsKilledLeavesContainersThatCanBeRemoved() throws Exception {
        run("10.0.10.63");
        Processes.kill(launcher.pid(LocalLab.name("")), Processes.SIGKILL);
        Await.until("its interface is gone", () -> !docker.good("exec", CONTAINER, "ls", "/sys/class/net").contains("eth0"));
        docker.good("network", "disconnect", NETWORK, CONTAINER);
        assertThat(docker.run("network", "connect", NETWORK, CONTAINER).err()).contains("no lab " + LocalLab.name("") + " runs");
        launcher.run("ls");      // Removes what it left.
        beginLab();
        docker.good("network", "connect", NETWORK, CONTAINER);
        assertReaches(WEB1);
    }
}
