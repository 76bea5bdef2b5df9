package io.etherloom.cli;

import io.etherloom.lab.LabException;
import io.etherloom.lab.LabRecord;
import io.etherloom.lab.view.TopView;
import io.etherloom.top.BatchCsv;
import io.etherloom.top.BatchJson;
import io.etherloom.top.Interval;
import io.etherloom.top.LiveView;
import java.io.IOException;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import java.util.concurrent.locks.LockSupport;

@Command(name = "top", description = "Watch a lab as esxtop's network screen shows a host; h explains the keys. TX and RX are seen from the VM or vmk:"
    + " TX is what it sends. Of an uplink they are what the pNIC puts on the wire and takes from it.", footer = {
    "  etherloom top",
    "  etherloom top -d 1                    a sample every second",
    "  etherloom top --batch -d 2 -n 30 > lab.csv    esxtop's batch file, for perfmon and its like",
    "  etherloom top --batch -n 1 -o json | jq '.ports[].transmitted'",
    "", "Needs a running lab, and without --batch a terminal."})
final class TopCommand extends Verb {
    private static final int LOOKS = 20;
    private static final long LOOK_NANOS = 50_000_000;

    private static final BigDecimal SHORTEST = new BigDecimal("0.2");
    private static final BigDecimal LONGEST = new BigDecimal(3600);
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    enum Format { csv, json }

    @Parameters(arity = "0..1", paramLabel = "LAB", description = "The same as --lab.")
    @Nullable String positionalLab;

    @Option(names = {"-b", "--batch"}, description = "Write a line for each interval to standard output, as esxtop's batch mode does.")
    boolean isBatch;

    @Option(names = {"-d", "--delay"}, paramLabel = "SECONDS", defaultValue = "5",
        description = "Between two samples, from 0.2 to 3600 (default: ${DEFAULT-VALUE}, as esxtop).")
    String delay = "";

    @Option(names = {"-n", "--iterations"}, paramLabel = "N", defaultValue = "0",
        description = "End after so many intervals (default: go on until q, Ctrl-C or the lab's end).")
    long iterations;

    @Option(names = {"-a", "--all"}, description = "All counters in the batch file, not only those of the screen.")
    boolean hasAll;

    @Option(names = {"-o", "--output"}, paramLabel = "FORMAT", defaultValue = "csv",
        description = "Of --batch: csv (default), or json: a line with one object for each interval.")
    Format format = Format.csv;

    @Mixin LabOption lab = new LabOption();

    TopCommand(World world) {
        super(world);
    }

    @Override
    public Integer call() throws InterruptedException {
        double seconds = seconds();
        if (iterations < 0) {
            throw new Failure(ExitCode.BAD_INPUT, "so many intervals there cannot be: " + iterations);
        }
        if (!isBatch && (hasAll || format == Format.json)) {
            throw new Failure(ExitCode.BAD_INPUT, "-a and -o json are for --batch");
        }
        if (!isBatch) {
            requireTerminal();
        }
        var record = lab(positionalLab != null ? positionalLab : lab.name);
        var client = client(record);
        return isBatch ? batch(record, client, seconds) : live(record, client, seconds);
    }

    private double seconds() {
        try {
            var seconds = new BigDecimal(delay);
            if (seconds.compareTo(SHORTEST) >= 0 && seconds.compareTo(LONGEST) <= 0) {
                return seconds.doubleValue();
            }
        } catch (NumberFormatException _) {
            // Said below, like a number outside the range.
        }
        throw new Failure(ExitCode.BAD_INPUT, "a delay is a number of seconds from 0.2 to 3600, not \"" + delay + "\"");
    }

    private static void requireTerminal() {
        var console = System.console();
        if (console == null || !console.isTerminal()) {
            throw new Failure(ExitCode.ENVIRONMENT,
                "standard input and output are no terminal; for a file or another program: " + World.typedCommand() + " top --batch");
        }
    }

    private int live(LabRecord record, LabClient client, double seconds) {
        var noColour = world.environment().getOrDefault("NO_COLOR", "");
        var first = sample(record, client);
        var signals = new Signals();
        signals.install();
        try {
            return new LiveView(first, () -> sample(record, client), seconds, iterations, noColour.isEmpty()).run(() -> await(signals));
        } catch (IOException e) {
            throw new Failure(ExitCode.ENVIRONMENT, e.getMessage() + "; for a file or another program: " + World.typedCommand() + " top --batch", e);
        }
    }

    private static int await(Signals signals) {
        try {
            return signals.await();
        } catch (InterruptedException _) {
            return ExitCode.OK;      // Nobody interrupts it.
        }
    }

    private int batch(LabRecord record, LabClient client, double seconds) throws InterruptedException {
        var last = sample(record, client);
        var csv = new BatchCsv(Interval.between(null, last), hasAll);
        if (format == Format.csv) {
            world.out().println(csv.head());
        }
        long dueNanos = System.nanoTime();
        for (long line = 0; iterations == 0 || line < iterations; line++) {
            dueNanos += (long) (seconds * NANOS_PER_SECOND);
            Thread.sleep(Math.max(0, (dueNanos - System.nanoTime()) / 1_000_000));
            var now = sample(record, client);
            var interval = Interval.between(last, now);
            last = now;
            world.out().println(format == Format.csv ? csv.line(interval) : Json.text(BatchJson.object(interval)));
            if (world.out().checkError()) {
                return ExitCode.OK;      // Whoever read has read enough.
            }
        }
        return ExitCode.OK;
    }

    private TopView sample(LabRecord record, LabClient client) {
        try {
            return TopReader.view(client.get("/v1/top"));
        } catch (Failure failure) {
            if (endsSoon(record)) {
                throw new Failure(ExitCode.FAILED, "the lab " + record.name() + " has ended", failure);
            }
            throw failure;
        }
    }

    /// A lab that ends refuses questions a moment before its record says so.
    private boolean endsSoon(LabRecord record) {
        for (int look = 0; look < LOOKS && !hasEnded(record); look++) {
            LockSupport.parkNanos(LOOK_NANOS);
        }
        return hasEnded(record);
    }

    /// Whether the lab that was watched is no more, or is being taken down.
    private boolean hasEnded(LabRecord record) {
        try {
            var now = world.registry().get().lab(record.name());
            return now.pid() != record.pid() || now.state() == LabRecord.State.STOPPING;
        } catch (LabException _) {
            return true;
        }
    }
}
