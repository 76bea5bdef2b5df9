package io.etherloom.top;

import io.etherloom.top.Interval.PortLine;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/// esxtop's batch file: comma-separated values as Windows' performance monitor writes and reads them. A column is one counter of one port,
/// named by its path; a line is one interval. Columns are those of the ports that there are at the first sample, because the head of such a
/// file is written once: a port that goes leaves blanks, one that comes later is left out.
///
/// Names of counters are esxtop's: those of packets, MBits and dropped packets as files of the product have them, the further ones by their
/// pattern.
public final class BatchCsv {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("MM/dd/yyyy HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);
    /// What the performance monitor writes for a sample that there is not.
    private static final String MISSING = " ";

    private final List<String> ports;
    private final List<PortLine> first;
    private final List<Counter> counters;

    /// @param isFurther whether only `-a` shows it
    private record Counter(String name, boolean isFurther, ToDoubleFunction<PortLine> value) {}

    private static final List<Counter> COUNTERS = List.of(
            new Counter("Link Up?", true, line -> line.port().up() ? 1 : 0),
            new Counter("Uplink?", true, line -> line.port().uplink() ? 1 : 0),
            new Counter("Link Speed (Mb/s)", true, line -> line.port().bitsPerSecond() / 1e6),
            new Counter("Full Duplex?", true, line -> line.port().uplink() ? 1 : 0),
            new Counter("Packets Transmitted/sec", false, line -> line.transmitted().framesPerSecond()),
            new Counter("MBits Transmitted/sec", false, line -> line.transmitted().bitsPerSecond() / 1e6),
            new Counter("Average Packet Size Transmitted (Bytes)", false, line -> line.transmitted().meanOctets()),
            new Counter("Packets Received/sec", false, line -> line.received().framesPerSecond()),
            new Counter("MBits Received/sec", false, line -> line.received().bitsPerSecond() / 1e6),
            new Counter("Average Packet Size Received (Bytes)", false, line -> line.received().meanOctets()),
            new Counter("% Outbound Packets Dropped", false, line -> line.transmitted().droppedPercent()),
            new Counter("% Received Packets Dropped", false, line -> line.received().droppedPercent()),
            new Counter("Actions Posted/sec", true, PortLine::actionsPerSecond),
            new Counter("Multicast Packets Transmitted/sec", true, line -> line.transmitted().multicastsPerSecond()),
            new Counter("Broadcast Packets Transmitted/sec", true, line -> line.transmitted().broadcastsPerSecond()),
            new Counter("Multicast Packets Received/sec", true, line -> line.received().multicastsPerSecond()),
            new Counter("Broadcast Packets Received/sec", true, line -> line.received().broadcastsPerSecond()));

    /// @param first  the first sample
    /// @param hasAll every counter, as `-a` asks; else those of the screen
    public BatchCsv(Interval first, boolean hasAll) {
        this.first = first.ports();
        ports = first.ports().stream().map(BatchCsv::key).toList();
        counters = COUNTERS.stream().filter(counter -> hasAll || !counter.isFurther()).toList();
    }

    private static String key(PortLine line) {
        return line.port().host() + "/" + line.port().portId() + "/" + line.port().usedBy();
    }

    /// The line with the paths.
    public String head() {
        var cells = new ArrayList<String>();
        cells.add("(PDH-CSV 4.0) (UTC)(0)");
        for (var line : first) {
            var port = line.port();
            var path = "\\\\" + instance(port.host()) + "\\Network Port(" + instance(port.vSwitch()) + ":" + port.portId() + ":"
                    + instance(port.usedBy()) + ")\\";
            counters.forEach(counter -> cells.add(path + counter.name()));
        }
        return joined(cells);
    }

    /// What the performance monitor does with a name in which characters stand that are part of a path.
    private static String instance(String name) {
        return Cells.clean(name).replace('(', '[').replace(')', ']').replace('#', '_').replace('\\', '_').replace('/', '_');
    }

    /// One interval, with the time of its end.
    public String line(Interval interval) {
        var byPort = new HashMap<String, PortLine>();
        interval.ports().forEach(line -> byPort.put(key(line), line));
        var cells = new ArrayList<String>();
        cells.add(TIME.format(Instant.ofEpochMilli(interval.now().takenMillis())));
        for (var port : ports) {
            var line = byPort.get(port);
            counters.forEach(counter -> cells.add(line == null ? MISSING : Figures.fixed(counter.value().applyAsDouble(line))));
        }
        return joined(cells);
    }

    private static String joined(List<String> cells) {
        return cells.stream().map(cell -> '"' + cell.replace("\"", "\"\"") + '"').collect(Collectors.joining(","));
    }
}
