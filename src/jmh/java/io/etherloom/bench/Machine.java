package io.etherloom.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;

/// Where the numbers come from.
///
/// @param processors that the JVM may use
record Machine(String cpu, int processors, String kernel, String jdk) {
    /// The machine's state at a moment.
    ///
    /// @param load averages over 1, 5 and 15 minutes
    /// @param megahertz of each processor
    record Moment(String load, String megahertz) {
        static Moment now() {
            return new Moment(String.join(" ", Arrays.copyOf(read("/proc/loadavg").split(" "), 3)),
                fields(read("/proc/cpuinfo"), "cpu MHz"));
        }

        @Override
        public String toString() {
            return "load " + load + ", clock " + megahertz + " MHz";
        }
    }

    static Machine here() {
        var models = fields(read("/proc/cpuinfo"), "model name").split(", ");
        return new Machine(models[0], Cpus.COUNT, read("/proc/sys/kernel/osrelease").strip(), Runtime.version().toString());
    }

    private static String fields(String text, String name) {
        var values = text.lines().filter(line -> line.startsWith(name)).map(line -> line.substring(line.indexOf(':') + 1).strip())
            .collect(Collectors.joining(", "));
        return values.isEmpty() ? "unknown" : values;
    }

    private static String read(String file) {
        try {
            return Files.readString(Path.of(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
