package io.etherloom.cli;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A Prometheus of our own on loopback, which ends with us. Used by one thread.
final class Prometheus implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 60;
    private static final long END_SECONDS = 10;
    private static final int LINES_SHOWN = 5;

    private final Process process;
    private final Path log;
    private final String url;

    private Prometheus(Process process, Path log, String url) {
        this.process = process;
        this.log = log;
        this.url = url;
    }

    /// Starts the program.
    ///
    /// @param tree    the folder `grafana`, with the rules
    /// @param scratch where its configuration and its log are written, and what it records unless that is kept
    /// @throws Failure when there is no such program
    static Prometheus start(World world, Path tree, Path scratch, @Nullable Path keep, int port, long intervalMillis) throws IOException {
        var program = program(world);
        var configuration = Files.writeString(scratch.resolve("prometheus.yml"), configuration(tree, scratch, intervalMillis));
        var log = scratch.resolve("prometheus.log");
        var data = keep == null ? scratch.resolve("data") : Files.createDirectories(keep.toAbsolutePath());
        var words = new ArrayList<String>();
        var setpriv = Programs.named(world, "setpriv");
        if (setpriv != null) {
            words.addAll(List.of(setpriv.toString(), "--pdeathsig", "TERM", "--")); // It ends, too, when we are killed.
        }
        words.addAll(List.of(program.toString(), "--config.file=" + configuration, "--storage.tsdb.path=" + data,
            "--web.listen-address=127.0.0.1:" + port, "--log.level=warn"));
        var process = new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(log.toFile()).start();
        process.getOutputStream().close();
        return new Prometheus(process, log, "http://127.0.0.1:" + port);
    }

    /// The program.
    ///
    /// @throws Failure when there is none
    static Path program(World world) {
        var program = Programs.named(world, "prometheus");
        if (program == null) {
            throw new Failure(ExitCode.ENVIRONMENT, "there is no program prometheus; install it: apt-get install --no-install-recommends prometheus");
        }
        return program;
    }

    /// As `grafana/prometheus/prometheus.yml` has it, with the targets of this run.
    private static String configuration(Path tree, Path scratch, long intervalMillis) {
        return """
            global:
              scrape_interval: INTERVALms
              scrape_timeout: INTERVALms
              evaluation_interval: INTERVALms
            rule_files: [RULES]
            scrape_configs:
              - job_name: etherloom
                file_sd_configs:
                  - files: [TARGETS]
                    refresh_interval: 1s
            """.replace("INTERVAL", Long.toString(intervalMillis))
            .replace("RULES", quoted(tree.toAbsolutePath().resolve("prometheus/rules/*.yml")))
            .replace("TARGETS", quoted(scratch.resolve("targets.json")));
    }

    /// A path as a scalar of YAML, whatever is in it.
    private static String quoted(Path path) {
        return "'" + path.toString().replace("'", "''") + "'";
    }

    String url() {
        return url;
    }

    /// Returns once it answers.
    ///
    /// @throws Failure when it ended instead, or says nothing for a minute
    void awaitReady() throws IOException, InterruptedException {
        long begunNanos = System.nanoTime();
        try (var client = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(1)).build()) {
            var request = HttpRequest.newBuilder(URI.create(url + "/-/ready")).timeout(Duration.ofSeconds(1)).build();
            while (System.nanoTime() - begunNanos < TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS)) {
                verifyAlive();
                if (answers(client, request)) {
                    return;
                }
                process.waitFor(50, TimeUnit.MILLISECONDS);
            }
        }
        throw new Failure(ExitCode.ENVIRONMENT, "Prometheus has not become ready within " + PATIENCE_SECONDS + " s" + said());
    }

    private static boolean answers(HttpClient client, HttpRequest request) throws InterruptedException {
        try {
            return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException _) {
            return false;
        }
    }

    /// @throws Failure when it has ended
    void verifyAlive() throws IOException {
        if (!process.isAlive()) {
            throw new Failure(ExitCode.ENVIRONMENT, "Prometheus has ended with status " + process.exitValue() + said());
        }
    }

    private String said() throws IOException {
        var lines = Files.exists(log) ? Files.readAllLines(log) : List.<String>of();
        return lines.isEmpty() ? "" : "; its last words:\n  " + String.join("\n  ", lines.subList(Math.max(0, lines.size() - LINES_SHOWN), lines.size()));
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException _) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
