package io.etherloom.it;

import io.etherloom.linux.Processes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// A program that runs, with what it has written so far. Closing kills it if it still runs.
final class Command implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 90;

    private final Process process;
    private final String text;
    private final Output out;
    private final Output err;

    private Command(Process process, String text) {
        this.process = process;
        this.text = text;
        out = new Output(process.getInputStream());
        err = new Output(process.getErrorStream());
    }

    /// How a program ended.
    record Outcome(int status, String out, String err) {
        String all() {
            return out + err;
        }
    }

    /// One stream, read by a thread of its own so that the program never waits for us.
    private static final class Output extends ByteArrayOutputStream {
        private final Thread reader;

        private Output(InputStream in) {
            // Not a virtual one, which keeps its carrier (ADR 35).
            reader = Thread.ofPlatform().daemon().start(() -> {
                try {
                    in.transferTo(this);
                } catch (IOException _) {
                    // The program was killed.
                }
            });
        }

        private String text() {
            return toString(StandardCharsets.UTF_8);
        }

        /// Its last octets; cheap, for what is asked again and again.
        private synchronized String end(int octets) {
            int from = Math.max(0, count - octets);
            return new String(buf, from, count - from, StandardCharsets.UTF_8);
        }
    }

    /// Runs a program to its end.
    static Outcome run(String... words) throws Exception {
        return run(List.of(words));
    }

    static Outcome run(List<String> words) throws Exception {
        try (var command = start(words)) {
            return command.await();
        }
    }

    static Command start(String... words) {
        return start(List.of(words));
    }

    static Command start(List<String> words) {
        return start(words, Map.of());
    }

    /// @param environment added to that of the test
    static Command start(List<String> words, Map<String, String> environment) {
        try {
            // Who runs the tests in the background of a script has SIGINT ignored, and what is started would inherit that.
            var all = new ArrayList<>(List.of("env", "--default-signal=INT"));
            all.addAll(words);
            var builder = new ProcessBuilder(all).redirectInput(Path.of("/dev/null").toFile());
            builder.environment().remove("ETHERLOOM_LAB");
            builder.environment().putAll(environment);
            return new Command(builder.start(), String.join(" ", words));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Outcome await() throws Exception {
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("does not end: " + text + "\n" + out() + err());
        }
        out.reader.join(1_000);
        err.reader.join(1_000);
        return new Outcome(process.exitValue(), out(), err());
    }

    /// Waits until it has written this, to either stream.
    Command awaitText(String wanted) throws Exception {
        Await.until(text + " says \"" + wanted + "\", and not\n" + out() + err(), () -> {
            if (out().contains(wanted) || err().contains(wanted)) return true;
            if (!process.isAlive()) {
                var ended = await();
                if (ended.all().contains(wanted)) return true;
                throw new AssertionError(text + " ended with " + ended);
            }
            return false;
        });
        return this;
    }

    Outcome stop(int signal) throws Exception {
        Processes.kill(process.pid(), signal);
        return await();
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    String out() {
        return out.text();
    }

    /// The end of what it wrote.
    String outEnd() {
        return out.end(500);
    }

    String err() {
        return err.text();
    }

    /// Asks it to end.
    void terminate() {
        process.destroy();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
