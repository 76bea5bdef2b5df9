package io.etherloom.agent;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/// Measures what a piece of work leaves on the heap.
public final class Allocation {
    /// How long the compilers may take. Rounds would be the wrong measure: of a busy machine a hundred pass before one method is compiled.
    private static final long PATIENCE_NANOS = 30_000_000_000L;

    private Allocation() {}

    /// Octets that the work allocates on this thread once it is compiled: the least of many rounds. A compiler that is still busy in the
    /// background makes early rounds allocate; work that allocates by itself does so in every round.
    public static long leastOf(Runnable work) {
        return leastOf(() -> {}, work);
    }

    /// The same for work that needs something made ready in each round, which is not measured.
    public static long leastOf(Runnable preparation, Runnable work) {
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        long begin = System.nanoTime();
        while (least > 0 && System.nanoTime() - begin < PATIENCE_NANOS) {
            preparation.run();
            long before = threads.getCurrentThreadAllocatedBytes();
            work.run();
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        return least;
    }
}
