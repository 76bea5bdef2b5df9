package io.etherloom.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "observe", description = "Watch all running labs with Prometheus, and with Grafana where Docker has it.", footer = {
    "  etherloom observe",
    "  etherloom observe --port 9191 --interval 1s",
    "  etherloom observe --keep ~/etherloom-metrics       go on with what was recorded there",
    "", "Needs the prometheus program (apt-get install prometheus). Listens on loopback only, follows labs as they come and go, and ends with",
    "Ctrl-C. See docs/observability.md."})
final class ObserveCommand extends Verb {
    private static final int DEFAULT_PORT = 9090;
    private static final int DEFAULT_GRAFANA_PORT = 3000;
    private static final Duration MIN_INTERVAL = Duration.ofMillis(100);
    /// Rules ask for rates over a minute, in which there must be some scrapes.
    private static final Duration MAX_INTERVAL = Duration.ofSeconds(15);
    private static final Duration LOOK = Duration.ofSeconds(1);

    @Option(names = "--port", paramLabel = "PORT", description = "Where Prometheus listens; by default the first free one from 9090 on.")
    @Nullable Integer port;

    @Option(names = "--grafana-port", paramLabel = "PORT", description = "Where Grafana listens; by default the first free one from 3000 on.")
    @Nullable Integer grafanaPort;

    @Option(names = "--interval", paramLabel = "DURATION", defaultValue = "5s", description = "Time between two scrapes, 100ms to 15s (${DEFAULT-VALUE}).")
    String interval = "5s";

    @Option(names = "--keep", paramLabel = "FOLDER", description = "Keep what is recorded in this folder; without it, it is removed at the end.")
    @Nullable Path keep;

    ObserveCommand(World world) {
        super(world);
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        long intervalMillis = intervalMillis();
        var tree = tree();
        Prometheus.program(world); // Before anything is begun: most who read its absence have only now heard of it.
        int chosen = LoopbackPort.choose("--port", port, DEFAULT_PORT);
        var signals = new Signals();
        signals.install();
        var scratch = Files.createTempDirectory("etherloom-observe-");
        try {
            return observe(signals, tree, scratch, chosen, intervalMillis);
        } finally {
            ScratchFolder.remove(scratch);
        }
    }

    private long intervalMillis() {
        long millis = DurationText.millis(interval);
        if (millis < MIN_INTERVAL.toMillis() || millis > MAX_INTERVAL.toMillis()) {
            throw new Failure(ExitCode.BAD_INPUT, "--interval is from 100ms to 15s, not " + interval);
        }
        return millis;
    }

    private int observe(Signals signals, Path tree, Path scratch, int chosen, long intervalMillis) throws IOException, InterruptedException {
        var targets = new ScrapeTargets(scratch.resolve("targets.json"));
        targets.follow(world.sweptRegistry().labs());
        try (var prometheus = Prometheus.start(world, tree, scratch, keep, chosen, intervalMillis)) {
            prometheus.awaitReady();
            world.out().println("Prometheus: " + prometheus.url());
            try (var grafana = GrafanaContainer.start(world, tree, scratch, grafanaPort, DEFAULT_GRAFANA_PORT, prometheus.url(), intervalMillis)) {
                world.out().println(grafana.sentence());
                world.out().println("Labs: " + targets.sentence());
                world.out().println("Ctrl-C ends it.");
                world.out().flush();
                while (!signals.arrivedWithin(LOOK)) {
                    prometheus.verifyAlive();
                    if (targets.follow(world.sweptRegistry().labs())) {
                        world.out().println("Labs: " + targets.sentence());
                        world.out().flush();
                    }
                }
                return signals.await();
            }
        }
    }

    /// The folder `grafana` that stands beside the launcher.
    private static Path tree() throws IOException {
        var launcher = Path.of(World.typedCommand()).toAbsolutePath();
        var home = Files.exists(launcher) ? launcher.toRealPath().resolveSibling("grafana") : launcher.resolveSibling("grafana");
        if (!Files.isDirectory(home.resolve("prometheus/rules"))) {
            throw new Failure(ExitCode.ENVIRONMENT, "there is no folder " + home + " with the rules and dashboards; call the etherloom of a"
                + " checkout, where grafana/ stands beside it");
        }
        return home;
    }
}
