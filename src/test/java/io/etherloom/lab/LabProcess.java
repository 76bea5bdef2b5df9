package io.etherloom.lab;

import io.etherloom.linux.Tun;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// A process that holds what a lab holds: claim, namespaces, a TAP in each, a command in the first. It says `ready` when it has them, and
/// waits; a line on its input ends it in good order. Tests kill it.
final class LabProcess {
    private LabProcess() {}

    /// @param arguments folder of the state, name of the lab, command for the first VM (may be empty), VMs
    public static void main(String[] arguments) throws Exception {
        var state = StateDirectory.at(Path.of(arguments[0]));
        if (Rootless.isInside()) Rootless.prepare(state);
        var registry = new LabRegistry(state);
        var vms = Arrays.asList(arguments).subList(3, arguments.length);
        try (var claim = registry.claim(arguments[1], Path.of("/tmp/topology.yaml"), "0.1", System.out::println)) {
            try (var namespaces = new LabNamespaces(registry, claim)) {
                namespaces.create(vms);
                var taps = new ArrayList<Tun>();
                for (var vm : vms) taps.add(namespaces.netns().call(namespaces.name(vm), () -> Tun.create("eth0", Tun.Options.OFFLOADED)));
                namespaces.writeHosts(Map.of("web2", List.of("127.0.0.2")));
                var commands = new VmCommands(claim.record(), namespaces, new LabContainers(claim, namespaces, (_, _) -> {}));
                if (!arguments[2].isEmpty()) commands.start(vms.getFirst(), List.of(arguments[2]));
                claim.ready("");
                System.out.println("ready");
                System.in.read();
                claim.stopping();
                commands.stop(vms);
                taps.parallelStream().forEach(Tun::close);
            }
        }
        System.out.println("done");
    }

    /// The command that starts one.
    static List<String> command(String classPath, Path state, String name, String run, String... vms) {
        var words = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java", "-Xshare:auto", "-XX:+UseSerialGC", "-Xmx64m",
            "--enable-native-access=ALL-UNNAMED", "-cp", classPath, LabProcess.class.getName(), state.toString(), name, run));
        words.addAll(List.of(vms));
        return words;
    }

    /// Starts one and waits until it has everything.
    static Process start(List<String> command) throws IOException {
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var said = new StringBuilder();
        for (int c = process.getInputStream().read(); c >= 0; c = process.getInputStream().read()) {
            said.append((char) c);
            if (said.toString().endsWith("ready\n")) return process;
        }
        throw new IllegalStateException("the helper process failed: " + said);
    }

    /// The class path of this test, copied to where every user can read it.
    static String publicClassPath(Path folder) throws Exception {
        var entries = new ArrayList<String>();
        for (var type : List.of(LabRecord.class, LabProcess.class, tools.jackson.core.JsonToken.class, org.slf4j.Logger.class)) {
            var source = Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
            var copy = folder.resolve(entries.size() + (Files.isDirectory(source) ? "" : ".jar"));
            var status = new ProcessBuilder("cp", "-r", source.toString(), copy.toString()).inheritIO().start().waitFor();
            if (status != 0) throw new IOException("cannot copy " + source);
            entries.add(copy.toString());
        }
        new ProcessBuilder("chmod", "-R", "a+rX", folder.toString()).start().waitFor();
        return String.join(File.pathSeparator, entries);
    }
}
