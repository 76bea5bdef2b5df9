package io.etherloom.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.etherloom.capture.CaptureSession;
import io.etherloom.capture.CaptureSettings;
import io.etherloom.capture.CapturedFrame;
import io.etherloom.capture.PcapReader;
import io.etherloom.capture.WallClock;
import io.etherloom.frame.CapturePoint;
import io.etherloom.frame.Frame;
import io.etherloom.frame.FramePool;
import io.etherloom.wire.Tag;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A capture from the port to a row of files: agent, writer and client on threads of their own, frames with numbers. Each number is in a file, or
/// counted as missing right where it is missing. [io.etherloom.it.CaptureSoakIT] does the same with ten million frames.
public class CaptureRotationTest {
    private static final WallClock CLOCK = new WallClock(0, 1_700_000_000_000_000_000L);
    private static final int LENGTH = 60;

    @TempDir Path folder;

    @Test
    void losesNoFrameThatItDoesNotCount() throws Exception {
        assertThat(written(folder, 200_000)).isBetween(1L, 200_000L);
    }

    /// Sends so many frames through a capture that rotates, and reads the files.
    ///
    /// @return how many are in the files
    public static long written(Path folder, int frames) throws Exception {
        var source = CaptureSession.Source.of("a", "", CapturePoint.VNIC_TX);
        var session = CaptureSession.start(List.of(source), CaptureSettings.of("test").withRingBytes(1 << 22), CLOCK);
        var client = new PipedInputStream(1 << 20);
        var lab = new PipedOutputStream(client);
        var isOver = new java.util.concurrent.atomic.AtomicBoolean();
        var pumped = run(() -> {
            try (lab) {
                session.pump(lab, isOver::get);
            }
        });
        var files = new CaptureFiles(folder.resolve("n.pcapng"), Rotation.of(List.of("filesize:5MB")), CaptureFormat.pcapng());
        var copied = run(() -> copy(client, files));
        record(session, frames);
        isOver.set(true);
        pumped.get(120, TimeUnit.SECONDS);
        copied.get(120, TimeUnit.SECONDS);
        var seen = read(folder, frames, session.dropped());
        assertThat(files.frames()).isEqualTo(seen);
        return seen;
    }

    private interface Work {
        void run() throws IOException;
    }

    private static CompletableFuture<Void> run(Work work) {
        return CompletableFuture.runAsync(() -> {
            try {
                work.run();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }, command -> Thread.ofPlatform().start(command));
    }

    private static void copy(InputStream client, CaptureFiles files) throws IOException {
        try (files) {
            var blocks = new PcapngStream(client);
            while (blocks.next()) {
                files.add(blocks);
            }
        }
    }

    private static void record(CaptureSession session, int frames) {
        try (var pool = new FramePool(2, 1)) {
            var observer = session.observer(0);
            long dropped = 0;
            for (int i = 0; i < frames; i++) {
                var frame = Objects.requireNonNull(pool.take());
                frame.head().set(ValueLayout.JAVA_INT_UNALIGNED, Frame.HEADROOM + 20, i);
                frame.parse(LENGTH, null);
                observer.observe(CapturePoint.VNIC_TX, frame, Tag.NONE, null, i);
                frame.release();
                if (session.dropped() > dropped) {      // The writer shall have something to write, too.
                    dropped = session.dropped();
                    LockSupport.parkNanos(5_000_000);
                }
            }
        }
    }

    /// Numbers go up by one, and by more only where the file says how many are missing.
    private static long read(Path folder, int frames, long dropped) throws IOException {
        long seen = 0;
        long next = 0;
        long told = 0;
        List<Path> files;
        try (var all = Files.list(folder)) {
            files = all.sorted().toList();
        }
        for (var file : files) {
            try (var reader = new PcapReader(Files.newInputStream(file))) {
                for (CapturedFrame frame = reader.next(); frame != null; frame = reader.next()) {
                    int number = ByteBuffer.wrap(frame.bytes()).order(java.nio.ByteOrder.nativeOrder()).getInt(20);
                    var comment = frame.comment();
                    long missing = comment == null ? 0 : Long.parseLong(comment.substring(0, comment.indexOf(' ')));
                    assertThat(number).as("frame behind %d in %s, missing %d", next, file, missing).isEqualTo((int) (next + missing));
                    next = number + 1L;
                    told += missing;
                    seen++;
                }
            }
        }
        assertThat(seen + dropped).isEqualTo(frames);
        assertThat(told + (frames - next)).isEqualTo(dropped);
        assertThat(files).hasSizeGreaterThan(1);
        return seen;
    }
}
