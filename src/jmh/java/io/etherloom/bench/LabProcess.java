package io.etherloom.bench;

import io.etherloom.lab.Lab;
import io.etherloom.lab.LabRegistry;
import io.etherloom.topology.Topology;
import io.etherloom.topology.TopologyException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;

/// A lab in a process of its own, as `etherloom up` has it: the production settings of pools, idling and JVM. It prints `ready` and the
/// kernel's id of the agent's thread, and lives until its stdin ends or a signal comes. The lab is entered in the registry, so that
/// `etherloom clean` removes what a killed benchmark leaves.
final class LabProcess {
    private static final String AGENT = "agent-0";

    private LabProcess() {}

    /// @param arguments the topology file
    public static void main(String[] arguments) throws IOException, TopologyException {
        var file = Path.of(arguments[0]);
        var topology = Topology.load(file);
        var registry = new LabRegistry();
        var claim = registry.claim(topology.name(), file, "bench", _ -> { });
        var isClosed = new AtomicBoolean();
        var lab = Lab.start(topology, registry, claim, "bench");
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            if (!isClosed.getAndSet(true)) {
                lab.close();
                claim.close();
            }
        }));
        System.out.println("ready " + threadId(AGENT));
        while (System.in.read() >= 0) {
            Thread.onSpinWait();
        }
        System.exit(0);
    }

    /// Java knows its threads by other numbers than the kernel, which shows the names in `/proc`.
    private static String threadId(String name) throws IOException {
        try (var tasks = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
            for (var task : tasks) {
                if (Files.readString(task.resolve("comm")).strip().equals(name)) {
                    return task.getFileName().toString();
                }
            }
        }
        throw new IllegalStateException("there is no thread " + name);
    }
}
