package io.etherloom.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// One file, or a row of them in turn (see [Rotation]). Each begins with the header, the interfaces and the names that were known by then, so it
/// is complete by itself, and the first frame that does not go into one goes into the next. One thread.
final class CaptureFiles implements CaptureOutput {
    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMddHHmmss", Locale.ROOT);

    private final Path path;
    private final Rotation rotation;
    private final CaptureFormat format;
    private final ArrayDeque<Path> ring = new ArrayDeque<>();
    private @Nullable WholeItems current;
    private long begunNanos;
    private int number;
    private long framesBefore;

    /// @param path the file, whose name is extended when there are several
    CaptureFiles(Path path, Rotation rotation, CaptureFormat format) {
        this.path = path;
        this.rotation = rotation;
        this.format = format;
    }

    @Override
    public void add(PcapngStream block) throws IOException {
        boolean isFrame = block.isFrame();
        var file = current;
        if (file == null) {
            file = begin();
        } else if (isFrame && file.frames() > 0 && rotation.isDue(file.size() + block.size(), System.nanoTime() - begunNanos, file.frames())) {
            end(file);
            file = begin();
        }
        format.add(file, block);
    }

    private WholeItems begin() throws IOException {
        var name = rotation.isRotating() ? named(++number) : path;
        var file = WholeItems.create(name);
        current = file;
        begunNanos = System.nanoTime();
        ring.add(name);
        if (rotation.files() > 0 && ring.size() > rotation.files()) {
            Files.deleteIfExists(ring.removeFirst());
        }
        format.begin(file);
        return file;
    }

    /// `web1.pcapng` becomes `web1_00001_20261231235959.pcapng`, as dumpcap names its files.
    private Path named(int index) {
        var name = path.getFileName().toString();
        int dot = name.lastIndexOf('.');
        var stem = dot <= 0 ? name : name.substring(0, dot);
        var suffix = dot <= 0 ? "" : name.substring(dot);
        return path.resolveSibling("%s_%05d_%s%s".formatted(stem, index, LocalDateTime.now().format(STAMP), suffix));
    }

    private void end(WholeItems file) throws IOException {
        try {
            file.flush();
        } finally {
            framesBefore += file.frames();
            current = null;
            file.close();
        }
    }

    @Override
    public void flush() throws IOException {
        var file = current;
        if (file != null) {
            file.flush();
        }
    }

    @Override
    public long frames() {
        return framesBefore + (current == null ? 0 : current.frames());
    }

    @Override
    public String place() {
        if (ring.isEmpty()) {
            return "";
        }
        if (number <= 1) {
            return ring.getFirst().toString();
        }
        var all = number + " files, the last of them " + ring.getLast();
        return ring.size() == number ? all : all + "; the older ones are deleted, " + ring.size() + (ring.size() == 1 ? " is" : " are") + " left";
    }

    @Override
    public void close() throws IOException {
        var file = current;
        if (file != null) {
            end(file);
        }
    }
}
