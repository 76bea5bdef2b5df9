package io.etherloom.api;

import io.etherloom.lab.LabControl;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BooleanSupplier;

/// What the lab has logged, or what the commands of a VM have printed, and with `follow=true` what comes.
final class LogsRoute {
    private static final long LOOK_MILLIS = 100;

    private final LabControl lab;

    LogsRoute(LabControl lab) {
        this.lab = lab;
    }

    Answer answer(Router.Call call) {
        var vms = call.request().query().getOrDefault("vm", List.of());
        var file = lab.log(vms.isEmpty() ? null : vms.getFirst());
        boolean isFollowing = call.request().flag("follow");
        return new Answer.Stream("text/plain; charset=utf-8", (out, isOver) -> write(file, isFollowing, out, isOver));
    }

    private static void write(Path file, boolean isFollowing, OutputStream out, BooleanSupplier isOver) throws IOException {
        while (isFollowing && !Files.exists(file) && !isOver.getAsBoolean()) {
            pause();
        }
        if (!Files.exists(file)) {
            return;
        }
        try (var channel = FileChannel.open(file); var in = Channels.newInputStream(channel)) {
            do {
                in.transferTo(out);
                if (isFollowing) {
                    pause();
                }
            } while (isFollowing && !isOver.getAsBoolean());
        }
    }

    private static void pause() throws IOException {
        try {
            Thread.sleep(LOOK_MILLIS);
        } catch (InterruptedException e) {
            throw new IOException("interrupted", e);
        }
    }
}
