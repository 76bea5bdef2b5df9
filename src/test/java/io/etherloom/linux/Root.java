package io.etherloom.linux;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/// What the integration tests of this package need, said in a sentence when it is not there.
final class Root {
    private Root() {}

    static void require() {
        assumeTrue("root".equals(System.getProperty("user.name")), "needs root, to make network namespaces and TAPs");
        assumeTrue(Files.exists(Path.of("/dev/net/tun")), "needs /dev/net/tun");
    }

    /// A name that no other run of the tests has.
    static String name(String suffix) {
        return "el-t" + ProcessHandle.current().pid() + "-" + suffix;
    }
}
