package io.etherloom.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// What a process takes of the machine at one moment.
///
/// @param resident octets of memory, `Rss` of `/proc/PID/smaps_rollup` (proc(5))
/// @param cpuSeconds that it had of processors since it began, all threads together
record Footprint(double resident, double cpuSeconds) {
    private static final double KIB = 1024;

    static Footprint of(Process process) {
        try (var lines = Files.lines(Path.of("/proc/" + process.pid() + "/smaps_rollup"))) {
            long kib = lines.filter(line -> line.startsWith("Rss:")).mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", ""))).sum();
            return new Footprint(kib * KIB, process.info().totalCpuDuration().orElseThrow().toNanos() / 1e9);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
