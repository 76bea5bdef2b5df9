package io.etherloom.lab;

import java.nio.file.Path;

/// Where the serial console of a QEMU guest is.
public final class GuestConsole {
    private GuestConsole() {}

    /// A unix stream socket for one client at a time, which follows the guest when it moves to another host. It is there while the guest runs.
    public static Path socket(LabRecord lab, String vm) {
        return lab.directory().resolve("q").resolve("con-" + vm);
    }
}
