package io.etherloom.qemu;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
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

    private static final byte[] KILL = ascii("\nkill\n");
    private static final int MAX_KILLS = 20;

    private final String mark;
    private final byte[] request;
    private final GuestPort outputPort;
    private final GuestPort errorPort;
    private final AtomicInteger kills = new AtomicInteger();
    private final PipedInputStream output = new PipedInputStream(PIPE);
    private final PipedInputStream errors = new PipedInputStream(PIPE);
    private final CompletableFuture<Integer> status = new CompletableFuture<>();
    private volatile boolean hasBegun;

    /// @param mark    in front of what is not output
    /// @param command a line of shell
    /// @param output  where the guest is asked for it, and what it prints comes
    GuestProcess(String mark, String command, SocketChannel output, SocketChannel errors) {
        this.mark = mark;
        request = ascii("\n" + mark + " " + Base64.getEncoder().encodeToString(command.getBytes(StandardCharsets.UTF_8)) + " .\n");
        outputPort = new GuestPort(output, this::sayAgain);
        errorPort = new GuestPort(errors, () -> { });
    }

    private static byte[] ascii(String words) {
        return words.getBytes(StandardCharsets.US_ASCII);
    }

    /// Has the guest carry it out, and follows what it says until that has ended.
    void begin() {
        var out = follow(outputPort, output);
        var err = follow(errorPort, errors);
        out.thenCombine(err, (own, other) -> own == LOST ? other : own).thenAccept(code -> status.complete(code == LOST ? STATUS_OF_LOST : code));
        outputPort.write(request);
    }

    /// The guest has come to another process, whose channels these are.
    void goOnAt(SocketChannel output, SocketChannel errors) {
        outputPort.goOnAt(output);
        errorPort.goOnAt(errors);
    }

    /// What the process before had not read when the guest left it is lost, or the end of it, which is why each line begins on a new one. A guest that has heard a request
    /// does not do it again.
    private void sayAgain() {
        if (!hasBegun) {
            outputPort.write(request);
        }
        if (kills.get() > 0) {
            outputPort.write(KILL);
        }
    }

    private CompletableFuture<Integer> follow(GuestPort port, PipedInputStream pipe) {
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
                code = copy(new BufferedInputStream(port), to);
            } catch (IOException e) {
                // The guest is gone.
            } finally {
                port.readToEnd();
                ended.complete(code);
            }
        });
        return ended;
    }

    /// @return the status that stands at the end
    private int copy(InputStream from, OutputStream to) throws IOException {
        skip(from, ascii(mark + " begun"));
        hasBegun = true;
        var end = ascii("\n" + mark + " ");
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

    /// Ends the command and what it has started.
    @Override
    public void destroy() {
        // One that does not end by some of these does not by more, and a port that nobody reads must not fill up.
        if (!status.isDone() && kills.incrementAndGet() <= MAX_KILLS) {
            outputPort.write(KILL);
        }
    }

    @Override
    public Process destroyForcibly() {
        destroy();
        return this;
    }
}
