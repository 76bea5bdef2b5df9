package io.etherloom.agent;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/// Measures what a piece of work leaves on the heap.
public final class Allocation {
    private static final int ROUNDS = 50;

    private Allocation() {}

    /// Octets that the work allocates on this thread once it is compiled: the least of many rounds. A compiler that is still busy in the
    /// background makes early rounds allocate; work that allocates by itself does so in every round.
    public static long leastOf(Runnable work) {
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS && least > 0; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            work.run();
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        return least;
    }
}
