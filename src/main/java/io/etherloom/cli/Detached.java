package io.etherloom.cli;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;

/// Starts a lab in a process of its own and passes on what it says until it is ready, or has failed.
final class Detached {
    /// The line by which the lab's process says that it needs nobody any more. No sentence of ours begins like it.
    static final String READY = "\u0006ready";

    private Detached() {}

    /// @return 0 when the lab is ready or was changed, else the exit code of its process
    static int start(World world, String file, boolean isJson, ListenOption listening) throws IOException, InterruptedException {
        var command = new ArrayList<>(World.ownCommand());
        command.add(Verbs.LAB_PROCESS);
        if (isJson) {
            command.add(BackgroundLab.AS_JSON);
        }
        command.addAll(listening.words());
        command.add(file);
        var builder = new ProcessBuilder(command).redirectInput(new File("/dev/null"));
        builder.environment().clear();
        builder.environment().putAll(world.environment());
        var process = builder.start();
        var faults = Thread.ofPlatform().daemon().start(() -> passOn(process, world));
        try (var lines = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.equals(READY)) {
                    return ExitCode.OK;
                }
                world.out().println(line);
            }
        }
        faults.join();
        return process.waitFor();
    }

    private static void passOn(Process process, World world) {
        try {
            process.getErrorStream().transferTo(world.err());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
