package io.etherloom.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.model.Capability;
import io.etherloom.linux.Processes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;

/// Containers that Docker puts on port groups of `topologies/vmotion.yaml`.
class DockerPluginIT {
    private static final String WEB1 = "10.0.10.11";
    private static final AtomicInteger TESTS = new AtomicInteger();

    @TempDir
    private Path folder;

    private DockerEngine docker;
    private Launcher launcher;
    private Command plugin;
    /// Of this test alone, since Docker knows a driver by its socket, and keeps a connection to it.
    private final String driver = "el" + ProcessHandle.current().pid() + "x" + TESTS.incrementAndGet();
    private final Path socket = Path.of("/run/docker/plugins", driver + ".sock");
    private final String network = driver + "-pg10";
    private final String container = driver + "-c1";

    @BeforeEach
    void beginLabAndPlugin() throws Exception {
        Need.root();
        Need.jar();
        docker = DockerEngine.need();
        launcher = docker.launcher(folder);
        beginLab();
        beginPlugin();
        docker.good("network", "create", "--driver", driver, "--subnet", "10.0.10.0/24", "-o", "portgroup=VM Network", "-o", "host=esx1", network);
    }

    private void beginLab() throws Exception {
        launcher.good("up", launcher.topology("", Files.readString(Path.of("topologies/vmotion.yaml")).replaceFirst("\nname: .*", "\nname: LAB")), "--detach");
    }

    private void beginPlugin() throws Exception {
        plugin = launcher.start("docker-plugin", "--socket", socket.toString()).awaitText("Ctrl-C ends it.");
    }

    @AfterEach
    void leavesNothing() throws Exception {
        if (plugin == null) return;
        docker.run("rm", "--force", container);
        docker.run("network", "rm", network);
        assertThat(plugin.stop(Processes.SIGINT).status()).as(plugin.err()).isZero();
        assertThat(socket).doesNotExist();
        launcher.end();
        assertThat(Traces.entries(launcher.state(), "docker")).isEmpty();
        assertThat(docker.good("network", "ls", "--format", "{{.Driver}}")).doesNotContain(driver);
    }

    private void run(String address, String... options) throws Exception {
        var words = new java.util.ArrayList<>(List.of("run", "--detach", "--name", container, "--cap-add", "NET_ADMIN", "--network", network, "--ip", address));
        words.addAll(List.of(options));
        words.addAll(List.of(DockerEngine.IMAGE, "sleep", "1000"));
        docker.good(words.toArray(String[]::new));
    }

    private boolean reaches(String target) throws Exception {
        return docker.run("exec", container, "ping", "-c", "1", "-W", "2", target).status() == 0;
    }

    private void assertReaches(String target) throws Exception {
        Await.until("the container reaches " + target, () -> reaches(target));
    }

    private boolean isVm() throws Exception {
        return launcher.shown("vms").stream().anyMatch(vm -> vm.path("name").asString().equals(container));
    }

    /// Spec 5.6, 5.9, 7.4: it obeys the policies of its port group, and its connections survive a move.
    @Test
    void aContainerIsAVmOfItsPortGroup() throws Exception {
        run("10.0.10.60");
        assertReaches(WEB1);
        var vm = launcher.shown("vms", "name", container);
        assertThat(vm.path("kind").asString()).isEqualTo("external");
        assertThat(vm.path("nics").path(0).path("addresses").toString()).contains("10.0.10.60/24");
        assertThat(launcher.good("trace", "--from", container, "--to", "web1")).contains("web1.eth0");

        var ping = launcher.inside("client", "ping", "-n", "-i", "0.01", "10.0.10.60").awaitText("icmp_seq=20 ");
        assertThat(launcher.good("vmotion", container, "--to", "esx2")).contains("moved " + container + " from esx1 to esx2");
        int now = Pings.highest(ping);
        Await.until("pings go on", () -> Pings.highest(ping) > now + 50);
        assertThat(Pings.missing(ping.stop(Processes.SIGINT).out())).hasSizeLessThan(5);
        assertThat(launcher.shown("ports", "usedBy", container + ".eth0").path("host").asString()).isEqualTo("esx2");

        launcher.good("set", "portgroup", "esx2/VM Network", "security.macChanges=reject", "security.forgedTransmits=reject");
        var mac = docker.good("exec", container, "cat", "/sys/class/net/eth0/address");
        docker.good("exec", container, "ip", "link", "set", "eth0", "address", "02:00:00:00:00:99");
        Await.until("the address is refused", () -> !launcher.good("events", "--type", "mac-change-refused").isEmpty());
        assertThat(reaches(WEB1)).isFalse();
        docker.good("exec", container, "ip", "link", "set", "eth0", "address", mac);
        assertReaches(WEB1);

        assertThat(launcher.run("vm", "off", container).err()).contains("docker stop " + container);
        assertThat(launcher.run("exec", container, "--", "true").err()).contains("docker exec " + container);
        docker.good("rm", "--force", container);
        assertThat(isVm()).isFalse();
    }

    /// The file says nothing of it, so applying the file neither shows nor touches it.
    @Test
    void comesAndGoesWhileItRuns() throws Exception {
        var raw = driver + "-raw";
        run("10.0.10.61");
        assertThat(docker.run("network", "create", "--driver", driver, "-o", "portgroup=VM Network", "bad").err())
            .contains("is on several hosts, esx1, esx2, esx3; say on which: -o host=esx1");
        assertThat(docker.run("network", "create", "--driver", driver, "-o", "portgroup=Nope", "bad").err()).contains("has no port group Nope; it has VM Network, VMotion");
        docker.good("network", "create", "--driver", driver, "--ipam-driver", "null", "-o", "portgroup=VM Network", "-o", "host=esx2", raw);
        try {
            docker.good("network", "connect", raw, container);
            assertThat(launcher.shown("vms", "name", container + "-" + raw).path("host").asString()).isEqualTo("esx2");
            docker.good("exec", container, "ip", "address", "add", "10.9.0.1/24", "dev", "eth1");
            assertThat(launcher.good("plan", folder.resolve(LocalLab.name("") + ".yaml").toString())).doesNotContain(container);
            launcher.good("up", folder.resolve(LocalLab.name("") + ".yaml").toString());
            docker.good("network", "disconnect", network, container);
            assertThat(isVm()).isFalse();
            assertThat(docker.good("exec", container, "ls", "/sys/class/net")).contains("eth1").doesNotContain("eth0");
            docker.good("network", "connect", network, container);
            assertThat(isVm()).isTrue();
            assertReaches(WEB1);
        } finally {
            docker.run("network", "disconnect", "--force", raw, container);
            docker.good("network", "rm", raw);
        }
    }

    @Test
    void testcontainersPutsContainersOnAPortGroup() throws Exception {
        try (var server = new GenericContainer<>(DockerImageName.parse(DockerEngine.IMAGE)).withImagePullPolicy(_ -> false).withNetworkMode(network)
                .withCreateContainerCmdModifier(command -> command.withName(container).getHostConfig().withCapAdd(Capability.NET_ADMIN))
                .withCommand("sh", "-c", "mkdir /www; echo hello > /www/index.html; exec httpd -f -h /www")) {
            server.start();
            assertThat(server.execInContainer("ping", "-c", "1", "-W", "5", WEB1).getExitCode()).isZero();
            var address = launcher.shown("vms", "name", container).path("nics").path(0).path("addresses").path(0).asString().replace("/24", "");
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
        try (var removal = docker.start("rm", "--force", container)) {
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
        Await.until("its interface is gone", () -> !docker.good("exec", container, "ls", "/sys/class/net").contains("eth0"));
        docker.good("network", "disconnect", network, container);
        assertThat(docker.run("network", "connect", network, container).err()).contains("no lab " + LocalLab.name("") + " runs");
        launcher.run("ls");      // Removes what it left.
        beginLab();
        docker.good("network", "connect", network, container);
        assertReaches(WEB1);
        launcher.good("down");
        docker.good("rm", "--force", container);
        docker.good("network", "rm", network);
    }
}
