package io.etherloom.bench;

import io.etherloom.topology.Topology;
import io.etherloom.topology.TopologyException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Labs as their users start them, by `./etherloom up` and its choice of JVM options, each in a process of its own. They are entered in
/// the registry, so that `./etherloom clean` removes what a killed benchmark leaves.
final class Lab {
    /// Options of a topology whose agents poll and never sleep.
    static final String BUSY_POLL = "agents: { idle: busyPoll }\n";

    private static final Pattern JAVA_OPTIONS = Pattern.compile("^lab_options=\"([^\"]+)\"", Pattern.MULTILINE);
    private static final Pattern METRICS = Pattern.compile("^metrics: .*\"(.+)\"", Pattern.MULTILINE);
    private static final String PORT_GROUP = "VM Network";

    private Lab() {}

    /// The name of a lab of this run; its namespaces begin with `el-` and this name.
    static String name(String what) {
        return "bench-" + ProcessHandle.current().pid() + "-" + what;
    }

    static String namespace(String lab, String vm) {
        return "el-" + lab + "-" + vm;
    }

    /// Etherloom with one vSwitch, whose port group has VLAN 10.
    ///
    /// @param what tells labs of one run from each other
    /// @param vms at least 2; the first sends, the second has the address of the receiver, and all but the first receive
    /// @param options further lines of the topology
    static Peer oneHost(Run run, String what, int vms, String options) throws Unavailable {
        var hosts = """
            hosts:
              esx1: { vSwitches: { vSwitch0: { ports: %d, portGroups: { %s: { vlan: 10 } } } } }
            """.formatted(Math.max(128, vms), PORT_GROUP);
        return peer(run, name(what), options + hosts + vms(vms, _ -> "esx1"), vms);
    }

    /// Etherloom with a vSwitch on each of two hosts, and an uplink of each to one physical switch.
    static Peer twoHosts(Run run, String what, String options) throws Unavailable {
        var hosts = """
            fabric:
              switches: { tor1: { ports: { "1": { trunk: [10] }, "2": { trunk: [10] } } } }
            hosts:
              esx1:
                pnics: { vmnic0: { link: tor1/1 } }
                vSwitches: { vSwitch0: { uplinks: [vmnic0], portGroups: { %s: { vlan: 10 } } } }
              esx2:
                like: esx1
                pnics: { vmnic0: { link: tor1/2 } }
            """.formatted(PORT_GROUP);
        return peer(run, name(what), options + hosts + vms(2, vm -> "esx" + vm), 2);
    }

    private static String vms(int count, IntFunction<String> host) {
        var lines = IntStream.rangeClosed(1, count).mapToObj(vm -> {
            var address = switch (vm) {
                case 1 -> ", ip: " + Peer.SENDER + "/" + Peer.PREFIX;
                case 2 -> ", ip: " + Peer.RECEIVER + "/" + Peer.PREFIX;
                default -> "";
            };
            return "  vm%d: { host: %s, nics: [ { portGroup: %s%s } ] }\n".formatted(vm, host.apply(vm), PORT_GROUP, address);
        });
        return "vms:\n" + lines.collect(Collectors.joining());
    }

    private static Peer peer(Run run, String lab, String body, int vms) throws Unavailable {
        var process = up(run, lab, body);
        // All threads, as with every other peer; what they start inherits it.
        run.scratch().run("taskset", "-a", "-p", "-c", Integer.toString(Cpus.SWITCH), Long.toString(process.pid()));
        var receivers = IntStream.rangeClosed(2, vms).mapToObj(vm -> namespace(lab, "vm" + vm)).toList();
        return new Peer(Subject.ETHERLOOM, namespace(lab, "vm1"), receivers, List.of(process));
    }

    /// Starts a lab and waits until it forwards frames.
    ///
    /// @throws Unavailable if this build does not take the topology
    static Process up(Run run, String lab, String body) throws Unavailable {
        var file = file(run, lab);
        write(file, "name: " + lab + "\nmetrics: { listen: \"127.0.0.1:" + freePort() + "\" }\n" + body);
        return run.scratch().start("lab " + lab + " is up", command(run, "up", file.toString()));
    }

    private static Path file(Run run, String lab) {
        return run.scratch().file(lab + ".yaml");
    }

    /// Where a lab of this run answers Prometheus.
    ///
    /// @param what as in [#oneHost]
    static String metricsAddress(Run run, String what) {
        try {
            return METRICS.matcher(Files.readString(file(run, name(what)))).results().map(it -> it.group(1)).findFirst().orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Runs `./etherloom` to its end.
    static void launcher(Run run, String... words) {
        run.scratch().run(command(run, words));
    }

    /// The options of a lab's JVM, as the launcher has them.
    static String[] javaOptions(Path home) {
        try {
            var launcher = Files.readString(home.resolve("etherloom"));
            return JAVA_OPTIONS.matcher(launcher).results().map(it -> it.group(1).split("\\s+")).findFirst()
                .orElseThrow(() -> new IllegalStateException("the launcher has no lab_options"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> command(Run run, String... words) {
        var command = new ArrayList<>(List.of("env", "ETHERLOOM_BUILD=never", "ETHERLOOM_JAVA_OPTIONS=", run.home().resolve("etherloom").toString()));
        command.addAll(List.of(words));
        return command;
    }

    /// Several labs run at once, and one of the user's may have the usual port.
    private static int freePort() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Asks this build whether it takes an option.
    ///
    /// @throws Unavailable with what it says
    static void require(String options) throws Unavailable {
        try {
            var file = Files.createTempFile("etherloom-bench-", ".yaml");
            try {
                write(file, "name: option\n" + options);
                Topology.load(file);
            } finally {
                Files.delete(file);
            }
        } catch (TopologyException e) {
            throw new Unavailable("this build does not take `" + options.strip() + "`");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
