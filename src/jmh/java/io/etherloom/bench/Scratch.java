package io.etherloom.bench;

import io.etherloom.linux.Processes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// What a measure makes and must not leave behind: processes and a folder. Closed at its end, or by the JVM when somebody presses
/// Ctrl-C, the newest first. The kernel ends the processes when this one is killed, so they are started by a thread that lives as long
/// as the run. What they say on stderr goes into a file of the folder, which is shown when they fail.
final class Scratch implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 30;
    private static final long POLL_MILLIS = 10;
    private static final int SIGCONT = 18;
    private static final String PREFIX = "etherloom-bench-";

    private static volatile boolean isEnding;

    private final Path folder;
    private final Deque<Process> processes = new ArrayDeque<>();
    private final Thread hook = new Thread(() -> {
        isEnding = true;
        close();
    });
    private boolean isClosed;

    Scratch() {
        try {
            folder = Files.createTempDirectory(PREFIX + ProcessHandle.current().pid() + "-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /// Removes the folders of runs that were killed.
    static void sweep() {
        try (var found = Files.newDirectoryStream(Path.of(System.getProperty("java.io.tmpdir")), PREFIX + "*-*")) {
            for (var folder : found) {
                var pid = folder.getFileName().toString().substring(PREFIX.length()).split("-")[0];
                if (pid.matches("[0-9]{1,18}") && ProcessHandle.of(Long.parseLong(pid)).isEmpty()) {
                    delete(folder);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Whether the JVM is ending, by a signal or after the run.
    static boolean isEnding() {
        return isEnding;
    }

    /// A file of the folder.
    Path file(String name) {
        return folder.resolve(name);
    }

    /// A folder in the folder, for one process.
    Path folder(String name) {
        try {
            return Files.createDirectories(folder.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Starts a process that ends when it is terminated.
    Process spawn(List<String> command, Map<String, String> environment) {
        var words = new ArrayList<>(List.of("setpriv", "--pdeathsig", "KILL", "--"));
        words.addAll(command);
        var builder = new ProcessBuilder(words).redirectError(ProcessBuilder.Redirect.appendTo(file("stderr").toFile()));
        builder.environment().putAll(environment);
        try {
            var process = builder.start();
            own(process);
            return process;
        } catch (IOException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    /// Starts a process and waits until it prints a line that begins with `sign`.
    Process start(String sign, List<String> command) {
        var process = spawn(command, Map.of());
        try {
            var lines = process.inputReader();
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith(sign)) {
                    drain(process);
                    return process;
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        throw failed(command);
    }

    /// Starts a process and waits until it has made a file.
    Process start(Path sign, List<String> command, Map<String, String> environment) {
        var process = spawn(command, environment);
        drain(process);
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!Files.exists(sign)) {
            if (!process.isAlive() || System.nanoTime() > until) {
                throw failed(command);
            }
            sleep(POLL_MILLIS);
        }
        return process;
    }

    private IllegalStateException failed(List<String> command) {
        try {
            return new IllegalStateException(String.join(" ", command) + " was never ready: " + Files.readString(file("stderr")).strip());
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
            throw new IllegalStateException(e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    String run(String... command) {
        return run(List.of(command));
    }

    static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
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
        delete(folder);
        if (!isEnding) {
            Runtime.getRuntime().removeShutdownHook(hook);
        }
    }

    private static void delete(Path folder) {
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A stopped process takes notice of nothing, so it is woken as well.
    private static void end(Process process) {
        try {
            process.getOutputStream().close();
        } catch (IOException gone) {
            // It has ended already.
        }
        process.destroy();
        Processes.kill(process.pid(), SIGCONT);
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
        }
    }
}
