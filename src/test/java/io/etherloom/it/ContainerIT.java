package io.etherloom.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.etherloom.linux.Processes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// VMs of kind `container`.
class ContainerIT {
    private static final String TOPOLOGY = """
        name: LAB
        hosts:
          esx1:
            vSwitches:
              vSwitch0:
                portGroups:
                  VM Network: { vlan: 10, security: { macChanges: reject, forgedTransmits: reject } }
        vms:
          web1: { host: esx1, nics: [ { portGroup: VM Network, ip: 10.0.10.11/24 } ] }
          db:
            host: esx1
            kind: container
            image: IMAGE
            command: [sleep, infinity]
            environment: { COLOUR: blue }
            nics: [ { portGroup: VM Network, ip: 10.0.10.21/24 }, { portGroup: VM Network } ]
            run: [ "mkdir /www; echo hello > /www/index.html; httpd -f -h /www" ]
        """.replace("IMAGE", DockerEngine.IMAGE);

    @TempDir
    private Path folder;

    private DockerEngine docker;
    private Launcher launcher;

    @BeforeEach
    void beginLab() throws Exception {
        Need.root();
        Need.jar();
        docker = DockerEngine.need();
        launcher = docker.launcher(folder);
    }

    @AfterEach
    void leavesNothing() throws Exception {
        if (launcher != null) {
            launcher.end();
            assertThat(ours()).as("containers").isEmpty();
        }
    }

    private String name(String vm) {
        return "el-" + LocalLab.name("") + "-" + vm;
    }

    private String ours() throws Exception {
        return docker.good("ps", "--all", "--format", "{{.Names}}", "--filter", "name=" + name(""));
    }

    private void up(String topology) throws Exception {
        launcher.good("up", launcher.topology("", topology), "--detach");
    }

    private Command.Outcome exec(String vm, String... command) throws Exception {
        return launcher.run(Stream.concat(Stream.of("exec", vm, "--"), Arrays.stream(command)).toArray(String[]::new));
    }

    private boolean reaches(String vm, String target) throws Exception {
        var ping = new String[] {"ping", "-c", "1", "-W", "1", target};
        return (vm.equals("db") ? inContainer(ping) : launcher.inside(vm, ping).await()).status() == 0;
    }

    /// Without a start of our own program.
    private Command.Outcome inContainer(String... command) throws Exception {
        return docker.run(Stream.concat(Stream.of("exec", name("db")), Arrays.stream(command)).toArray(String[]::new));
    }

    private void assertReaches(String vm, String target) throws Exception {
        Await.until(vm + " reaches " + target, () -> reaches(vm, target));
    }

    @Test
    void isAVmOnItsPortGroup() throws Exception {
        up(TOPOLOGY);
        assertReaches("db", "web1");      // By its name.
        assertReaches("web1", "db");
        Await.until("its command runs", () -> inContainer("wget", "-q", "-O", "-", "http://localhost/").out().equals("hello\n"));
        assertThat(exec("db", "sh", "-c", "echo $COLOUR").out()).isEqualTo("blue\n");
        assertThat(exec("db", "sh", "-c", "exit 7").status()).isEqualTo(7);
        assertThat(inContainer("ls", "/sys/class/net").out()).contains("eth0", "eth1");
        assertThat(launcher.shown("vms", "name", "db").path("kind").asString()).isEqualTo("container");

        // Spec 5.6: an address of its own is refused, and nothing comes through until it is put back.
        var mac = inContainer("cat", "/sys/class/net/eth0/address").out().strip();
        assertThat(inContainer("ip", "link", "set", "eth0", "address", "02:00:00:00:00:99").status()).isZero();
        Await.until("the address is refused", () -> !launcher.good("events", "--type", "mac-change-refused").isEmpty());
        assertThat(reaches("db", "10.0.10.11")).isFalse();
        inContainer("ip", "link", "set", "eth0", "address", mac);
        assertReaches("db", "10.0.10.11");

        launcher.good("vm", "off", "db");
        assertThat(docker.good("inspect", "--format", "{{.State.Running}}", name("db"))).isEqualTo("false");
        assertThat(exec("db", "true").err()).contains("db is off");
        launcher.good("vm", "on", "db");
        assertReaches("web1", "10.0.10.21");
        assertThat(inContainer("cat", "/www/index.html").out()).as("what it wrote before").isEqualTo("hello\n");
        launcher.good("up", launcher.topology("", TOPOLOGY.replace("blue", "red")));
        assertThat(inContainer("sh", "-c", "echo $COLOUR").out()).isEqualTo("red\n");
        assertReaches("web1", "10.0.10.21");
        var asNamespace = "  db: { host: esx1, nics: [ { portGroup: VM Network, ip: 10.0.10.21/24 } ] }\n";
        launcher.good("up", launcher.topology("", TOPOLOGY.replaceAll("(?s)  db:.*", asNamespace)));
        assertThat(ours()).as("db is a namespace now").isEmpty();
        assertThat(launcher.inside("db", "ping", "-c", "1", "-W", "5", "10.0.10.11").await().status()).isZero();
        launcher.good("down");
        assertThat(ours()).isEmpty();
    }

    @Test
    void thatEndsByItselfIsOffAndTheLabGoesOn() throws Exception {
        up(TOPOLOGY);
        docker.good("kill", name("db"));
        Await.until("it is off", () -> launcher.shown("vms", "name", "db").path("power").asString().equals("off"));
        assertThat(launcher.good("events", "--type", "container-ended")).contains("The container of db has ended with status 137");
        assertThat(launcher.shown("ports").toString()).contains("web1.eth0").doesNotContain("db.eth0");
        launcher.good("vm", "on", "db");
        assertReaches("web1", "10.0.10.21");
    }

    @Test
    void ofAKilledLabIsRemovedByTheNextCommandAndNoOther() throws Exception {
        up(TOPOLOGY);
        docker.good("run", "--detach", "--network", "none", "--name", name("other"), DockerEngine.IMAGE, "sleep", "100");
        try {
            Processes.kill(launcher.pid(LocalLab.name("")), Processes.SIGKILL);
            assertThat(launcher.run("ls").err()).contains("1 container");
            assertThat(ours()).isEqualTo(name("other"));
        } finally {
            docker.good("rm", "--force", name("other"));
        }
    }

    /// An engine may need half an hour for it.
    @Test
    void theLabGoesOnWhileAnImageIsFetched() throws Exception {
        try (var registry = new ImageRegistry(docker, Files.createDirectory(folder.resolve("image")))) {
            up(TOPOLOGY.replaceAll("(?s)  db:.*", ""));
            var wanted = TOPOLOGY.replace("image: " + DockerEngine.IMAGE, "pull: yes\n    image: " + registry.image());
            var applying = launcher.start("up", launcher.topology("", wanted));
            registry.awaitAsked();
            launcher.good("set", "portgroup", "esx1/VM Network", "vlan=20");
            assertThat(launcher.shown("vms").toString()).doesNotContain("db");
            assertThat(applying.isAlive()).isTrue();
            registry.answer();
            assertThat(applying.await().status()).as(applying.out() + applying.err()).isZero();
            assertReaches("web1", "10.0.10.21");
            launcher.good("down");

            var refused = launcher.run("up", launcher.topology("", wanted.replace(registry.image(), registry.missing())), "--detach");
            assertThat(refused.status()).as(refused.all()).isEqualTo(4);
            assertThat(refused.err().strip().lines()).singleElement().asString().contains("the image " + registry.missing() + " cannot be fetched: ");
        }
    }

    @Test
    void saysWhatIsMissing() throws Exception {
        assertThat(fault(DockerEngine.IMAGE, "nobody/nothing:1")).isEqualTo("etherloom: there is no image nobody/nothing:1; fetch it: docker --host " + docker.host()
            + " pull nobody/nothing:1, or write pull: yes");
        assertThat(fault("sleep, infinity", "sh, -c, echo no file; exit 3")).contains("db: its container ended at once, with status 3 and the words: no file; a VM is on as long as");
        assertThat(fault("sleep, infinity", "slep")).contains("db: its container cannot be started", "\"slep\": executable file not found");
        docker.good("create", "--name", name("db"), DockerEngine.IMAGE);
        try {
            assertThat(fault("", "")).contains("is already in use by container");
            assertThat(ours()).isEqualTo(name("db"));
        } finally {
            docker.good("rm", name("db"));
        }
        launcher.environment("DOCKER_HOST", "unix:///nowhere.sock");
        launcher.environment("CONTAINERS_CONF", "/nowhere.conf");      // So that Podman, where it is installed, does not answer either.
        assertThat(fault("", "")).contains("there is no engine for containers: docker does not answer: ", ", and podman ", "; DOCKER_HOST is unix:///nowhere.sock");
    }

    private String fault(String written, String wrong) throws Exception {
        var outcome = launcher.run("up", launcher.topology("", TOPOLOGY.replace(written, wrong)), "--detach");
        assertThat(outcome.status()).as(outcome.all()).isEqualTo(4);
        return outcome.err().strip();
    }
}
