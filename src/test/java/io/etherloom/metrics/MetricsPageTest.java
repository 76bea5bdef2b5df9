package io.etherloom.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.etherloom.api.FixedLab;
import io.etherloom.frame.DurationCounts;
import io.etherloom.lab.Meters;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.SummarySnapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Keeps the table in `docs/metrics.md` in step with the code. `-Dmetrics.page=write` writes it instead.
class MetricsPageTest {
    private static final Path PAGE = Path.of("docs/metrics.md");
    private static final String BEGIN = "<!-- The table is written by MetricsPageTest (-Dmetrics.page=write); do not edit it. -->\n";

    private final FixedLab lab = new FixedLab("campus");
    private final LabMetrics metrics = new LabMetrics(lab::meters, "1.2.3");

    @AfterEach
    void close() {
        metrics.close();
    }

    private String table() {
        lab.meterPorts.add(lab.meterPort(Meters.Kind.UPLINK, "vmnic0"));
        lab.meterPorts.add(lab.meterPort(Meters.Kind.FABRIC, "24"));
        metrics.connections("socket", () -> 1);
        metrics.moves(() -> new Meters.Moves(new DurationCounts(), new DurationCounts(), Map.of("moved", 0L)));
        var rows = metrics.snapshots().stream().map(MetricsPageTest::row).sorted().collect(Collectors.joining("\n"));
        return BEGIN + "\n| metric | type | labels | what it says |\n|---|---|---|---|\n" + rows + "\n";
    }

    private static String row(MetricSnapshot family) {
        var labels = new LinkedHashSet<String>();
        family.getDataPoints().forEach(point -> point.getLabels().forEach(label -> labels.add("`" + label.getName() + "`")));
        var name = family.getMetadata().getPrometheusName();
        return switch (family) {
            case CounterSnapshot _ -> row(name + "_total", "counter", labels, family);
            case GaugeSnapshot _ -> row(name, "gauge", labels, family);
            case HistogramSnapshot _ -> row(name, "histogram", labels, family);
            case SummarySnapshot _ -> row(name, "summary", labels, family);
            default -> throw new AssertionError(family);
        };
    }

    private static String row(String name, String type, LinkedHashSet<String> labels, MetricSnapshot family) {
        return "| `" + name + "` | " + type + " | " + String.join(" ", labels) + " | " + family.getMetadata().getHelp() + " |";
    }

    /// Spec 8.19, 8.21.
    @Test
    void thePageListsEveryMetric() throws IOException {
        var page = Files.readString(PAGE);
        var before = page.substring(0, page.indexOf(BEGIN));
        var expected = before + table();
        if (System.getProperty("metrics.page", "").equals("write")) {
            Files.writeString(PAGE, expected);
            page = expected;
        }
        assertThat(page).as("write it anew with -Dmetrics.page=write").isEqualTo(expected);
    }

    @Test
    void noMetricNamesWhatIsUnbounded() {
        var labels = table().lines().filter(line -> line.startsWith("| `")).map(line -> line.split("\\|")[3]).collect(Collectors.joining());
        assertThat(labels).contains("`port`").doesNotContain("mac").doesNotContain("ip`").doesNotContain("time");
    }
}
