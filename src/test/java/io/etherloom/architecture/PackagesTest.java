package io.etherloom.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// Who may know whom, and what the data plane may not touch.
final class PackagesTest {
    private static final String ROOT = "io.etherloom";
    private static final JavaClasses CLASSES = new ClassFileImporter().importPath(Path.of("target/classes"));

    /// What each package may know; arrows only downwards. A package that is not named here is a new decision.
    private static final Map<String, Set<String>> MAY_KNOW = Map.ofEntries(
            Map.entry("wire", Set.of()),
            Map.entry("frame", Set.of("wire")),
            Map.entry("agent", Set.of()),
            Map.entry("linux", Set.of()),
            Map.entry("discovery", Set.of("frame", "wire")),
            Map.entry("vswitch", Set.of("discovery", "frame", "wire")),
            Map.entry("fabric", Set.of("discovery", "frame", "wire")),
            Map.entry("device", Set.of("agent", "frame", "linux", "wire")),
            Map.entry("capture", Set.of("agent", "frame", "wire")),
            Map.entry("event", Set.of()),
            Map.entry("trace", Set.of("fabric", "frame", "vswitch", "wire")),
            Map.entry("topology", Set.of("wire")),
            Map.entry("replay", Set.of("capture", "topology", "wire")),
            Map.entry("traffic", Set.of("linux")),
            Map.entry("container", Set.of()),
            Map.entry("qemu", Set.of("linux")),
            Map.entry("lab", Set.of("agent", "capture", "container", "device", "discovery", "event", "fabric", "frame", "linux", "qemu", "replay", "topology", "trace", "traffic", "vswitch", "wire")),
            Map.entry("scenario", Set.of("event", "frame", "lab", "linux", "traffic", "wire")),
            Map.entry("vmotion", Set.of("event", "frame", "lab", "topology")),
            Map.entry("top", Set.of("frame", "lab", "topology")),
            Map.entry("metrics", Set.of("event", "frame", "lab")),
            Map.entry("api", Set.of("capture", "event", "frame", "lab", "metrics", "replay", "scenario", "topology", "vmotion", "wire")),
            Map.entry("esxcli", Set.of("topology")),
            Map.entry("docker", Set.of("container")),
            Map.entry("cli", Set.of("api", "capture", "docker", "esxcli", "event", "frame", "lab", "linux", "metrics", "replay", "scenario", "top", "topology",
                "wire")));

    @Test
    void packagesKnowOnlyWhatTheyMay() {
        var wrong = new TreeSet<String>();
        for (var type : CLASSES) {
            var from = area(type);
            assertThat(MAY_KNOW).as("packages that are decided").containsKey(from);
            for (var dependency : type.getDirectDependenciesFromSelf()) {
                var target = dependency.getTargetClass();
                if (target.getPackageName().startsWith(ROOT) && !area(target).equals(from) && !MAY_KNOW.get(from).contains(area(target))) {
                    wrong.add(from + " knows " + area(target) + ": " + dependency.getDescription());
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    /// `io.etherloom.lab.view` belongs to `lab`.
    private static String area(JavaClass type) {
        var name = type.getPackageName();
        return name.length() == ROOT.length() ? "" : name.substring(ROOT.length() + 1).replaceFirst("\\..*", "");
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void onlyLinuxLinksNativeCode() {
        noClasses().that().resideOutsideOfPackage(ROOT + ".linux..")
                .should().dependOnClassesThat().haveFullyQualifiedName("java.lang.foreign.Linker")
                .orShould().dependOnClassesThat().haveFullyQualifiedName("java.lang.foreign.SymbolLookup")
                .check(CLASSES);
    }

    @Test
    void theDataPlaneHasNoClock() {
        noClasses().that().resideInAnyPackage(ROOT + ".wire..", ROOT + ".frame..", ROOT + ".vswitch..", ROOT + ".fabric..", ROOT + ".discovery..", ROOT + ".device..")
                .should().callMethod(System.class, "nanoTime")
                .orShould().callMethod(System.class, "currentTimeMillis")
                .orShould().dependOnClassesThat().resideInAPackage("java.time..")
                .check(CLASSES);
    }

    /// ADR 35. The command line has no virtual threads that matter.
    @Test
    void pipesOfProgramsAreReadByPlatformThreads() {
        var pipes = Set.of("getInputStream", "getErrorStream", "getOutputStream", "inputReader", "errorReader", "outputWriter");
        var virtual = Set.of("ofVirtual", "startVirtualThread", "newVirtualThreadPerTaskExecutor");
        var wrong = new TreeSet<String>();
        int count = 0;
        for (var type : CLASSES) {
            var calls = type.getMethodCallsFromSelf();
            if (area(type).equals("cli") || calls.stream().noneMatch(call -> call.getTargetOwner().isEquivalentTo(Process.class) && pipes.contains(call.getName()))) {
                continue;
            }
            count++;
            if (calls.stream().noneMatch(call -> call.getName().equals("ofPlatform")) || calls.stream().anyMatch(call -> virtual.contains(call.getName()))) {
                wrong.add(type.getName());
            }
        }
        assertThat(count).as("classes with pipes of programs").isGreaterThanOrEqualTo(5);
        assertThat(wrong).isEmpty();
    }

    @Test
    void theDataPlaneNeitherLogsNorKnowsLibraries() {
        noClasses().that().resideInAnyPackage(ROOT + ".wire..", ROOT + ".frame..", ROOT + ".vswitch..", ROOT + ".fabric..", ROOT + ".discovery..", ROOT + ".device..",
                        ROOT + ".agent..")
                .should().dependOnClassesThat().resideInAnyPackage("org.slf4j..", "java.util.logging..", "io.netty..", "io.micrometer..",
                        "tools.jackson..", "org.snakeyaml..", "picocli..")
                .check(CLASSES);
    }

    /// Compiling tables is off the path; there streams are welcome.
    @Test
    void thePathOfAFrameHasNoStreams() {
        var compiling = Set.of("ForwardingTables", "BeaconPlan", "PhysicalTables", "Cdp", "Lldp", "Octets");      // Made outside the agent.
        var wrong = new TreeSet<String>();
        for (var type : CLASSES) {
            if (!Set.of("wire", "frame", "vswitch", "fabric", "discovery", "device", "agent").contains(area(type))) {
                continue;
            }
            for (var call : type.getMethodCallsFromSelf()) {
                var owner = call.getTargetOwner().getPackageName();
                boolean isAllowed = compiling.contains(type.getSimpleName());
                if ((owner.startsWith("java.util.stream") || call.getTarget().getName().equals("stream")) && !isAllowed) {
                    wrong.add(call.getDescription());
                }
            }
        }
        assertThat(wrong).isEmpty();
    }
}
