package io.etherloom.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.etherloom.linux.Netns;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DoctorIT {
    @TempDir
    private Path folder;

    @BeforeEach
    void needsRoot() {
        assumeTrue(UserIds.ofThisProcess().isRoot(), "needs root, to make network namespaces and TAPs");
    }

    @Test
    void findsAMachineThatRunsThisTestFitAndLeavesNothing() throws Exception {
        var modules = names(Path.of("/sys/module"));
        var checks = Doctor.examine(new LabRegistry(StateDirectory.at(folder.resolve("state"))));

        assertThat(checks).extracting(Doctor.Check::name).contains("java", "rights", "ip", "namespaces", "taps", "offloads", "rtnetlink",
            "ip netns exec", "ping", "descriptors", "memory", "802.1Q device", "kvm").doesNotHaveDuplicates();
        assertThat(checks).filteredOn(check -> check.status() == Doctor.Check.Status.MISSING).isEmpty();
        assertThat(checks).allSatisfy(check -> assertThat(check.cure().isEmpty()).isEqualTo(check.status() == Doctor.Check.Status.OK));
        assertThat(new Netns().list("el-doctor-")).isEmpty();
        assertThat(Path.of("/etc/netns", "el-doctor-" + ProcessHandle.current().pid() + "-scratch")).doesNotExist();
        assertThat(names(Path.of("/sys/module"))).isEqualTo(modules);
        try (var left = Files.list(folder.resolve("state"))) {
            assertThat(left).containsExactly(folder.resolve("state/.lock"));
        }
    }

    @Test
    void saysWhatIsMissingWhereTapsCannotBeMade() throws Exception {
        var ask = List.of("unshare", "--mount", "sh", "-c", "mount -t tmpfs tmpfs /dev/net && exec \"$@\"", "sh",
            System.getProperty("java.home") + "/bin/java", "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"),
            Examination.class.getName(), folder.resolve("state").toString());
        assertThat(Programs.run(ask).text()).contains("name=taps, status=MISSING, finding=open /dev/net/tun: ENOENT").contains("name=namespaces, status=OK");
        assertThat(new Netns().list("el-doctor-")).isEmpty();
    }

    private static List<String> names(Path folder) throws Exception {
        try (var files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    /// Prints what is found.
    static final class Examination {
        private Examination() {}

        public static void main(String[] arguments) {
            Doctor.examine(new LabRegistry(StateDirectory.at(Path.of(arguments[0])))).forEach(System.out::println);
        }
    }
}
