package io.etherloom.api;

import io.etherloom.api.Router.Call;
import io.etherloom.lab.LabControl;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Runs a command in a VM and tells what it prints as JSON objects, one a line: `{"stdout": …}`, `{"stderr": …}`, and `{"exit": STATUS}` last. What
/// is no UTF-8 comes as U+FFFD. The command ends when the client goes away.
final class ExecRoute {
    private static final long LOOK_MILLIS = 100;

    private final LabControl lab;

    ExecRoute(LabControl lab) {
        this.lab = lab;
    }

    /// @param command program and arguments
    /// @param stdin what the program reads, nothing without
    record Command(List<String> command, @Nullable String stdin) {
        Command {
            if (command == null || command.isEmpty()) {
                throw new IllegalArgumentException("\"command\" is a program and its arguments, such as [\"ip\", \"addr\"]");
            }
            command = List.copyOf(command);
        }
    }

    Answer run(Call call) {
        var wanted = command(call.request());
        return new Answer.Stream(JsonLines.MEDIA_TYPE, (out, isOver) -> {
            var process = lab.exec(call.at("vm"), wanted.command());
            try {
                follow(process, wanted.stdin(), out, isOver);
            } catch (UncheckedIOException e) {
                throw e.getCause();
            } finally {
                process.destroyForcibly();
            }
        });
    }

    private static Command command(Request request) {
        try {
            return Json.read(request.text(), Command.class);
        } catch (IllegalArgumentException e) {
            throw ProblemException.badRequest("The body is wrong: " + e.getMessage() + ".");
        }
    }

    private static void follow(Process process, @Nullable String stdin, OutputStream out, BooleanSupplier isOver) throws IOException {
        var lines = new JsonLines(out);
        var hasFailed = new AtomicBoolean();
        var output = copy(process.getInputStream(), "stdout", lines, hasFailed);
        var errors = copy(process.getErrorStream(), "stderr", lines, hasFailed);
        var input = pipe("stdin", () -> feed(process, stdin));
        try {
            while (!process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                if (isOver.getAsBoolean() || hasFailed.get()) {
                    process.destroyForcibly();
                }
            }
            output.join();
            errors.join();
            input.join();
            lines.write("exit", process.exitValue());
        } catch (InterruptedException e) {
            throw new IOException("interrupted", e);
        }
    }

    /// Of a platform thread, because a virtual one that waits at a pipe keeps its carrier, and all requests share few of these (ADR 35).
    private static Thread pipe(String kind, Runnable work) {
        return Thread.ofPlatform().daemon().name("exec-" + kind).start(work);
    }

    private static Thread copy(InputStream from, String kind, JsonLines lines, AtomicBoolean hasFailed) {
        return pipe(kind, () -> {
            try (Reader in = new InputStreamReader(from, StandardCharsets.UTF_8)) {
                var text = new char[8192];
                for (int size = in.read(text); size >= 0; size = in.read(text)) {
                    synchronized (lines) {
                        lines.write(kind, new String(text, 0, size));
                    }
                }
            } catch (IOException | UncheckedIOException _) {
                hasFailed.set(true);      // The client has gone, or the program; whoever waits for it sees which.
            }
        });
    }

    private static void feed(Process process, @Nullable String stdin) {
        try (var to = process.getOutputStream()) {
            to.write((stdin == null ? "" : stdin).getBytes(StandardCharsets.UTF_8));
        } catch (IOException _) {
            // A program need not read what it is given.
        }
    }
}
