package io.etherloom.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What `./build test` makes of the reports that Maven leaves, with a Maven that only writes reports.
class BuildScriptIT {
    private static final String PASSES = """
        <testcase name="adds" classname="io.etherloom.wire.ATest" time="0.1"/>
        """;
    private static final String FAILS = """
        <testcase name="subtracts" classname="io.etherloom.wire.BTest" time="0.1">
          <failure message="expected: &lt;1&gt; but was: &lt;2&gt;" type="Error"><![CDATA[Error: expected: <1> but was: <&amp;>
        \tat io.etherloom.wire.BTest.subtracts(BTest.java:12)
        \tat org.junit.platform.Noise(Noise.java:1)
        ]]></failure>
        </testcase>
        """;
    private static final String IS_AN_ERROR = """
        <testcase name="divides" classname="io.etherloom.wire.CTest" time="0.1">
          <error type="java.lang.ArithmeticException">java.lang.ArithmeticException: 1 &lt; 2
        \tat io.etherloom.wire.CTest.divides(CTest.java:7)</error>
        </testcase>
        """;
    private static final String IS_DISABLED = """
        <testcase name="later" classname="io.etherloom.linux.TunIT" time="0">
          <skipped message="not &lt;yet&gt;"/>
        </testcase>
        """;
    private static final String IS_SKIPPED = """
        <testcase name="%s" classname="io.etherloom.linux.TunIT" time="0">
          <skipped type="org.opentest4j.TestAbortedException"><![CDATA[org.opentest4j.TestAbortedException: Assumption failed: needs root
        \tat org.junit.jupiter.api.Assumptions.throwAssumptionFailed(Assumptions.java:340)
        ]]></skipped>
        </testcase>
        """;

    @TempDir
    private Path folder;
    private ScriptBench bench;

    @BeforeEach
    void prepare() throws IOException {
        bench = new ScriptBench(folder);
        bench.jdk("java-25", "25.0.3");
    }

    @Test
    void addsUpBothKindsOfReports() throws Exception {
        mavenWrites(0, PASSES + PASSES, PASSES + IS_SKIPPED.formatted("opens"));

        var outcome = bench.run("build", "test");

        assertThat(outcome.status()).isZero();
        assertThat(outcome.lastLine()).isEqualTo("3 passed, 0 failed, 1 skipped");
    }

    @Test
    void showsWhatFailedWithoutTheTestFrameworksFrames() throws Exception {
        mavenWrites(0, PASSES + FAILS, IS_AN_ERROR);

        var outcome = bench.run("build", "test");

        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.out()).contains("wire.BTest.subtracts", "expected: <1> but was: <&amp;>", "BTest.java:12",
            "wire.CTest.divides", "1 < 2", "CTest.java:7").doesNotContain("Noise");
        assertThat(outcome.lastLine()).isEqualTo("1 passed, 2 failed, 0 skipped");
    }

    @Test
    void givesEachReasonForSkippingOnce() throws Exception {
        mavenWrites(0, PASSES, IS_SKIPPED.formatted("opens") + IS_DISABLED + IS_SKIPPED.formatted("closes"));

        assertThat(bench.run("build", "test").out()).contains("""

            Skipped:
              needs root:
                linux.TunIT.opens
                linux.TunIT.closes
              not <yet>:
                linux.TunIT.later

            1 passed, 0 failed, 3 skipped
            """);
    }

    @Test
    void failsWhenNoTestRan() throws Exception {
        bench.command("mvn", "exit 0");

        var outcome = bench.run("build", "test");

        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.lastLine()).isEqualTo("0 passed, 0 failed, 0 skipped");
    }

    @Test
    void countsABrokenBuildAsAFailure() throws Exception {
        mavenWrites(1, PASSES, PASSES);

        var outcome = bench.run("build", "test");

        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.lastLine()).isEqualTo("2 passed, 1 failed, 0 skipped");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ExecutionException The forked VM terminated without saying goodbye", "There was a timeout in the fork"})
    void countsATestJvmThatDiedAsAFailure(String complaint) throws Exception {
        mavenWrites(0, PASSES, PASSES);
        var script = folder.resolve("bin/mvn");
        Files.writeString(script, Files.readString(script).replace("exit 0", "echo '[ERROR] " + complaint + "'"));

        assertThat(bench.run("build", "test").lastLine()).isEqualTo("2 passed, 1 failed, 0 skipped");
    }

    @Test
    void forgetsTheReportsOfTheRunBefore() throws Exception {
        mavenWrites(0, FAILS, FAILS);
        bench.run("build", "test");
        bench.command("mvn", "exit 0");

        assertThat(bench.run("build", "test").lastLine()).isEqualTo("0 passed, 0 failed, 0 skipped");
    }

    @Test
    void refusesUnknownVerbs() throws Exception {
        assertThat(bench.run("build", "everything").status()).isEqualTo(2);
        assertThat(bench.run("build", "test", "--all").status()).isEqualTo(2);
    }

    private void mavenWrites(int status, String unit, String integration) throws IOException {
        bench.command("mvn", """
            target=${0%%/bin/mvn}/checkout/target
            mkdir -p "$target/surefire-reports" "$target/failsafe-reports"
            cat >"$target/surefire-reports/TEST-a.xml" <<'XML'
            <testsuite name="a">
            %s</testsuite>
            XML
            cat >"$target/failsafe-reports/TEST-b.xml" <<'XML'
            <testsuite name="b">
            %s</testsuite>
            XML
            exit %d""".formatted(unit, integration, status));
    }
}
