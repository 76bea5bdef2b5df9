package io.etherloom.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// What a run makes and must not leave behind: processes and a folder. Closed at the end, or by the JVM when somebody presses Ctrl-C,
/// the newest first. What the processes say on stderr goes into a file of the folder, which is shown when they fail.
final class Scratch implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 20;

    private static volatile boolean isEnding;

    private final Path folder;
    private final Deque<Process> processes = new ArrayDeque<>();
    private boolean isClosed;

    Scratch() {
        try {
            folder = Files.createTempDirectory("etherloom-bench-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            isEnding = true;
            close();
        }));
    }

    /// Whether the JVM is ending, by a signal or after the run.
    static boolean isEnding() {
        return isEnding;
    }

    /// A file of the folder.
    Path file(String name) {
        return folder.resolve(name);
    }

    /// Starts a process that ends when its stdin is closed or it is terminated, and waits for a line that begins with `sign`.
    ///
    /// @return that line
    String start(String sign, List<String> command) {
        try {
            var errors = file("stderr");
            var process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.appendTo(errors.toFile())).start();
            own(process);
            var lines = process.inputReader();
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith(sign)) {
                    drain(process);
                    return line;
                }
            }
            throw new IllegalStateException(command + " ended before it was ready:\n" + Files.readString(errors));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private synchronized void own(Process process) {
        if (isClosed) {
            process.destroyForcibly();
            throw new IllegalStateException("the benchmark is being ended");
        }
        processes.push(process);
    }

    /// A process whose output nobody reads would stop one day.
    private static void drain(Process process) {
        Thread.ofPlatform().daemon().name("drain").start(() -> {
            try {
                process.inputReader().transferTo(Writer.nullWriter());
            } catch (IOException ended) {
                // The process is gone, and with it what it had to say.
            }
        });
    }

    /// Runs a command to its end.
    ///
    /// @return what it printed
    /// @throws IllegalStateException with its stderr when it fails
    String run(List<String> command) {
        try {
            var errors = Files.createTempFile(folder, "run-", "");
            var process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
            process.getOutputStream().close();
            var out = new String(process.getInputStream().readAllBytes());
            if (process.waitFor() != 0) {
                throw new IllegalStateException(String.join(" ", command) + ":\n" + out + Files.readString(errors));
            }
            Files.delete(errors);
            return out;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    String run(String... command) {
        return run(List.of(command));
    }

    @Override
    public synchronized void close() {
        if (isClosed) {
            return;
        }
        isClosed = true;
        while (!processes.isEmpty()) {
            end(processes.pop());
        }
        try (var files = Files.list(folder)) {
            for (var file : new ArrayList<>(files.toList())) {
                Files.delete(file);
            }
            Files.delete(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void end(Process process) {
        try {
            process.getOutputStream().close();
        } catch (IOException gone) {
            // It has ended already.
        }
        process.destroy();
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
        }
    }
}
