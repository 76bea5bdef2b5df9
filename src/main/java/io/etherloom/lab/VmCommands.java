package io.etherloom.lab;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The commands that a topology runs inside its VMs (`run:`). Each is a shell command in the VM's namespace and a session of its own, so
/// that Ctrl-C in the terminal of the lab does not reach it; it runs in the folder of the topology file. What it writes goes to
/// [LabRecord#runLog]. In a container the engine runs it. One that fails is a warning in the log: the lab lives on. Any thread.
public final class VmCommands {
    private static final Logger LOG = LoggerFactory.getLogger(VmCommands.class);

    private final LabRecord lab;
    private final LabNamespaces namespaces;
    private final LabContainers containers;

    /// Running commands and their VMs. One that is ended on purpose is taken out first: its exit status says nothing.
    private final Map<Process, String> running = new ConcurrentHashMap<>();

    VmCommands(LabRecord lab, LabNamespaces namespaces, LabContainers containers) {
        this.lab = lab;
        this.namespaces = namespaces;
        this.containers = containers;
    }

    /// The words that run a command inside a VM.
    List<String> inside(String vm, List<String> command) {
        if (containers.has(vm)) {
            return containers.exec(vm, List.of("--interactive", "--env", LabRecord.MARK + "=" + lab.mark()), command);
        }
        var words = new ArrayList<>(List.of(Programs.require("ip"), "netns", "exec", namespaces.name(vm)));
        words.addAll(command);
        return words;
    }

    /// Starts the commands, each at once, in the VM's namespace, which must exist with its addresses set.
    ///
    /// @throws LabException ENVIRONMENT if the programs that this needs are missing
    public void start(String vm, List<String> commands) {
        for (var command : commands) start(vm, command);
    }

    private void start(String vm, String command) {
        var words = new ArrayList<>(List.of(Programs.require("setsid")));
        words.addAll(inside(vm, List.of("sh", "-c", command)));
        var builder = new ProcessBuilder(words);
        builder.environment().put(LabRecord.MARK, lab.mark());
        var folder = Path.of(lab.topology()).getParent();
        if (folder != null && Files.isDirectory(folder)) builder.directory(folder.toFile());
        var output = lab.runLog(vm);
        try {
            Files.createDirectories(output.getParent());
            builder.redirectInput(new File("/dev/null")).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
            var process = builder.start();
            running.put(process, vm);
            LOG.info("event=run-started vm={} pid={} command=\"{}\"", vm, process.pid(), command);
            process.onExit().thenAccept(exited -> {
                if (running.remove(exited) != null) report(vm, command, exited.exitValue());
            });
        } catch (IOException e) {
            LOG.warn("event=run-failed vm={} command=\"{}\" reason=\"{}\"", vm, command, e.getMessage());
        }
    }

    private void report(String vm, String command, int status) {
        if (status == 0) {
            LOG.info("event=run-ended vm={} command=\"{}\" status=0", vm, command);
        } else {
            LOG.warn("event=run-ended vm={} command=\"{}\" status={} output={}", vm, command, status, lab.runLog(vm));
        }
    }

    /// Ends the commands of these VMs and whatever else runs inside them, such as shells of `exec`: SIGTERM, and SIGKILL a second later.
    /// Returns once nothing is left.
    public void stop(Collection<String> vms) {
        var started = running.entrySet().stream().filter(entry -> vms.contains(entry.getValue())).map(Map.Entry::getKey).toList();
        started.forEach(running::remove);
        evacuate(vms);
        // One that was started only now may not have been inside yet.
        var late = started.stream().filter(Process::isAlive).toList();
        late.forEach(Process::destroyForcibly);
        if (!late.isEmpty()) evacuate(vms);
    }

    /// In a container only what we have started ends: its own processes are the VM.
    private void evacuate(Collection<String> vms) {
        var parts = vms.stream().collect(Collectors.partitioningBy(containers::has));
        namespaces.evacuate(parts.getOrDefault(false, List.of()));
        namespaces.evacuateMarked(parts.getOrDefault(true, List.of()));
    }
}
