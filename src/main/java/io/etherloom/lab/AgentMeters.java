package io.etherloom.lab;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/// How busy an agent is. Written by the agent thread, read by any.
final class AgentMeters {
    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);
    private static final int CYCLES = 0;
    private static final int BUSY_NANOS = 1;
    private static final int MAX_NANOS = 2;
    private static final int ERRORS = 3;

    private final long[] cells = new long[4];

    /// A duty cycle did work for this long.
    void worked(long nanos) {
        CELL.setOpaque(cells, CYCLES, cells[CYCLES] + 1);
        CELL.setOpaque(cells, BUSY_NANOS, cells[BUSY_NANOS] + nanos);
        if (nanos > (long) CELL.getOpaque(cells, MAX_NANOS)) {
            CELL.setOpaque(cells, MAX_NANOS, nanos);
        }
    }

    void failed() {
        CELL.setOpaque(cells, ERRORS, cells[ERRORS] + 1);
    }

    long cycles() {
        return (long) CELL.getOpaque(cells, CYCLES);
    }

    long busyNanos() {
        return (long) CELL.getOpaque(cells, BUSY_NANOS);
    }

    long errors() {
        return (long) CELL.getOpaque(cells, ERRORS);
    }

    /// The longest duty cycle since the last call.
    long takeMaxCycleNanos() {
        return (long) CELL.getAndSet(cells, MAX_NANOS, 0L);
    }
}
