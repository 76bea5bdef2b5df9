package io.etherloom.cli;

import io.etherloom.lab.Lab;
import io.etherloom.lab.LabRegistry;
import io.etherloom.lab.StateDirectory;
import io.etherloom.linux.LinkMonitor;
import io.etherloom.linux.LinuxException;
import io.etherloom.linux.Netns;
import io.etherloom.linux.Rtnetlink;
import io.etherloom.linux.Tun;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import picocli.CommandLine.Command;

/// Lives the life of a small lab in memory and calls the verbs on it, so that the JVM learns which classes to keep prepared for the next
/// start (`./build` calls it once with `-XX:AOTCacheOutput`). Needs no rights, touches nothing but a temporary folder and a loopback port.
@Command(name = Verbs.REHEARSE, hidden = true, description = "Starts and ends a lab in memory, to train the start of the JVM.", footer = {
    "  etherloom rehearse"})
final class RehearseCommand extends Verb {
    private static final String TOPOLOGY = """
        name: rehearsal
        metrics: { listen: "127.0.0.1:19480" }
        fabric:
          switches:
            tor1: { ports: { "1": { trunk: [10] }, "2": { trunk: [10] } } }
            tor2: { ports: { "1": { trunk: [10] }, "2": { trunk: [10] } } }
          links: [ { between: [tor1/2, tor2/2] } ]
        hosts:
          esx1:
            pnics: { vmnic0: { link: tor1/1 } }
            vSwitches:
              vSwitch0: { uplinks: [vmnic0], portGroups: { VM Network: { vlan: 10 } } }
          esx2:
            like: esx1
            pnics: { vmnic0: { link: tor2/1 } }
        vms:
          a: { host: esx1, kind: memory, nics: [ { portGroup: VM Network, ip: 10.0.0.1/24 } ] }
          b: { host: esx2, kind: memory, nics: [ { portGroup: VM Network, ip: 10.0.0.2/24 } ] }
        """;
    private static final List<String> SHOWN =
        List.of("hosts", "networks", "vswitches", "portgroups", "ports", "uplinks", "vms", "fdb", "fabric");

    RehearseCommand(World world) {
        super(world);
    }

    @Override
    public Integer call() throws IOException {
        var folder = Files.createTempDirectory("etherloom-rehearsal");
        try {
            var file = Files.writeString(folder.resolve("rehearsal.yaml"), TOPOLOGY);
            var registry = new LabRegistry(StateDirectory.at(folder.resolve("state")));
            var silent = new PrintStream(OutputStream.nullOutputStream());
            var machine = new Machine((topology, claim, _) -> Lab.start(topology, registry, claim, world.version().toString()),
                world.machine().becomes());
            var stage = new World(silent, silent, world.in(), world.environment(), world.version(), () -> registry, machine);
            touchKernel();
            var topologyFile = new TopologyFile(file);
            return new LabProcess(stage, topologyFile.load(stage), topologyFile).run(() -> callVerbs(stage, registry, file));
        } finally {
            delete(folder);
        }
    }

    private static void callVerbs(World stage, LabRegistry registry, Path file) {
        SHOWN.forEach(what -> Main.execute(stage, "show", what));
        Main.execute(stage, "ls");
        Main.execute(stage, "plan", file.toString());
        Main.execute(stage, "link", "down", "esx1/vmnic0");
        Main.execute(stage, "version");
        var client = new LabClient("rehearsal", registry.lab("rehearsal").socket(), stage);
        client.get("/metrics");
        client.post("/v1/shutdown", "");
    }

    /// Loads the bindings that a lab in memory does without; where rights are missing they say so, which is as good.
    private static void touchKernel() {
        try (var link = Rtnetlink.open(); var monitor = LinkMonitor.open()) {
            link.links();
            monitor.await(0);
            new Netns().exists("rehearsal");
            Tun.attach("el-rehearsal", Tun.Options.OFFLOADED).close();
        } catch (LinuxException _) {
            // There is no such interface.
        }
    }

    private static void delete(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
