package io.etherloom.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What `observe` refuses, before it has begun anything.
class ObserveTest {
    @TempDir
    private Path folder;

    private CliBench bench;

    @BeforeEach
    void begin() {
        bench = new CliBench(folder);
    }

    @AfterEach
    void end() throws Exception {
        bench.close();
    }

    @ParameterizedTest
    @CsvSource({"99ms, '--interval is from 100ms to 15s, not 99ms'", "16s, '--interval is from 100ms to 15s, not 16s'", "5, did you mean '5s'?",
        "soon, 'a time is a number with its unit'"})
    void anIntervalThatIsNoneOrFarOff(String interval, String sentence) {
        var outcome = bench.run("observe", "--interval", interval);
        assertThat(outcome.err()).contains(sentence);
        assertThat(outcome.code()).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(outcome.out()).isEmpty();
    }

    @Test
    void aMachineWithoutPrometheus() {
        bench.environment.put("PATH", folder.toString());
        var outcome = bench.run("observe");
        assertThat(outcome.err()).contains("there is no program prometheus; install it: apt-get install");
        assertThat(outcome.code()).isEqualTo(ExitCode.ENVIRONMENT);
        assertThat(outcome.out()).isEmpty();
    }

    @Test
    void aPortThatIsTaken() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/prometheus")), "needs the program prometheus");
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var outcome = bench.run("observe", "--port", Integer.toString(taken.getLocalPort()));
            assertThat(outcome.err()).contains("--port").contains(Integer.toString(taken.getLocalPort()));
            assertThat(outcome.code()).isNotZero();
            assertThat(outcome.out()).isEmpty();
        }
    }

    /// Grafana chooses over what time it asks for rates by the time between two scrapes.
    @Test
    void tellsGrafanaWhatItAsksAndHowOftenThatIsFilled() throws Exception {
        var text = GrafanaContainer.dataSource(Files.readString(Path.of("grafana/datasources/etherloom.yaml")), "http://127.0.0.1:9191", 15_000);
        assertThat(text).contains("    url: http://127.0.0.1:9191\n", "timeInterval: 15000ms ").doesNotContain("9090", "5s");
    }
}
