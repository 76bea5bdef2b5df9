package io.etherloom.bench;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;

/// The programs of this machine.
final class Commands {
    /// Daemons live where the PATH of ordinary users does not lead.
    private static final String PATHS = System.getenv().getOrDefault("PATH", "") + File.pathSeparator + "/usr/sbin:/sbin";

    private Commands() {}

    static boolean has(String name) {
        for (var folder : PATHS.split(File.pathSeparator)) {
            if (Files.isExecutable(Path.of(folder, name))) {
                return true;
            }
        }
        return false;
    }

    /// @throws Unavailable if there is no such program
    static void require(String name, String debianPackage) throws Unavailable {
        if (!has(name)) {
            throw new Unavailable("there is no " + name + "; apt-get install " + debianPackage);
        }
    }

    /// @throws Unavailable if there is no such file
    static void require(Path file, String debianPackage) throws Unavailable {
        if (!Files.exists(file)) {
            throw new Unavailable("there is no " + file + "; apt-get install " + debianPackage);
        }
    }
}
