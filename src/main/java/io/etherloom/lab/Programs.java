package io.etherloom.lab;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Programs of the system that we call. Any thread.
final class Programs {
    private Programs() {}

    /// Where a program is: in `PATH`, or in the folders for administration, which ordinary users of Debian lack; null if nowhere.
    static @Nullable Path find(String name) {
        var path = System.getenv("PATH");
        for (var folder : ((path == null ? "" : path) + ":/usr/sbin:/sbin:/usr/bin:/bin").split(":")) {
            var file = Path.of(folder.isEmpty() ? "." : folder, name);
            if (Files.isExecutable(file) && Files.isRegularFile(file)) return file.toAbsolutePath();
        }
        return null;
    }

    /// As [#find], for what nothing works without.
    ///
    /// @throws LabException ENVIRONMENT with the package that has it
    static String require(String name) {
        var file = find(name);
        if (file != null) return file.toString();
        throw new LabException(LabException.Kind.ENVIRONMENT, "the program " + name + " is missing; install it: apt-get install " + packageOf(name));
    }

    /// The package of Debian and Ubuntu that has a program.
    static String packageOf(String program) {
        return switch (program) {
            case "ip" -> "iproute2";
            case "unshare", "nsenter", "setsid", "setpriv" -> "util-linux";
            case "ping" -> "iputils-ping";
            case "qemu-system-x86_64" -> "--no-install-recommends qemu-system-x86";
            default -> program;
        };
    }

    /// Runs a program to its end, at most 10 s, without input.
    ///
    /// @return what it wrote to either stream, and its exit status; 127 and the reason if it could not be started
    static Outcome run(List<String> command) {
        try {
            var process = new ProcessBuilder(command).redirectErrorStream(true).redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null"))).start();
            var text = new FutureTask<>(() -> new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip());
            Thread.ofPlatform().daemon().name("program-output").start(text);      // Not a virtual one: ADR 35.
            if (!process.waitFor(10, TimeUnit.SECONDS)) process.destroyForcibly();
            return new Outcome(process.waitFor(), text.get());
        } catch (IOException | ExecutionException e) {
            return new Outcome(127, String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Outcome(127, "interrupted");
        }
    }

    /// How a program ended.
    record Outcome(int status, String text) {
        /// The first line that it wrote.
        String line() {
            return text.lines().findFirst().orElse("exit status " + status);
        }
    }
}
