package io.etherloom.metrics;

import com.sun.management.UnixOperatingSystemMXBean;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/// File descriptors of this process. Micrometer's own meter has each of them listed at every scrape, which takes milliseconds in a lab with
/// some for each of 1,000 ports; since Linux 6.2 the size of the folder tells how many there are (proc_pid_fd(5)).
final class OpenFiles {
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
    private static final UnixOperatingSystemMXBean SYSTEM = ManagementFactory.getPlatformMXBean(UnixOperatingSystemMXBean.class);

    private OpenFiles() {}

    /// Under the names that Micrometer gives them.
    static void bindTo(MeterRegistry registry) {
        Gauge.builder("process.files.open", OpenFiles::count).description("The open file descriptor count").baseUnit("files").register(registry);
        Gauge.builder("process.files.max", SYSTEM::getMaxFileDescriptorCount).description("The maximum file descriptor count").baseUnit("files")
            .register(registry);
    }

    /// Exact, but for what other threads open and close meanwhile.
    static long count() {
        try {
            long count = Files.size(DESCRIPTORS);
            return count > 0 ? count : SYSTEM.getOpenFileDescriptorCount();
        } catch (IOException e) {
            return SYSTEM.getOpenFileDescriptorCount();
        }
    }
}
