package io.etherloom.cli;

import java.io.PrintStream;
import java.util.Locale;

/// How a long verb goes on: on a terminal one line that is drawn again and again, and wiped at the end; elsewhere a line for each thing that
/// begins. Any thread shows; a thread of its own keeps the clock going on a terminal.
final class ProgressLine implements AutoCloseable {
    private static final int BAR = 16;
    private static final int WIDTH = 79;
    private static final long REDRAW_MILLIS = 250;

    private enum Manner { DRAWN, LINES, SILENT }

    private final PrintStream out;
    private final Manner manner;
    private final long begunNanos = System.nanoTime();
    private Row last = new Row(java.util.Map.of());
    private String lastLine = "";
    private boolean isClosed;

    private ProgressLine(PrintStream out, Manner manner) {
        this.out = out;
        this.manner = manner;
    }

    /// @param isData whether standard output is for data; then only a terminal is told, and by stderr
    static ProgressLine on(World world, boolean isData) {
        var console = System.console();
        boolean isTerminal = console != null && console.isTerminal();
        var line = new ProgressLine(isData ? world.err() : world.out(), isTerminal ? Manner.DRAWN : isData ? Manner.SILENT : Manner.LINES);
        if (isTerminal) {
            Thread.ofPlatform().daemon().name("progress").start(line::redraw);
        }
        return line;
    }

    /// @param progress with the keys `frameSize`, `test`, `permille` and `sentence`
    synchronized void show(Row progress) {
        last = progress;
        switch (manner) {
            case DRAWN -> draw();
            case LINES -> {
                var line = what() + ": " + progress.text("sentence");
                if (!line.equals(lastLine)) {
                    lastLine = line;
                    out.printf(Locale.ROOT, "%3d %%  %s%n", progress.number("permille") / 10, line);
                }
            }
            case SILENT -> { }
        }
    }

    private String what() {
        long size = last.number("frameSize");
        return (size == 0 ? "" : size + " octets, ") + last.text("test");
    }

    private void redraw() {
        try {
            while (true) {
                Thread.sleep(REDRAW_MILLIS);
                synchronized (this) {
                    if (isClosed) {
                        return;
                    }
                    draw();
                }
            }
        } catch (InterruptedException _) {
            // Nobody interrupts it; if somebody does, it ends.
        }
    }

    private void draw() {
        if (isClosed || last.members().isEmpty()) {
            return;
        }
        long permille = last.number("permille");
        int full = (int) (permille * BAR / 1000);
        long seconds = (System.nanoTime() - begunNanos) / 1_000_000_000L;
        var line = String.format(Locale.ROOT, "[%s%s] %3d %%  %d:%02d  %s: %s", "#".repeat(full), "-".repeat(BAR - full), permille / 10,
            seconds / 60, seconds % 60, what(), last.text("sentence"));
        // Erase behind the text, so that a shorter one leaves nothing of a longer.
        out.print("\r" + line.substring(0, Math.min(line.length(), WIDTH)) + "\033[K");
        out.flush();
    }

    /// Wipes the line.
    @Override
    public synchronized void close() {
        if (manner == Manner.DRAWN && !isClosed) {
            out.print("\r\033[K");
            out.flush();
        }
        isClosed = true;
    }
}
