package io.etherloom.linux;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/// What integration tests near the kernel need, said in a sentence when it is not there.
public final class Root {
    private Root() {}

    public static void require() {
        assumeTrue("root".equals(System.getProperty("user.name")), "needs root, to make network namespaces and TAPs");
        assumeTrue(Files.exists(Path.of("/dev/net/tun")), "needs /dev/net/tun");
    }

    /// A name that no other run of the tests has.
    public static String name(String suffix) {
        return "el-t" + ProcessHandle.current().pid() + "-" + suffix;
    }
}
