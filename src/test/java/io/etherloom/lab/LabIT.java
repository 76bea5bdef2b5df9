package io.etherloom.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.etherloom.linux.Processes;
import io.etherloom.topology.Topology;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Labs with real namespaces and TAPs, and the guests' own ping.
class LabIT {
    @TempDir
    Path folder;

    private LabRegistry registry;
    private LabClaim claim;
    private Lab lab;

    @BeforeEach
    void needsRoot() {
        assumeTrue(Processes.effectiveUser() == 0, "needs root: makes named network namespaces");
    }

    @AfterEach
    void takeDown() {
        if (lab != null) {
            lab.close();
        }
        if (claim != null) {
            claim.close();
        }
    }

    private void start(Path file) throws Exception {
        var topology = Topology.load(file);
        registry = new LabRegistry(StateDirectory.at(folder.resolve("state")));
        claim = registry.claim(topology.name(), file, "test", message -> { });
        lab = Lab.start(topology, registry, claim, "test");
    }

    private static int run(String... command) throws IOException, InterruptedException {
        var process = new ProcessBuilder(command).inheritIO().start();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    @Test
    void pingsAcrossVlans() throws Exception {
        start(Path.of("topologies/quickstart.yaml"));
        for (var target : List.of("web2", "10.0.10.1", "db1")) {
            assertThat(run("ip", "netns", "exec", "el-quickstart-web1", "ping", "-c", "2", "-W", "2", "-i", "0.2", target)).as(target).isZero();
        }
        System.out.println(lab.ports());
    }
}
