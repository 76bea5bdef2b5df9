package io.etherloom.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.etherloom.api.FixedLab;
import io.etherloom.lab.Meters;
import io.etherloom.metrics.LabMetrics;
import io.etherloom.metrics.LabMetricsTest;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What Prometheus' own tool says of our metrics, rules and configuration.
class PromtoolIT {
    @TempDir Path folder;

    @BeforeEach
    void needsPromtool() {
        Need.programs("promtool");
    }

    private static String good(String... words) throws Exception {
        var outcome = Command.run(words);
        assertThat(outcome.status()).as(String.join(" ", words) + ": " + outcome.all()).isZero();
        return outcome.all();
    }

    @Test
    void rulesAndConfigurationAreSound() throws Exception {
        good("promtool", "check", "rules", "grafana/prometheus/rules/alerts.yml", "grafana/prometheus/rules/recording.yml");
        good("promtool", "check", "config", "grafana/prometheus/prometheus.yml");
    }

    @Test
    void alertsFireWhenTheyShallAndNotBefore() throws Exception {
        assertThat(good("promtool", "test", "rules", "grafana/prometheus/tests/alerts.yml")).contains("SUCCESS");
    }

    /// Names, units and descriptions of every family there is; exits 3 for a bad name or a missing description.
    @Test
    void metricsAreNamedAsPrometheusWantsThem() throws Exception {
        var lab = new FixedLab("campus");
        lab.meterPorts.add(lab.meterPort(Meters.Kind.UPLINK, "vmnic0"));
        lab.meterPorts.add(lab.meterPort(Meters.Kind.FABRIC, "24"));
        try (var metrics = new LabMetrics(lab::meters, "1.2.3")) {
            metrics.connections("socket", () -> 1);
            System.gc();
            var file = folder.resolve("metrics.txt");
            Files.writeString(file, LabMetricsTest.text(metrics, LabMetrics.Format.TEXT));
            good("sh", "-ec", "promtool check metrics <" + file);
        }
    }
}
