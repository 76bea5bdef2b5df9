package io.etherloom.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A Grafana in a container with our dashboards, where Docker has its image; else a sentence why there is none. Ends with us.
final class GrafanaContainer implements AutoCloseable {
    private static final String IMAGE = "grafana/grafana";
    private static final long PATIENCE_SECONDS = 20;

    private final @Nullable String name;
    private final @Nullable Path docker;
    private final String sentence;

    private GrafanaContainer(@Nullable Path docker, @Nullable String name, String sentence) {
        this.docker = docker;
        this.name = name;
        this.sentence = sentence;
    }

    private static GrafanaContainer none(String why) {
        return new GrafanaContainer(null, null, "Grafana: not started, " + why);
    }

    /// Starts a container; that there is none is no fault.
    ///
    /// @param prometheus URL of the data source
    /// @param intervalMillis between two of its scrapes, by which Grafana chooses over what time it asks for rates
    static GrafanaContainer start(World world, Path tree, Path scratch, @Nullable Integer wanted, int first, String prometheus, long intervalMillis)
            throws IOException, InterruptedException {
        var docker = Programs.named(world, "docker");
        if (docker == null) {
            return none("there is no Docker; docs/observability.md says how to mount grafana/ into one of your own");
        }
        if (!succeeds(docker, "image", "inspect", IMAGE)) {
            return none("Docker does not run or has no image " + IMAGE + "; docker pull " + IMAGE);
        }
        int port = LoopbackPort.choose("--grafana-port", wanted, first);
        var provisioning = scratch.resolve("provisioning");
        for (var folder : List.of("datasources", "dashboards")) {
            ScratchFolder.copy(tree.resolve(folder), Files.createDirectories(provisioning).resolve(folder));
        }
        var source = provisioning.resolve("datasources/etherloom.yaml");
        Files.writeString(source, dataSource(Files.readString(source), prometheus, intervalMillis));
        var name = "etherloom-observe-" + ProcessHandle.current().pid();
        // The network of the machine, since the labs are read on loopback; Grafana itself listens there only, too.
        boolean isStarted = succeeds(docker, "run", "--detach", "--rm", "--name", name, "--network", "host",
            "-e", "GF_SERVER_HTTP_ADDR=127.0.0.1", "-e", "GF_SERVER_HTTP_PORT=" + port,
            "-e", "GF_AUTH_ANONYMOUS_ENABLED=true", "-e", "GF_AUTH_ANONYMOUS_ORG_ROLE=Editor", "-e", "GF_ANALYTICS_CHECK_FOR_UPDATES=false",
            "-v", provisioning + ":/etc/grafana/provisioning:ro", IMAGE);
        return isStarted
            ? new GrafanaContainer(docker, name, "Grafana: http://127.0.0.1:" + port + "/dashboards")
            : none("docker run failed; try: docker run --rm " + IMAGE);
    }

    /// Our data source for the Prometheus of this run.
    static String dataSource(String text, String prometheus, long intervalMillis) {
        return text.replaceAll("url: \\S+", "url: " + prometheus).replaceAll("timeInterval: \\S+", "timeInterval: " + intervalMillis + "ms");
    }

    private static boolean succeeds(Path docker, String... words) throws IOException, InterruptedException {
        var all = new java.util.ArrayList<>(List.of(docker.toString()));
        all.addAll(List.of(words));
        var process = new ProcessBuilder(all).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        process.getOutputStream().close();
        if (process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            return process.exitValue() == 0;
        }
        process.destroyForcibly();
        return false;
    }

    String sentence() {
        return sentence;
    }

    @Override
    public void close() {
        if (docker != null && name != null) {
            try {
                succeeds(docker, "rm", "--force", name);
            } catch (IOException _) {
                // The daemon is gone, and the container with it.
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
