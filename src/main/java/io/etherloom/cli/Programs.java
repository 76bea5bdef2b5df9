package io.etherloom.cli;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Programs of the machine.
final class Programs {
    private Programs() {}

    /// The program of this name on the path of the environment, or null.
    static @Nullable Path named(World world, String name) {
        for (var folder : world.environment().getOrDefault("PATH", "/usr/bin:/bin").split(File.pathSeparator)) {
            var program = Path.of(folder.isEmpty() ? "." : folder).resolve(name);
            if (Files.isExecutable(program) && !Files.isDirectory(program)) {
                return program.toAbsolutePath();
            }
        }
        return null;
    }
}
