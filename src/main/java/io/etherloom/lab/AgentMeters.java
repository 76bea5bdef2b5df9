package io.etherloom.lab;

import io.etherloom.frame.DurationCounts;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/// How busy an agent is. Written by the agent thread, read by any.
final class AgentMeters {
    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);
    private static final int BEGUN_NANOS = 0;
    private static final int MAX_NANOS = 1;
    private static final int ERRORS = 2;

    private final long[] cells = new long[3];
    private final DurationCounts cycles = new DurationCounts();

    /// @param nowNanos an agent that has not begun a duty cycle yet is not late
    AgentMeters(long nowNanos) {
        begun(nowNanos);
    }

    /// A duty cycle begins.
    void begun(long nowNanos) {
        CELL.setOpaque(cells, BEGUN_NANOS, nowNanos);
    }

    /// A duty cycle did work for this long.
    void worked(long nanos) {
        cycles.add(nanos);
        if (nanos > (long) CELL.getOpaque(cells, MAX_NANOS)) {
            CELL.setOpaque(cells, MAX_NANOS, nanos);
        }
    }

    void failed() {
        CELL.setOpaque(cells, ERRORS, cells[ERRORS] + 1);
    }

    /// Duty cycles that did work, by how long it took.
    DurationCounts cycles() {
        return cycles;
    }

    /// When the last duty cycle began, by the agent's clock: a second ago at most, unless the thread is stuck or gets no processor.
    long begunNanos() {
        return (long) CELL.getOpaque(cells, BEGUN_NANOS);
    }

    long errors() {
        return (long) CELL.getOpaque(cells, ERRORS);
    }

    /// The longest duty cycle since the last call.
    long takeMaxCycleNanos() {
        return (long) CELL.getAndSet(cells, MAX_NANOS, 0L);
    }
}
