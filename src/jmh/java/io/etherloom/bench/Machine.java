package io.etherloom.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/// Where the numbers come from.
///
/// @param cpu model and clock
/// @param processors that the JVM may use
record Machine(String cpu, int processors, String kernel, String jdk) {
    static Machine here() {
        var info = read("/proc/cpuinfo");
        return new Machine(field(info, "model name") + " at " + field(info, "cpu MHz") + " MHz",
            Runtime.getRuntime().availableProcessors(), read("/proc/sys/kernel/osrelease").strip(), Runtime.version().toString());
    }

    /// The load averages over 1, 5 and 15 minutes.
    static String load() {
        return String.join(" ", Arrays.copyOf(read("/proc/loadavg").split(" "), 3));
    }

    private static String field(String text, String name) {
        return text.lines().filter(line -> line.startsWith(name)).findFirst()
            .map(line -> line.substring(line.indexOf(':') + 1).strip()).orElse("unknown");
    }

    private static String read(String file) {
        try {
            return Files.readString(Path.of(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
