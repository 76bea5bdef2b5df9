package io.etherloom.qemu;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The tiny Linux that `./build guest` makes: a kernel, and an initrd with busybox.
///
/// @param folder where both are
public record ShippedGuest(Path folder) {
    /// Environment variable that names the folder.
    public static final String VARIABLE = "ETHERLOOM_GUEST";
    /// Without a boot loader the kernel says nothing but what `/init` prints.
    private static final String APPEND = "console=ttyS0 quiet panic=-1";

    /// Where it is, be it made or not.
    public static ShippedGuest ofThisInstallation() {
        var named = System.getenv(VARIABLE);
        if (named != null && !named.isEmpty()) {
            return new ShippedGuest(Path.of(named).toAbsolutePath());
        }
        var home = System.getProperty("etherloom.home", "");
        return new ShippedGuest(Path.of(home.isEmpty() ? "." : home, "target", "guest").toAbsolutePath().normalize());
    }

    public Path kernel() {
        return folder.resolve("vmlinuz");
    }

    public Path initrd() {
        return folder.resolve("initrd.gz");
    }

    public boolean isThere() {
        return Files.isReadable(kernel()) && Files.isReadable(initrd());
    }

    /// The kernel's command line.
    ///
    /// @param words what the guest's `/init` reads, in addition
    public static String append(List<String> words) {
        return APPEND + (words.isEmpty() ? "" : " " + String.join(" ", words));
    }
}
