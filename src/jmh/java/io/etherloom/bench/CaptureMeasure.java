package io.etherloom.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// What a capture costs those that forward: 60-byte frames between two of three TAPs, nobody captured, the third one, all at both ends of
/// their paths into a ring of files, and all behind a filter that wants none. Generator and capturing client share the first processors, the
/// lab has the last.
final class CaptureMeasure implements Measure {
    static final Quantity NONE = quantity("no capture");
    static final Quantity OTHER = quantity("another port captured");
    static final Quantity ALL = quantity("all ports captured");
    static final Quantity FILTERED = quantity("all ports captured, filter wants none");

    private final FramesMeasure frames = new FramesMeasure();

    private static Quantity quantity(String what) {
        return Quantity.rate("60-byte frames, " + what, Unit.FRAMES);
    }

    @Override
    public String id() {
        return "capture";
    }

    @Override
    public String title() {
        return "small frames while ports are captured";
    }

    @Override
    public void measure(Run run) throws Unavailable {
        Peers.requireRoot();
        var lanes = new ArrayList<Run.Lane>();
        run.add(lanes, Subject.ETHERLOOM, "", () -> Lab.oneHost(run, "capture", 3, ""));
        run.takeTurns(lanes, (peer, seconds) -> {
            var values = new ArrayList<Run.Value>();
            values.add(new Run.Value(NONE, frames.unicast(peer, seconds).received()));
            values.add(new Run.Value(OTHER, captured(run, peer, seconds, "--port", "vm3")));
            values.add(new Run.Value(ALL, captured(run, peer, seconds, "--lab")));
            values.add(new Run.Value(FILTERED, captured(run, peer, seconds, "--lab", "--filter", "udp port 9 or (vlan and udp port 9)")));
            return values;
        });
    }

    private double captured(Run run, Peer peer, double seconds, String... words) {
        try {
            var folder = Files.createTempDirectory(run.scratch().folder("capture"), "ring");
            var client = start(run, peer, folder, words);
            try {
                await(folder);
                return frames.unicast(peer, seconds).received();
            } finally {
                client.destroy();
                client.waitFor(10, TimeUnit.SECONDS);
                delete(folder);
            }
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException("the capture failed: " + e.getMessage(), e);
        }
    }

    private static Process start(Run run, Peer peer, Path folder, String... words) throws IOException {
        var lab = peer.left().substring("el-".length(), peer.left().length() - "-vm1".length());
        var command = new ArrayList<>(List.of("env", "ETHERLOOM_BUILD=never", "ETHERLOOM_LAB=" + lab, run.home().resolve("etherloom").toString(), "capture"));
        command.addAll(List.of(words));
        command.addAll(List.of("-b", "filesize:100MB", "-b", "files:2", "-w", folder.resolve("all.pcapng").toString()));
        return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
    }

    /// The header is written when the lab has begun.
    private static void await(Path folder) throws IOException {
        for (int i = 0; i < 500; i++) {
            try (var files = Files.list(folder)) {
                if (files.anyMatch(file -> file.toFile().length() > 0)) {
                    return;
                }
            }
            Scratch.sleep(20);
        }
        throw new IOException("the capture does not begin");
    }

    private static void delete(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            for (var file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }
}
