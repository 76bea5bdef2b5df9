package io.etherloom.cli;

import io.etherloom.lab.Rootless;
import io.etherloom.lab.StateDirectory;
import java.util.ArrayList;
import java.util.List;

/// Makes sure that a lab can be started by this process: as root, or as root of a user namespace, which this program then enters by
/// calling itself again.
final class RootRights {
    private RootRights() {}

    /// Returns when the rights are there; otherwise this process becomes another one that has them.
    ///
    /// @param arguments with which this program was called
    /// @throws Failure with exit code 4 when the kernel does not allow it
    static void obtain(World world, List<String> arguments) {
        if (Rootless.isInside()) {
            Rootless.prepare(StateDirectory.ofThisUser());
            return;
        }
        if (!Rootless.isNeeded()) {
            return;
        }
        var problem = Rootless.problem();
        if (problem != null) {
            throw new Failure(ExitCode.ENVIRONMENT, "a lab needs root or a user namespace: " + problem);
        }
        var again = new ArrayList<>(World.ownCommand());
        again.addAll(arguments);
        world.out().flush();
        world.machine().becomes().become(Rootless.command(again), world.environment());
    }
}
