package io.etherloom.cli;

import io.etherloom.lab.LabClaim;
import io.etherloom.lab.LabControl;
import io.etherloom.topology.Topology;
import java.util.function.Consumer;

/// Makes a lab in this process: the one place where the command line meets its construction.
@FunctionalInterface
interface LabStarter {
    /// Returns when the lab forwards frames. The caller shuts the lab down and then closes the claim.
    ///
    /// @param claim the lab's name and folder, held by this process
    /// @param say   told of what takes long, in sentences for the terminal
    /// @throws io.etherloom.lab.LabException when it cannot be made; nothing of it is left then but the claim
    LabControl start(Topology topology, LabClaim claim, Consumer<String> say);
}
