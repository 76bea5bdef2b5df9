package io.etherloom.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `./etherloom` on machines that lack this or that.
class LauncherIT {
    /// A Maven that makes an empty jar and notes with which arguments.
    private static final String MAKES_A_JAR = """
        target=${0%/bin/mvn}/checkout/target
        echo "$@" >>"$target/maven-ran"
        touch "$target/etherloom.jar\"""";

    @TempDir
    private Path folder;
    private ScriptBench bench;

    @BeforeEach
    void prepare() throws IOException {
        bench = new ScriptBench(folder);
    }

    @Test
    void saysHowToGetAJdkAndExits3WhenThereIsNone() throws Exception {
        bench.jdk("java-17", "17.0.15");
        bench.jdk("java-8", "1.8.0_402");
        bench.built();

        var outcome = bench.run("etherloom", "version");

        assertThat(outcome.status()).isEqualTo(3);
        assertThat(outcome.err()).contains("needs a JDK 25 or newer", "sdk install java");
        assertThat(outcome.out()).isEmpty();
    }

    @Test
    void takesTheTestedReleaseBeforeANewerOne() throws Exception {
        bench.jdk("a-java-17", "17.0.15");
        bench.jdk("b-java-27", "27");
        bench.jdk("c-java-25", "25.0.3");
        bench.built();

        assertThat(bench.run("etherloom", "version").out()).startsWith(folder + "/jvm/c-java-25/bin/java\n");
    }

    @Test
    void takesJavaHomeBeforeEverythingElse() throws Exception {
        bench.jdk("java-25", "25.0.3");
        var wanted = bench.jdk("java-26", "26");
        bench.built();
        bench.set("JAVA_HOME", wanted.toString());

        assertThat(bench.run("etherloom", "version").out()).startsWith(wanted + "/bin/java\n");
    }

    @Test
    void searchesAgainWhenTheRememberedJdkIsGone() throws Exception {
        var gone = bench.jdk("java-25", "25.0.3");
        bench.built();
        bench.run("etherloom", "version");
        bench.set("ETHERLOOM_JVM_FOLDERS", "");
        Files.delete(gone.resolve("bin/java"));
        var other = bench.jdk("other", "25");
        Files.createSymbolicLink(folder.resolve("bin/java"), other.resolve("bin/java"));

        assertThat(bench.run("etherloom", "version").out()).startsWith(other + "/bin/java\n");
    }

    @Test
    void passesTheArgumentsUnchangedAndTheCheckoutsPath() throws Exception {
        bench.jdk("java-25", "25.0.3");
        bench.built();

        var outcome = bench.run("etherloom", "exec", "web 1", "--", "sh", "-c", "echo '*'", "");

        assertThat(outcome.status()).isZero();
        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.out()).endsWith("\nexec\nweb 1\n--\nsh\n-c\necho '*'\n\n");
        assertThat(outcome.out().lines()).contains("-Detherloom.home=" + bench.checkout(),
            "-Detherloom.command=" + bench.checkout().resolve("etherloom"));
    }

    @Test
    void givesTheFullCompilerOnlyToTheLab() throws Exception {
        bench.jdk("java-25", "25.0.3");
        bench.systemPackages();
        bench.built();

        assertThat(bench.run("etherloom", "up", "a.yaml").out()).doesNotContain("TieredStopAtLevel");
        assertThat(bench.run("etherloom", "lab-process", "a").out()).doesNotContain("TieredStopAtLevel");
        assertThat(bench.run("etherloom", "up", "a.yaml", "--detach").out()).contains("TieredStopAtLevel=1");
        assertThat(bench.run("etherloom", "ls").out()).contains("TieredStopAtLevel=1");
    }

    @Test
    void buildsOnceWithOneLineAndASilentStderr() throws Exception {
        bench.jdk("java-25", "25.0.3");
        bench.command("mvn", MAKES_A_JAR);

        var first = bench.run("etherloom", "version");
        var second = bench.run("etherloom", "version");

        assertThat(first.status()).isZero();
        assertThat(first.err()).isEmpty();
        assertThat(first.out().lines().findFirst()).get().asString().startsWith("Building Etherloom");
        assertThat(second.out()).startsWith(folder + "/jvm/java-25/bin/java\n");
        assertThat(Files.readAllLines(bench.target().resolve("maven-ran"))).hasSize(1);
    }

    @Test
    void buildsAgainWhenASourceIsNewerThanTheBuild() throws Exception {
        bench.jdk("java-25", "25.0.3");
        bench.command("mvn", MAKES_A_JAR);
        bench.run("etherloom", "version");
        Files.setLastModifiedTime(bench.target().resolve(".built"), FileTime.from(Instant.EPOCH));

        assertThat(bench.run("etherloom", "version").out()).startsWith("Etherloom's sources have changed");
    }

    @Test
    void keepsItsWordsOutOfOutputThatIsData() throws Exception {
        bench.jdk("java-25", "25.0.3");
        bench.command("mvn", MAKES_A_JAR);

        var outcome = bench.run("etherloom", "ls", "-o", "json");

        assertThat(outcome.out()).startsWith(folder + "/jvm/java-25/bin/java\n");
        assertThat(outcome.err()).startsWith("Building Etherloom");
    }

    @Test
    void showsWhatMavenSaidWhenTheBuildFails() throws Exception {
        bench.jdk("java-25", "25.0.3");
        bench.command("mvn", "echo '[ERROR] Broken.java: no such symbol'; exit 1");

        var outcome = bench.run("etherloom", "version");

        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.err()).contains("Broken.java: no such symbol");
    }

    @Test
    void saysWhichSystemPackagesAreMissingAndExits4() throws Exception {
        bench.jdk("java-25", "25.0.3");
        bench.built();

        var outcome = bench.run("etherloom", "up", "a.yaml");

        assertThat(outcome.status()).isEqualTo(4);
        assertThat(outcome.err()).contains("sudo apt-get install -y --no-install-recommends iproute2 libpcap0.8");
        assertThat(bench.run("etherloom", "up", "--help").status()).isZero();
        assertThat(bench.run("etherloom", "validate", "a.yaml").status()).isZero();
    }

    @Test
    void installsMissingSystemPackagesAsRoot() throws Exception {
        assumeTrue("root".equals(System.getProperty("user.name")), "only root installs packages");
        bench.jdk("java-25", "25.0.3");
        bench.built();
        bench.command("apt-get", "echo apt-get \"$@\"");

        var outcome = bench.run("etherloom", "up", "a.yaml");

        assertThat(outcome.status()).isZero();
        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.out()).startsWith("Etherloom needs system packages that are missing")
            .contains("apt-get -qq -o Dpkg::Use-Pty=0 install -y --no-install-recommends iproute2 libpcap0.8\n");
    }

    /// The jar that was just built, on the JVM that runs this test: neither the JVM nor a library may warn.
    @Test
    void startsWithAnEmptyStderr() throws Exception {
        assumeTrue(Files.exists(Path.of("target/etherloom.jar")), "target/etherloom.jar is not built");
        assumeTrue(Files.exists(Path.of("target/classes/io/etherloom/cli/Main.class")), "there is no Main yet");
        var err = folder.resolve("stderr");
        var builder = new ProcessBuilder("./etherloom", "version").redirectError(err.toFile())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("ETHERLOOM_BUILD", "never");
        var process = builder.start();

        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
        assertThat(err).isEmptyFile();
    }
}
