package io.etherloom.top;

import static org.assertj.core.api.Assertions.assertThat;

import io.etherloom.api.FixedLab;
import io.etherloom.lab.view.TopView;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The file that esxtop writes with -b.
class BatchCsvTest {
    private final FixedLab lab = new FixedLab("campus");
    private final TopView first = lab.top(1_000_000_000L, 1);

    private static List<String> cells(String line) {
        assertThat(line).startsWith("\"").endsWith("\"");
        return Arrays.asList(line.substring(1, line.length() - 1).split("\",\"", -1));
    }

    /// Spec 8.7: paths of the performance monitor, as files of the product have them.
    @Test
    void namesCountersAsTheProductDoes() {
        var head = cells(new BatchCsv(Interval.between(null, first), false).head());
        assertThat(head).hasSize(1 + 3 * 8).startsWith("(PDH-CSV 4.0) (UTC)(0)",
            "\\\\esx1\\Network Port(vSwitch0:33554433:Management)\\Packets Transmitted/sec",
            "\\\\esx1\\Network Port(vSwitch0:33554433:Management)\\MBits Transmitted/sec");
        assertThat(head).contains("\\\\esx1\\Network Port(vSwitch0:33554434:vmnic0)\\% Outbound Packets Dropped",
            "\\\\esx1\\Network Port(vSwitch0:33554435:1001:web1.eth0)\\% Received Packets Dropped");
        assertThat(cells(new BatchCsv(Interval.between(null, first), true).head())).hasSize(1 + 3 * 17)
            .contains("\\\\esx1\\Network Port(vSwitch0:33554434:vmnic0)\\Link Up?");
    }

    @Test
    void writesRatesWithTheTimeOfTheIntervalsEnd() {
        var csv = new BatchCsv(Interval.between(null, first), false);
        var line = cells(csv.line(Interval.between(first, lab.top(3_000_000_000L, 5))));
        assertThat(line).startsWith("01/02/2026 03:04:08", "0.00", "0.00")
            .endsWith("2000.00", "1.60", "100.00", "4000.00", "40.00", "1250.00", "1.00", "1.96");
    }

    /// A port that goes leaves blanks; one that comes is left out.
    @Test
    void keepsTheColumnsOfPortsThatComeAndGo() {
        var csv = new BatchCsv(Interval.between(null, first), false);
        var later = lab.top(3_000_000_000L, 5);
        var ports = List.of(later.ports().get(0), later.ports().get(1), renamed(later.ports().get(2), "1002:new.eth0"));
        var changed = new TopView(later.lab(), later.startedAt(), later.takenNanos(), later.takenMillis(), 1, 1, List.of(), ports, List.of(), List.of(),
            List.of(), List.of(), List.of());
        var line = cells(csv.line(Interval.between(first, changed)));
        assertThat(line).hasSameSizeAs(cells(csv.head()));
        assertThat(line.subList(17, 25)).containsOnly(" ");
        assertThat(line.get(9)).isEqualTo("2000.00");
    }

    private static TopView.Port renamed(TopView.Port port, String usedBy) {
        return new TopView.Port(port.host(), port.vSwitch(), port.portId(), usedBy, port.teamPnic(), port.uplink(), port.up(), port.bitsPerSecond(),
            port.transmitted(), port.received(), port.actions());
    }

    /// What would end a path, a cell or a line stays inside its name.
    @Test
    void hostileNamesStayInTheirCells() {
        var evil = new TopView(first.lab(), first.startedAt(), 1, 1, 1, 1, List.of(),
            List.of(renamed(first.ports().get(2), "1001:a\"),\\b(c)/d#\n")), List.of(), List.of(), List.of(), List.of(), List.of());
        var head = new BatchCsv(Interval.between(null, evil), false).head();
        assertThat(head.lines()).hasSize(1);
        assertThat(head).contains("Network Port(vSwitch0:33554435:1001:a\"\"],_b[c]_d_?)\\MBits Received/sec");
    }
}
