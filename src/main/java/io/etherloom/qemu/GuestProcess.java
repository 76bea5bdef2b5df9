package io.etherloom.qemu;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/// A command inside a guest as if it were a process of this machine. It reads nothing.
///
/// Each of its two streams is what stands on the port between the line `MARK begun` and the line `MARK STATUS`. A guest that is hostile may
/// say anything there; only this command's output is wrong then.
final class GuestProcess extends Process {
    /// When the guest went away before the command had ended, and what whoever began it is told then.
    private static final int LOST = -1;
    private static final int STATUS_OF_LOST = 255;
    private static final int PIPE = 1 << 16;

    private static final int MAX_KILLS = 20;

    private final String mark;
    private final SocketChannel outputPort;
    private final SocketChannel errorPort;
    private final AtomicInteger kills = new AtomicInteger();
    private final PipedInputStream output = new PipedInputStream(PIPE);
    private final PipedInputStream errors = new PipedInputStream(PIPE);
    private final CompletableFuture<Integer> status = new CompletableFuture<>();
    /// Of its errors the guest tells the end first.
    private volatile boolean hasEndedErrors;

    /// @param mark       in front of what is not output
    /// @param outputPort where it is asked for, and what it prints comes
    GuestProcess(String mark, SocketChannel outputPort, SocketChannel errorPort) {
        this.mark = mark;
        this.outputPort = outputPort;
        this.errorPort = errorPort;
    }

    /// Has the guest carry it out, and follows what it says until that has ended.
    ///
    /// @param command a line of shell
    /// @param onEnd   called then, unless a port was lost
    void begin(String command, Runnable onEnd) {
        followBoth(false, onEnd);
        write(mark + " " + Base64.getEncoder().encodeToString(command.getBytes(StandardCharsets.UTF_8)) + "\n");
    }

    /// The same command by the ports of the process to which the guest has come.
    GuestProcess at(SocketChannel laterOutput, SocketChannel laterErrors) {
        var later = new GuestProcess(mark, laterOutput, laterErrors);
        later.hasEndedErrors = hasEndedErrors;
        return later;
    }

    /// Follows one that has begun elsewhere; what it says is thrown away.
    void followToEnd(Runnable onEnd) {
        followBoth(true, onEnd);
        for (var said : List.of(output, errors)) {
            Thread.startVirtualThread(() -> {
                try {
                    said.transferTo(OutputStream.nullOutputStream());
                } catch (IOException e) {
                    // The guest is gone, or had nothing more to say.
                }
            });
        }
    }

    private void followBoth(boolean hasBegun, Runnable onEnd) {
        var out = follow(outputPort, output, hasBegun);
        var err = hasEndedErrors ? CompletableFuture.completedFuture(LOST) : follow(errorPort, errors, hasBegun);
        err.thenAccept(code -> hasEndedErrors |= code != LOST);
        out.thenCombine(err, (own, other) -> own == LOST ? other : own).thenAccept(code -> {
            if (outputPort.isOpen()) {
                onEnd.run();
            }
            status.complete(code == LOST ? STATUS_OF_LOST : code);
        });
    }

    private CompletableFuture<Integer> follow(SocketChannel port, PipedInputStream pipe, boolean hasBegun) {
        var ended = new CompletableFuture<Integer>();
        PipedOutputStream to;
        try {
            to = new PipedOutputStream(pipe);
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
        Thread.ofVirtual().name("guest-command").start(() -> {
            int code = LOST;
            try (to) {
                code = copy(new BufferedInputStream(Channels.newInputStream(port)), to, hasBegun);
            } catch (IOException e) {
                // The guest is gone.
            } finally {
                ended.complete(code);
            }
        });
        return ended;
    }

    /// @return the status that stands at the end
    private int copy(InputStream from, OutputStream to, boolean hasBegun) throws IOException {
        if (!hasBegun) {
            skip(from, (mark + " begun").getBytes(StandardCharsets.US_ASCII));
        }
        var end = ("\n" + mark + " ").getBytes(StandardCharsets.US_ASCII);
        var out = new Forgiving(to);
        int matched = 0;
        while (matched < end.length) {
            if (matched == 0 && from.available() == 0) {
                out.flush();
            }
            int octet = from.read();
            if (octet < 0) {
                throw new IOException("the guest is gone");
            }
            if (octet == end[matched]) {
                matched++;
            } else {
                out.write(end, 0, matched);
                matched = octet == end[0] ? 1 : 0;
                if (matched == 0) {
                    out.write(octet);
                }
            }
        }
        out.flush();
        return number(from);
    }

    private static int number(InputStream from) throws IOException {
        int number = 0;
        for (int octet = from.read(); octet >= '0' && octet <= '9' && number < 1000; octet = from.read()) {
            number = number * 10 + octet - '0';
        }
        return number;
    }

    /// What a command before left, such as a program in the background, is not of this one.
    private static void skip(InputStream from, byte[] line) throws IOException {
        int matched = 0;
        while (matched < line.length) {
            int octet = from.read();
            if (octet < 0) {
                throw new IOException("the guest is gone");
            }
            matched = octet == line[matched] ? matched + 1 : octet == line[0] ? 1 : 0;
        }
        for (int octet = from.read(); octet != '\n'; octet = from.read()) {
            if (octet < 0) {
                throw new IOException("the guest is gone");
            }
        }
    }

    /// A reader that has gone away must not keep the port from being read to the end of the command.
    private static final class Forgiving {
        private final OutputStream to;
        private boolean isBroken;

        Forgiving(OutputStream to) {
            this.to = to;
        }

        void write(byte[] bytes, int at, int count) {
            try {
                if (!isBroken && count > 0) {
                    to.write(bytes, at, count);
                }
            } catch (IOException e) {
                isBroken = true;
            }
        }

        void write(int octet) {
            write(new byte[] {(byte) octet}, 0, 1);
        }

        void flush() {
            try {
                if (!isBroken) {
                    to.flush();
                }
            } catch (IOException e) {
                isBroken = true;
            }
        }
    }

    @Override
    public OutputStream getOutputStream() {
        return OutputStream.nullOutputStream();
    }

    @Override
    public InputStream getInputStream() {
        return output;
    }

    @Override
    public InputStream getErrorStream() {
        return errors;
    }

    @Override
    public int waitFor() throws InterruptedException {
        try {
            return status.get();
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @Override
    public int exitValue() {
        var known = status.getNow(null);
        if (known == null) {
            throw new IllegalThreadStateException("the command runs");
        }
        return known;
    }

    private void write(String words) {
        try {
            var bytes = ByteBuffer.wrap(words.getBytes(StandardCharsets.US_ASCII));
            while (bytes.hasRemaining()) {
                outputPort.write(bytes);
            }
        } catch (IOException e) {
            // The reader of the port sees the same, and ends the command.
        }
    }

    /// Ends the command and what it has started.
    @Override
    public void destroy() {
        // One that does not end by some of these does not by more, and a port that nobody reads must not fill up.
        if (!status.isDone() && kills.incrementAndGet() <= MAX_KILLS) {
            write("kill\n");
        }
    }

    @Override
    public Process destroyForcibly() {
        destroy();
        return this;
    }
}
