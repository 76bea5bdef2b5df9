package io.etherloom.container;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// An engine for containers, reached by its command line: what `DOCKER_HOST` and the user's own configuration say of Docker holds here, too. Each call is a
/// process and takes 20 to 300 ms. Any thread.
public final class Engine {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration PULL_PATIENCE = Duration.ofMinutes(30);
    private static final int NOT_STARTED = 127;

    private final List<String> words;

    private Engine(List<String> words) {
        this.words = List.copyOf(words);
    }

    /// How a command of the engine ended.
    ///
    /// @param out what it wrote to its output, without blanks at either end
    /// @param err the same of its errors
    public record Outcome(int status, String out, String err) {
        public boolean isGood() {
            return status == 0;
        }

        /// Why it failed, in one line and without the name of the program.
        public String reason() {
            var text = err.isEmpty() ? out : err;
            return text.lines().findFirst().orElse("exit status " + status).replaceFirst("^(docker|podman): ", "").replaceFirst("^Error response from daemon: ", "");
        }
    }

    /// What became of a container.
    ///
    /// @param id     the engine's
    /// @param pid    of its first process on the machine of the engine; 0 when it does not run
    /// @param status with which that process ended; 0 while it runs
    public record State(String id, long pid, int status) {
        public boolean isRunning() {
            return pid > 0;
        }
    }

    /// The engine of this machine that answers: Docker, or else Podman.
    ///
    /// @throws EngineException when neither does
    public static Engine find() {
        var host = System.getenv("DOCKER_HOST");
        boolean isElsewhere = host != null && !host.isBlank();
        var docker = new Engine(isElsewhere ? List.of("docker", "--host", host) : List.of("docker"));
        var answer = docker.run("version", "--format", "{{.Server.Version}}");
        if (answer.isGood()) {
            return docker;
        }
        var podman = new Engine(List.of("podman"));
        var second = podman.run("version", "--format", "{{.Client.Version}}");
        if (second.isGood()) {
            return podman;
        }
        throw new EngineException("there is no engine for containers: " + why("docker", answer) + ", and " + why("podman", second) + "; "
            + (answer.status() == NOT_STARTED ? "apt-get install docker.io" : isElsewhere ? "DOCKER_HOST is " + host : "systemctl start docker, or set DOCKER_HOST"));
    }

    private static String why(String program, Outcome answer) {
        return program + (answer.status() == NOT_STARTED ? " is not installed" : " does not answer: " + answer.reason());
    }

    /// The engine that [#toString] told of.
    public static Engine of(String words) {
        return new Engine(List.of(words.split(" ")));
    }

    /// Program and options, as [#of] reads them.
    @Override
    public String toString() {
        return String.join(" ", words);
    }

    /// A command of the engine, for whoever runs it himself.
    public List<String> command(List<String> arguments) {
        var command = new ArrayList<>(words);
        command.addAll(arguments);
        return command;
    }

    /// Runs a command of the engine to its end, without input.
    public Outcome run(String... arguments) {
        return run(PATIENCE, List.of(arguments));
    }

    private Outcome run(Duration patience, List<String> arguments) {
        try {
            var process = new ProcessBuilder(command(arguments)).redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null"))).start();
            var out = reading(() -> text(process.inputReader(StandardCharsets.UTF_8)));
            var err = reading(() -> text(process.errorReader(StandardCharsets.UTF_8)));
            if (!process.waitFor(patience.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
            return new Outcome(process.waitFor(), out.get(), err.get());
        } catch (IOException | ExecutionException e) {
            return new Outcome(NOT_STARTED, "", String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Outcome(NOT_STARTED, "", "interrupted");
        }
    }

    /// By a platform thread, as a virtual one keeps its carrier while it waits at a pipe (ADR 35).
    private static FutureTask<String> reading(Callable<String> work) {
        var task = new FutureTask<>(work);
        Thread.ofPlatform().daemon().name("engine-output").start(task);
        return task;
    }

    private static String text(java.io.Reader reader) {
        try (reader) {
            return reader.readAllAsString().strip();
        } catch (IOException e) {
            return "";      // The process was ended.
        }
    }

    /// Starts a container in the background, detached from whoever asks.
    ///
    /// @param arguments of `run`, behind `--detach` and `--pull`
    public Outcome start(List<String> arguments) {
        var words = new ArrayList<>(List.of("run", "--detach", "--pull", "never"));
        words.addAll(arguments);
        return run(PATIENCE, words);
    }

    /// Fetches an image; for half an hour at most.
    public Outcome pull(String image) {
        return run(PULL_PATIENCE, List.of("pull", "--quiet", image));
    }

    public boolean hasImage(String image) {
        return run("image", "inspect", "--format", "{{.Id}}", image).isGood();
    }

    /// What became of a container; null when there is none of this name or id.
    public @Nullable State state(String container) {
        var answer = run("container", "inspect", "--format", "{{.Id}} {{.State.Pid}} {{.State.ExitCode}}", container);
        var parts = answer.out().split(" ");
        return answer.isGood() && parts.length == 3 ? new State(parts[0], Long.parseLong(parts[1]), Integer.parseInt(parts[2])) : null;
    }

    /// Ids of the containers that carry a label, whether they run or not.
    ///
    /// @throws EngineException when the engine does not answer
    public List<String> labelled(String label) {
        var answer = run("ps", "--all", "--quiet", "--no-trunc", "--filter", "label=" + label);
        if (!answer.isGood()) {
            throw new EngineException(this + " does not answer: " + answer.reason());
        }
        return answer.out().lines().toList();
    }

    /// Ends containers and removes them; those that are gone are no fault.
    ///
    /// @return why some may be left; empty when none is
    public String remove(List<String> containers) {
        if (containers.isEmpty()) {
            return "";
        }
        if (words.getFirst().equals("podman")) {
            run(PATIENCE, with("kill", containers));      // Docker kills what it removes, Podman would ask it and wait for ten seconds.
        }
        var outcome = run(PATIENCE, with("rm --force --volumes", containers));
        return outcome.isGood() || outcome.reason().toLowerCase(Locale.ROOT).contains("no such container") ? "" : outcome.reason();
    }

    private static List<String> with(String command, List<String> containers) {
        var arguments = new ArrayList<>(List.of(command.split(" ")));
        arguments.addAll(containers);
        return arguments;
    }
}
