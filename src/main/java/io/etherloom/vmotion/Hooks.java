package io.etherloom.vmotion;

import io.etherloom.lab.LabException;
import io.etherloom.topology.Hook;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// The hooks of one move, in their order: Java services, then those of the file for the lab, both hosts and the VM. One thread.
final class Hooks {
    private static final JsonMapper JSON = new JsonMapper();
    private static final int MAX_WORDS = 500;

    private final List<Named> all = new ArrayList<>();
    private volatile @Nullable FutureTask<Boolean> running;
    private volatile boolean isGivenUp;

    /// @param name as errors call it
    private record Named(String name, Duration timeout, VMotionHook hook) {}

    /// @param file   of the topology, in whose folder programs run
    Hooks(List<Hook> configured, Path file) {
        for (var service : ServiceLoader.load(VMotionHook.class)) {
            all.add(new Named(service.getClass().getName(), Hook.DEFAULT_TIMEOUT, service));
        }
        var folder = file.toAbsolutePath().getParent();
        for (var hook : configured) {
            VMotionHook runs = switch (hook) {
                case Hook.Program(var command, _) -> call -> program(folder, command, call);
                case Hook.Http(var url, _) -> call -> http(url, call);
            };
            all.add(new Named(hook.name(), hook.timeout(), runs));
        }
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    /// Calls each in turn.
    ///
    /// @param call      makes what a hook is told from its deadline
    /// @param remaining of the move's time
    /// @throws LabException at the first that wants no move, fails, or takes too long
    void call(String phase, Function<Instant, VMotionHook.Call> call, Duration remaining) {
        long end = System.nanoTime() + remaining.toNanos();
        for (var named : all) {
            var timeout = Duration.ofNanos(Math.max(0, Math.min(named.timeout.toNanos(), end - System.nanoTime())));
            call(phase, named, call.apply(Instant.now().plus(timeout)), timeout);
        }
    }

    /// Waits for nobody any more: who is being asked is interrupted, and who would be asked is not. Any thread.
    void giveUp() {
        isGivenUp = true;
        var asked = running;
        if (asked != null) {
            asked.cancel(true);
        }
    }

    /// Calls each, whatever becomes of the others, and although the move was given up.
    ///
    /// @return what went wrong
    List<String> tell(String phase, Function<Instant, VMotionHook.Call> call) {
        isGivenUp = false;
        var faults = new ArrayList<String>();
        for (var named : all) {
            try {
                call(phase, named, call.apply(Instant.now().plus(named.timeout)), named.timeout);
            } catch (LabException fault) {
                faults.add(String.valueOf(fault.getMessage()));
            }
        }
        return faults;
    }

    private void call(String phase, Named named, VMotionHook.Call call, Duration timeout) {
        var work = new FutureTask<>(() -> {
            named.hook.phase(call);
            return true;
        });
        running = work;
        if (isGivenUp) {
            work.cancel(true);
        }
        var thread = Thread.ofPlatform().daemon().name("hook").start(work);
        var what = "the hook " + named.name + " in " + phase;
        try {
            work.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException late) {
            throw fault(what + " did not answer within " + timeout.toMillis() + " ms", late);
        } catch (ExecutionException failed) {
            var cause = failed.getCause();
            throw fault(cause instanceof VMotionHook.Veto ? what + " wants no move: " + cause.getMessage() : what + " failed: " + cause, failed);
        } catch (CancellationException given) {
            throw fault("it was given up while " + what + " was asked", given);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw fault(what + " was interrupted", interrupted);
        } finally {
            thread.interrupt();
        }
    }

    private static LabException fault(String sentence, Exception cause) {
        return new LabException(LabException.Kind.CONFLICT, sentence, cause);
    }

    /// The call is its standard input as JSON; with exit status 0 the move goes on, else what it has printed says why not.
    private static void program(Path folder, String command, VMotionHook.Call call) throws Exception {
        var builder = new ProcessBuilder("/bin/sh", "-c", command).directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().put("ETHERLOOM_PHASE", call.phase());
        builder.environment().put("ETHERLOOM_VM", call.vm());
        builder.environment().put("ETHERLOOM_FROM", call.from());
        builder.environment().put("ETHERLOOM_TO", call.to());
        var process = builder.start();
        try {
            try (var input = process.getOutputStream()) {
                input.write(JSON.writeValueAsBytes(call));
            } catch (IOException _) {
                // It need not read.
            }
            var output = new FutureTask<>(() -> read(process));
            Thread.ofPlatform().daemon().name("hook").start(output);      // Not a virtual one: ADR 35.
            if (process.waitFor() != 0) {
                var words = output.get();
                throw new VMotionHook.Veto(words.isEmpty() ? "exit status " + process.exitValue() : words);
            }
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    /// To the end, so that it never waits for a reader.
    private static String read(Process process) throws IOException {
        var input = process.getInputStream();
        var words = words(new String(input.readNBytes(MAX_WORDS), StandardCharsets.UTF_8));
        input.transferTo(OutputStream.nullOutputStream());
        return words;
    }

    /// `POST` of the call as JSON; with a status of 2xx the move goes on, else the body says why not.
    private static void http(URI url, VMotionHook.Call call) throws IOException, InterruptedException, VMotionHook.Veto {
        try (var client = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(url).header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(call))).build();
            var answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() / 100 != 2) {
                var words = words(answer.body());
                throw new VMotionHook.Veto(words.isEmpty() ? "HTTP status " + answer.statusCode() : words);
            }
        }
    }

    private static String words(String text) {
        return text.substring(0, Math.min(text.length(), MAX_WORDS)).strip().replaceAll("\\s+", " ");
    }
}
