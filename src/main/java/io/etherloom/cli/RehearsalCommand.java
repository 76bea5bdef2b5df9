package io.etherloom.cli;

import io.etherloom.lab.LabRegistry;
import io.etherloom.lab.StateDirectory;
import io.etherloom.topology.Topology;
import io.etherloom.topology.TopologyException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// Runs a small lab and the verbs on it in one process, so that the JVM can record which classes they need: with the cache made of this
/// run, a lab was ready in 0.3 s instead of 1.3 s after its claim. Its VMs are in memory, so it needs no rights, and it leaves nothing.
@Command(name = Verbs.REHEARSAL, hidden = true, description = "What the build runs to prepare a cache for the JVM.", footer = {
    "  etherloom rehearsal topologies/*.yaml", "", "Needs nothing."})
final class RehearsalCommand extends Verb {
    private static final String TOPOLOGY = """
        name: rehearsal
        fabric:
          switches: { tor1: { ports: { "1": { trunk: [10] } } } }
        hosts:
          esx1:
            pnics: { vmnic0: { link: tor1/1 } }
            vSwitches: { vSwitch0: { uplinks: [vmnic0], portGroups: { VM Network: { vlan: 10 } } } }
        vms:
          a: { host: esx1, kind: memory, nics: [ { portGroup: VM Network } ] }
          b: { host: esx1, kind: memory, nics: [ { portGroup: VM Network } ] }
        """;

    @Parameters(arity = "0..*", paramLabel = "FILE", description = "Topology files to read.")
    List<String> files = new ArrayList<>();

    private int failures;

    RehearsalCommand(World world) {
        super(world);
    }

    @Override
    public Integer call() throws IOException {
        var folder = Files.createTempDirectory("etherloom-");
        System.setProperty(StateDirectory.PROPERTY, folder.resolve("state").toString());
        try {
            var file = Files.writeString(folder.resolve("rehearsal.yaml"), TOPOLOGY);
            var quiet = quiet();
            files.forEach(topology -> run(quiet, "validate", topology));
            new LabProcess(quiet, Topology.load(file), new TopologyFile(file), new ListenOption()).run(() -> useLab(quiet, file, folder));
        } catch (TopologyException e) {
            throw new IllegalStateException("the rehearsal's own topology is wrong: " + e.getMessage(), e);
        } finally {
            delete(folder);
        }
        return failures == 0 ? ExitCode.OK : ExitCode.FAILED;
    }

    /// The same world with nobody listening but for faults, and the labs of one folder only.
    private World quiet() {
        var registry = new LabRegistry();
        var nowhere = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
        return new World(nowhere, world.err(), InputStream.nullInputStream(), new HashMap<>(), world.version(), () -> registry, world.machine());
    }

    private void useLab(World quiet, Path file, Path folder) {
        run(quiet, "--help");
        run(quiet, "version");
        run(quiet, "ls");
        run(quiet, "ls", "-o", "json");
        Views.NAMES.forEach(view -> run(quiet, "show", view));
        run(quiet, "show", "vms", "-o", "json");
        run(quiet, "plan", file.toString());
        run(quiet, "vm", "off", "a");
        run(quiet, "vm", "on", "a");
        run(quiet, "nic", "disconnect", "a");
        run(quiet, "link", "down", "esx1/vmnic0");
        run(quiet, "capture", "--port", "b", "--duration", "100ms", "-w", folder.resolve("b.pcapng").toString());
        run(quiet, "top", "--batch", "-d", "0.2", "-n", "1");
        run(quiet, "top", "--batch", "-d", "0.2", "-n", "1", "-o", "json");
        run(quiet, "logs");
        run(quiet, "clean");
        var lab = new LabClient("rehearsal", quiet.registry().get().lab(null).socket(), quiet);
        lab.get("/metrics");
        lab.post("/v1/shutdown", "");
    }

    private void run(World quiet, String... arguments) {
        failures += Main.execute(quiet, arguments) == ExitCode.OK ? 0 : 1;
    }

    private static void delete(Path folder) throws IOException {
        try (var paths = Files.walk(folder)) {
            for (var path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
