package io.etherloom.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.etherloom.lab.Lab;
import io.etherloom.lab.LabClaim;
import io.etherloom.lab.LabRegistry;
import io.etherloom.lab.StateDirectory;
import io.etherloom.lab.view.PlanView;
import io.etherloom.lab.view.PortView;
import io.etherloom.lab.view.UplinkView;
import io.etherloom.linux.Netns;
import io.etherloom.metrics.LabMetrics;
import io.etherloom.metrics.LabMetricsTest;
import io.etherloom.topology.Topology;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A lab inside the JVM of the test, with real namespaces and TAPs. In the text of a topology `LAB` stands for the lab's name, which
/// begins with the pid and so is no other run's; a TAP of the machine is named `LABx`, with few letters behind. Closing ends the lab and
/// asserts that nothing of it remains.
final class LocalLab {
    private final String name;
    private final Path file;
    private final Path state;
    private final LabClaim claim;
    private final Lab lab;
    private final LabMetrics metrics;
    private final List<AutoCloseable> children = new ArrayList<>();

    private LocalLab(Path folder, String name, String topology) throws Exception {
        this.name = name;
        state = folder.resolve("state");
        file = folder.resolve(name + ".yaml");
        var text = text(topology);
        Files.writeString(file, text);
        var registry = new LabRegistry(StateDirectory.at(state));
        claim = registry.claim(name, file, "test", _ -> { });
        try {
            lab = Lab.start(Topology.parse(text, file.toString()), registry, claim, "test");
        } catch (RuntimeException e) {
            claim.close();
            throw e;
        }
        metrics = new LabMetrics(lab::meters, "test");
    }

    /// Starts a lab.
    ///
    /// @param folder of the test, for files
    /// @param letter tells labs of one test apart
    static LocalLab start(Path folder, String letter, String topology) throws Exception {
        return new LocalLab(folder, name(letter), topology);
    }

    static LocalLab start(Path folder, String topology) throws Exception {
        return start(folder, "", topology);
    }

    /// A lab's name that is this run's alone.
    static String name(String letter) {
        return "t" + ProcessHandle.current().pid() + letter;
    }

    private String text(String topology) {
        return topology.replace("LAB", name);
    }

    String name() {
        return name;
    }

    Path file() {
        return file;
    }

    Lab lab() {
        return lab;
    }

    String namespace(String vm) {
        return "el-" + name + "-" + vm;
    }

    /// Runs a command inside a VM, router, machine or host to its end.
    Command.Outcome exec(String vm, String... command) throws Exception {
        return Command.run(inside(vm, command));
    }

    /// Starts a command there; it is killed before the lab ends.
    Command background(String vm, String... command) {
        var started = Command.start(inside(vm, command));
        children.add(started);
        return started;
    }

    private List<String> inside(String vm, String... command) {
        var words = new ArrayList<>(List.of("ip", "netns", "exec", namespace(vm)));
        words.addAll(List.of(command));
        return words;
    }

    /// Whether an echo request is answered within a second, three times tried.
    boolean reaches(String vm, String target) throws Exception {
        return exec(vm, "ping", "-n", "-q", "-c", "3", "-i", "0.1", "-W", "1", target).out().contains(" 0% packet loss");
    }

    /// Fails unless three echo requests are answered. ARP may need a second on a busy machine.
    void assertReaches(String vm, String target) throws Exception {
        var outcome = exec(vm, "ping", "-n", "-c", "3", "-i", "0.1", "-W", "5", target);
        assertThat(outcome.status()).as(vm + " to " + target + ": " + outcome.all()).isZero();
    }

    /// Raw frames of a VM's interface.
    Guest guest(String vm) {
        var guest = Guest.in(new Netns(), namespace(vm), "eth0");
        children.add(guest);
        return guest;
    }

    /// A port of a vSwitch by what uses it: `web1.eth0`.
    PortView port(String usedBy) {
        return lab.ports().stream().filter(port -> port.usedBy().equals(usedBy)).findFirst().orElseThrow();
    }

    UplinkView uplink(String host, String pnic) {
        return lab.uplinks().stream().filter(it -> it.host().equals(host) && it.name().equals(pnic)).findFirst().orElseThrow();
    }

    /// How many frames a port has dropped for a reason, `tag_unexpected`.
    long drops(String usedBy, String reason) {
        return port(usedBy).drops().getOrDefault(reason, 0L);
    }

    /// The lines of a scrape that begin so.
    List<String> metrics(String prefix) {
        return LabMetricsTest.text(metrics, LabMetrics.Format.TEXT).lines().filter(line -> line.startsWith(prefix)).toList();
    }

    List<PlanView> apply(String topology) throws Exception {
        Files.writeString(file, text(topology));
        return lab.apply(text(topology), file.toString());
    }

    /// Something that ends before the lab.
    <T extends AutoCloseable> T with(T child) {
        children.add(child);
        return child;
    }

    void close() throws Exception {
        for (var child : children.reversed()) child.close();
        lab.close();
        claim.close();
        metrics.close();
        Traces.assertNone(name, state);
    }
}
