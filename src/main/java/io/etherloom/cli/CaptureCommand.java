package io.etherloom.cli;

import io.etherloom.capture.ProductPoint;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `capture`: asks the lab for a stream of pcapng and writes it into files or a pipe, until Ctrl-C or until one of the limits.
@Command(name = "capture", description = "Write the frames of ports into a capture file, until Ctrl-C.", footer = {
    "  etherloom capture --port web1 -w web1.pcapng",
    "  etherloom capture --uplink esx1/vmnic0 -w - | wireshark -k -i -",
    "  etherloom capture --lab --point Drop -w drops.pcapng",
    "  etherloom capture --portgroup DMZ -w dmz.pcapng --duration 10s \"vlan 10 and icmp\"",
    "  etherloom capture --uplink esx1/vmnic0 --dir 0 --ip 10.0.10.11 -b filesize:10MB -b files:5 -w ring.pcapng",
    "", "Needs a running lab. Tags stand in the frames where the wire has them; each port and point is an interface of the file."})
final class CaptureCommand extends Verb {
    /// What the lab still has to say when it was told that it is enough.
    private static final long END_NANOS = 3_000_000_000L;

    @Mixin CaptureSubjects subjects = new CaptureSubjects();

    @Option(names = {"-w", "-o", "--write", "--outfile"}, paramLabel = "FILE", description = "The file, or - for standard output.")
    @Nullable String file;

    @Option(names = {"--point", "--capture"}, paramLabel = "POINT", description = "Capture point by the product's name; -A lists them.")
    List<String> points = new ArrayList<>();

    @Option(names = "-A", description = "List the capture points and end.")
    boolean listsPoints;

    @Option(names = "--dir", paramLabel = "0|1|2", description = "0 or in: into the switch; 1 or out: out of it; 2 or both, the default.")
    @Nullable String way;

    @Option(names = "--stage", paramLabel = "0|1", description = "0 or pre: where the frames come from; 1 or post: where they go.")
    @Nullable String stage;

    @Option(names = {"-s", "--snaplen"}, paramLabel = "OCTETS", description = "Keep only so many octets of each frame.")
    @Nullable Integer snapLength;

    @Option(names = "--duration", paramLabel = "TIME", description = "End after this time: 500ms, 10s, 5m, 1h.")
    @Nullable String duration;

    @Option(names = {"-c", "--count"}, paramLabel = "FRAMES", description = "End after so many frames.")
    @Nullable Integer count;

    @Option(names = {"-b", "--ring-buffer"}, paramLabel = "KEY:VALUE",
        description = "Go on in another file: filesize:10MB, duration:60s, packets:100000; files:5 keeps the last five.")
    List<String> rotation = new ArrayList<>();

    @Option(names = "--format", paramLabel = "FORMAT", description = "pcapng, or pcap, which keeps frames and times only; else by the file's suffix.")
    @Nullable String format;

    @Option(names = "--ng", description = "Write pcapng, as is done anyway.")
    boolean isPcapng;

    @Option(names = "--filter", paramLabel = "EXPRESSION", description = "The same as at the end; several must all fit.")
    List<String> filters = new ArrayList<>();

    @Parameters(paramLabel = "EXPRESSION", arity = "0..*", description = "Which frames: a filter of pcap-filter(7), such as \"vlan 10 and icmp\".")
    List<String> expression = new ArrayList<>();

    @Mixin FilterFlags flags = new FilterFlags();

    private final CountDownLatch done = new CountDownLatch(1);
    private volatile boolean isInterrupted;
    private long missing;

    CaptureCommand(World world) {
        super(world);
    }

    @Override
    public Integer call() throws IOException {
        if (listsPoints) {
            listPoints();
            return ExitCode.OK;
        }
        if (file == null) {
            throw new Failure(ExitCode.BAD_INPUT, "-w says into which file, or - for standard output");
        }
        long millis = duration == null ? 0 : DurationText.millis(duration);
        if (count != null && count < 1) {
            throw new Failure(ExitCode.BAD_INPUT, "--count is a number of frames from 1, not " + count);
        }
        subjects.settle(name -> world.registry().get().labs().stream().anyMatch(lab -> lab.name().equals(name)), expression);
        var output = output(file, Rotation.of(rotation));
        var query = query();
        var client = client(lab(subjects.labName()));
        long begun = System.nanoTime();
        // Asked before the file is touched: a misspelt port shall not empty an old capture.
        try (var exchange = client.open("GET", "/v1/capture?" + query, "", 0)) {
            var hook = Thread.ofPlatform().unstarted(() -> interrupted(exchange));
            Runtime.getRuntime().addShutdownHook(hook);
            return copy(exchange, output, millis == 0 ? null : (Long) (begun + millis * 1_000_000));
        } finally {
            done.countDown();
        }
    }

    private void listPoints() {
        for (boolean isHere : new boolean[] {true, false}) {
            world.out().println(isHere ? "Capture points of a standard vSwitch:" : "\nPoints of the product that do not exist here:");
            for (var point : ProductPoint.values()) {
                if (point.isHere() == isHere) {
                    world.out().printf(Locale.ROOT, "  %-19s %s%n", point.label(), point.line());
                }
            }
        }
    }

    private CaptureOutput output(String name, Rotation wanted) {
        boolean isPcap = format == null ? !isPcapng && name.endsWith(".pcap") : format.equals("pcap");
        if (format != null && !isPcap && !format.equals("pcapng")) {
            throw new Failure(ExitCode.BAD_INPUT, "--format is pcapng or pcap, not \"" + format + "\"");
        }
        if (name.equals("-")) {
            if (isPcap || wanted.isRotating()) {
                throw new Failure(ExitCode.BAD_INPUT, "standard output takes one stream of pcapng; " + (isPcap ? "pcap" : "-b") + " needs a file");
            }
            return new CapturePipe(world.out());
        }
        if (isPcap) {
            world.note("a .pcap keeps frames, lengths and times only; ports, points, directions, names and comments are lost (.pcapng has them)");
        }
        return new CaptureFiles(Path.of(name), wanted, isPcap ? CaptureFormat.pcap() : CaptureFormat.pcapng());
    }

    private String query() {
        var parameters = subjects.parameters();
        if (parameters.isEmpty()) {
            throw new Failure(ExitCode.BAD_INPUT, "what shall be captured? Give --port, --uplink, --vmk, --portgroup, --vm, --link, --switchport or --lab");
        }
        points.forEach(point -> parameters.add("point=" + LabClient.segment(point)));
        var expressions = new ArrayList<>(filters);
        expressions.add(String.join(" ", expression));
        flags.expressions(expressions).forEach(filter -> parameters.add("filter=" + LabClient.segment(filter)));
        optional(parameters, "dir", way);
        optional(parameters, "stage", stage);
        optional(parameters, "snaplen", snapLength);
        optional(parameters, "count", count);
        return String.join("&", parameters);
    }

    private static void optional(List<String> parameters, String name, @Nullable Object value) {
        if (value != null) {
            parameters.add(name + "=" + LabClient.segment(value.toString()));
        }
    }

    /// Ctrl-C: the lab ends the capture, and what it still says is written before the process is gone.
    private void interrupted(LabClient.Exchange exchange) {
        isInterrupted = true;
        try {
            exchange.enough();
            done.await(END_NANOS, TimeUnit.NANOSECONDS);
        } catch (InterruptedException _) {
            // What has been written is whole blocks.
        }
    }

    private int copy(LabClient.Exchange exchange, CaptureOutput output, @Nullable Long deadline) throws IOException {
        IOException failure = null;
        try (output) {
            copyAll(exchange, output, deadline);
            output.flush();
        } catch (CapturePipe.Broken _) {
            // The reader has enough.
        } catch (IOException fault) {
            failure = fault;
        }
        if (missing > 0) {
            world.note("%,d frames are missing: the capture was slower than they were. They were forwarded all the same; a filter, --snaplen or a faster disk helps"
                .formatted(missing));
        }
        var told = TopologyFile.count(Math.toIntExact(Math.min(output.frames(), Integer.MAX_VALUE)), "frame");
        if (failure != null) {
            throw new Failure(ExitCode.FAILED, "the capture ended, since it cannot be written: " + reason(failure) + "; "
                + (output.place().isEmpty() ? "no file was made" : told + " in " + output.place() + ", which can be read"), failure);
        }
        if (!output.place().isEmpty()) {
            world.out().println(told + " written to " + output.place());
        }
        return ExitCode.OK;
    }

    /// The JDK names the file alone where that is missing or forbidden.
    private static String reason(IOException failure) {
        return switch (failure) {
            case NoSuchFileException missing -> "there is no folder " + Path.of(missing.getFile()).toAbsolutePath().getParent();
            case AccessDeniedException denied -> "you may not write " + denied.getFile();
            case FileAlreadyExistsException there -> there.getFile() + " is there and is no file";
            default -> String.valueOf(failure.getMessage());
        };
    }

    private void copyAll(LabClient.Exchange exchange, CaptureOutput output, @Nullable Long deadline) throws IOException {
        var blocks = new PcapngStream(exchange.body());
        exchange.in().awaitUntil(deadline);
        boolean isEnding = false;
        while (true) {
            boolean isOver = isInterrupted || count != null && output.frames() >= count || deadline != null && System.nanoTime() - deadline >= 0;
            if (isOver && !isEnding) {
                isEnding = true;
                end(exchange);
            }
            try {
                if (!blocks.next()) {
                    return;
                }
            } catch (SocketTimeoutException _) {
                if (isEnding) {
                    return;
                }
                continue;      // The time is over.
            } catch (EOFException _) {
                return;      // The lab has ended; what came before is whole blocks.
            }
            if (blocks.type() == PcapngStream.STATISTICS) {
                missing += blocks.missing();
            }
            if (!blocks.isFrame() || count == null || output.frames() < count) {
                output.add(blocks);
            }
            if (!blocks.hasMoreAtOnce()) {
                output.flush();
            }
        }
    }

    private static void end(LabClient.Exchange exchange) {
        exchange.enough();
        exchange.in().awaitUntil(System.nanoTime() + END_NANOS);
    }
}
