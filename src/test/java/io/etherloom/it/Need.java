package io.etherloom.it;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.etherloom.linux.Processes;
import io.etherloom.qemu.ShippedGuest;
import java.nio.file.Files;
import java.nio.file.Path;

/// What a test needs of the machine, said in a sentence when it is not there.
final class Need {
    private Need() {}

    static void root() {
        assumeTrue(Processes.effectiveUser() == 0, "needs root, to make network namespaces and TAPs");
        assumeTrue(Files.exists(Path.of("/dev/net/tun")), "needs /dev/net/tun");
    }

    static void programs(String... names) {
        for (var name : names) assumeTrue(isThere(name), "needs the program " + name);
    }

    /// @param what what the file belongs to
    static void file(String path, String what) {
        assumeTrue(Files.exists(Path.of(path)), "needs " + what);
    }

    private static boolean isThere(String name) {
        for (var folder : (System.getenv("PATH") + ":/usr/sbin:/sbin").split(":")) {
            if (Files.isExecutable(Path.of(folder, name))) return true;
        }
        return false;
    }

    static void qemu() {
        programs("qemu-system-x86_64");
        assumeTrue(ShippedGuest.ofThisInstallation().isThere(), "needs the guest of QEMU VMs: ./build guest");
    }

    static void jar() {
        assumeTrue(Files.exists(Path.of("target/etherloom.jar")), "needs target/etherloom.jar: ./build package");
    }
}
