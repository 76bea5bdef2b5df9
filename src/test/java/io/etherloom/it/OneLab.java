package io.etherloom.it;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/// For tests with one lab: it is gone after each of them, whatever became of the test.
abstract class OneLab {
    @TempDir
    Path folder;

    LocalLab lab;

    /// Starts the lab; without root or a program the test is skipped.
    final void start(String topology, String... programs) throws Exception {
        Need.root();
        Need.programs(programs);
        lab = LocalLab.start(folder, topology);
    }

    @AfterEach
    final void leavesNothing() throws Exception {
        if (lab != null) {
            lab.close();
        }
    }
}
