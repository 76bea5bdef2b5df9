package io.etherloom.cli;

import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "capture", description = "Write the frames of ports into a pcapng file, until Ctrl-C.", footer = {
    "  etherloom capture --port web1 -w web1.pcapng",
    "  etherloom capture --uplink esx1/vmnic0 -w - | tshark -r -",
    "  etherloom capture --port web1 --port esx1/vmnic0 --duration 10s --count 100 -w both.pcapng",
    "", "Needs a running lab. Tags stand in the frames where the wire has them; each port is an interface of its name."})
final class CaptureCommand extends Verb {
    @Option(names = {"--port", "--uplink"}, required = true, paramLabel = "PORT",
        description = "VM (web1), vNIC (web1/1), vmk (esx1/vmk0), uplink (esx1/vmnic0), port id, or port of a physical switch (tor1/1).")
    List<String> ports = new ArrayList<>();

    @Option(names = {"-w", "--write"}, required = true, paramLabel = "FILE", description = "The file, or - for standard output.")
    String file = "";

    @Option(names = "--snaplen", paramLabel = "OCTETS", description = "Keep only so many octets of each frame.")
    @Nullable Integer snapLength;

    @Option(names = "--duration", paramLabel = "TIME", description = "End after this time: 500ms, 10s, 5m, 1h.")
    @Nullable String duration;

    @Option(names = "--count", paramLabel = "FRAMES", description = "End after so many frames.")
    @Nullable Long count;

    @Mixin LabOption lab = new LabOption();

    private volatile boolean isInterrupted;

    CaptureCommand(World world) {
        super(world);
    }

    @Override
    public Integer call() throws IOException {
        long millis = duration == null ? 0 : DurationText.millis(duration);
        if (count != null && count < 1) {
            throw new Failure(ExitCode.BAD_INPUT, "--count is a number of frames from 1, not " + count);
        }
        var client = client(lab(lab.name));
        long begun = System.nanoTime();
        // Asked before the file is touched: a misspelt port shall not empty an old capture.
        try (var exchange = open(client)) {
            exchange.in().awaitUntil(millis == 0 ? null : (Long) (begun + millis * 1_000_000));
            return copy(exchange);
        }
    }

    private LabClient.Exchange open(LabClient client) {
        var query = ports.stream().map(port -> "port=" + LabClient.segment(port)).collect(Collectors.joining("&"))
            + (snapLength == null ? "" : "&snaplen=" + snapLength);
        return client.open("GET", "/v1/capture?" + query, "", 0);
    }

    private int copy(LabClient.Exchange exchange) throws IOException {
        boolean isPiped = file.equals("-");
        var blocks = new PcapngBlocks(exchange.body());
        long frames;
        try (OutputStream out = isPiped ? new Unclosed(world.out()) : Files.newOutputStream(Path.of(file))) {
            // Ctrl-C ends the JVM; what has been read by then is whole blocks in the file.
            var hook = Thread.ofPlatform().unstarted(() -> isInterrupted = true);
            Runtime.getRuntime().addShutdownHook(hook);
            frames = copy(blocks, out);
        }
        if (!isPiped) {
            world.out().println(TopologyFile.count(Math.toIntExact(Math.min(frames, Integer.MAX_VALUE)), "frame") + " written to " + file);
        }
        return ExitCode.OK;
    }

    private long copy(PcapngBlocks blocks, OutputStream out) throws IOException {
        long frames = 0;
        try {
            while (!isInterrupted && (count == null || frames < count)) {
                var block = blocks.next();
                if (block == null) {
                    break;
                }
                out.write(block.octets());
                if (!blocks.hasMoreAtOnce()) {
                    out.flush();
                }
                frames += block.isFrame() ? 1 : 0;
            }
        } catch (SocketTimeoutException _) {
            // The time is over.
        } catch (BrokenPipe _) {
            // The reader has enough.
        } catch (EOFException _) {
            // The lab has ended; what came before is whole blocks.
        }
        return frames;
    }

    /// Nobody reads standard output any more.
    private static final class BrokenPipe extends IOException {
        private static final long serialVersionUID = 1;
    }

    /// Standard output, which belongs to the process. A [PrintStream] keeps faults to itself, so it is asked after each write; else a
    /// capture would go on when the program behind the pipe has ended.
    private static final class Unclosed extends OutputStream {
        private final PrintStream out;

        Unclosed(PrintStream out) {
            this.out = out;
        }

        @Override
        public void write(int octet) throws IOException {
            write(new byte[] {(byte) octet}, 0, 1);
        }

        @Override
        public void write(byte[] octets, int offset, int size) throws IOException {
            out.write(octets, offset, size);
            if (out.checkError()) {
                throw new BrokenPipe();
            }
        }

        @Override
        public void flush() {
            out.flush();
        }

        @Override
        public void close() {
            flush();
        }
    }
}
