package io.etherloom.api;

import io.etherloom.lab.LabControl;
import io.etherloom.lab.LabException;
import io.etherloom.scenario.BenchListener;
import io.etherloom.scenario.Rfc2544;
import io.etherloom.scenario.Rfc2544Settings;
import io.etherloom.scenario.Rfc2889;
import io.etherloom.scenario.Rfc2889Settings;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Runs a benchmark and tells its course as JSON objects, one a line: `{"progress": …}`, `{"result": …}`, and `{"problem": …}` last when it
/// could not go on. What is wrong from the beginning is a problem in place of all that. Only one runs at a time, since two would measure
/// each other; it ends when the client goes away.
final class BenchRoute {
    private final LabControl lab;
    private final AtomicBoolean isRunning = new AtomicBoolean();

    BenchRoute(LabControl lab) {
        this.lab = lab;
    }

    Answer rfc2544(Request request) {
        var settings = settings(request, Rfc2544Settings.class);
        return run((listener, isOver) -> new Rfc2544(lab, settings, listener, isOver).run());
    }

    Answer rfc2889(Request request) {
        var settings = settings(request, Rfc2889Settings.class);
        return run((listener, isOver) -> new Rfc2889(lab, settings, listener, isOver).run());
    }

    private static <T> T settings(Request request, Class<T> type) {
        try {
            return Json.read(request.text(), type);
        } catch (IllegalArgumentException e) {
            throw ProblemException.badRequest("The settings are wrong: " + e.getMessage() + ".");
        }
    }

    @FunctionalInterface
    private interface Bench {
        void run(BenchListener listener, BooleanSupplier isOver);
    }

    private Answer run(Bench bench) {
        return new Answer.Stream("application/x-ndjson", (out, isOver) -> {
            if (!isRunning.compareAndSet(false, true)) {
                throw new LabException(LabException.Kind.CONFLICT, "a benchmark runs in this lab already; wait for its end");
            }
            var lines = new Lines(out);
            try {
                bench.run(lines, isOver);
            } catch (UncheckedIOException e) {
                throw e.getCause();
            } catch (LabException e) {
                if (!lines.isStarted) {
                    throw e;
                }
                lines.write("problem", Problem.of(e));
            } finally {
                isRunning.set(false);
            }
        });
    }

    /// Writes a line for whatever is new.
    private static final class Lines implements BenchListener {
        private final JsonLines lines;
        private @Nullable Progress last;
        private boolean isStarted;

        Lines(OutputStream out) {
            lines = new JsonLines(out);
        }

        @Override
        public void progress(Progress progress) {
            if (!progress.equals(last)) {
                last = progress;
                write("progress", progress);
            }
        }

        @Override
        public void result(Object report) {
            write("result", report);
        }

        private void write(String kind, Object value) {
            isStarted = true;
            lines.write(kind, value);
        }
    }
}
