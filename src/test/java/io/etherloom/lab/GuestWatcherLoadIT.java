package io.etherloom.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.etherloom.linux.Netns;
import io.etherloom.linux.Processes;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What it costs to watch guests that do nothing. `-Dguests=1000` for another number than 100, `-Dguests.seconds=10` to measure for longer.
class GuestWatcherLoadIT {
    private static final int GUESTS = Integer.getInteger("guests", 100);
    private static final int SECONDS = Integer.getInteger("guests.seconds", 3);

    @BeforeEach
    void needsRoot() {
        assumeTrue(Processes.effectiveUser() == 0, "needs root: makes named network namespaces");
        assumeTrue(Files.exists(Path.of("/dev/net/tun")), "needs /dev/net/tun");
    }

    @Test
    void watchingIdleGuestsCostsLittle() throws Exception {
        var guests = new ArrayList<WatchedNamespace>();
        var seen = ConcurrentHashMap.newKeySet();
        var watcher = new GuestWatcher(new Netns(), changed -> seen.addAll(changed.keySet()));
        try {
            for (int i = 1; i <= GUESTS; i++) guests.add(WatchedNamespace.make(i));
            guests.forEach(guest -> watcher.add(guest.key(), guest.name(), "eth0"));
            long begun = System.nanoTime();
            watcher.start();
            while (seen.size() < GUESTS) {
                assertThat(System.nanoTime() - begun).as("nanoseconds until %d of %d guests are seen", seen.size(), GUESTS).isLessThan(30_000_000_000L);
                TimeUnit.MILLISECONDS.sleep(5);
            }
            double firstSeconds = (System.nanoTime() - begun) / 1e9;
            double share = share();
            System.out.printf("%d guests: first findings after %.2f s, then %.2f %% of a processor%n", GUESTS, firstSeconds, 100 * share);
            // Five times what is measured on a machine with nothing else to do.
            assertThat(share).as("share of a processor for %d guests", GUESTS).isLessThan(0.0005 * Math.max(GUESTS, 100));
        } finally {
            watcher.close();
            Interfaces.close(guests);
        }
    }

    /// The least of three spans; the first has the watcher still uncompiled.
    private static double share() throws InterruptedException {
        double least = Double.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            long cpu = cpuNanos();
            long begun = System.nanoTime();
            TimeUnit.SECONDS.sleep(SECONDS);
            least = Math.min(least, (double) (cpuNanos() - cpu) / (System.nanoTime() - begun));
        }
        return least;
    }

    private static long cpuNanos() {
        var thread = Thread.getAllStackTraces().keySet().stream().filter(it -> it.getName().equals("guest-watcher")).findFirst().orElseThrow();
        return ManagementFactory.getThreadMXBean().getThreadCpuTime(thread.threadId());
    }
}
