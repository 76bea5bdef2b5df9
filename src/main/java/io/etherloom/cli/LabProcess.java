package io.etherloom.cli;

import io.etherloom.api.ApiServer;
import io.etherloom.lab.LabClaim;
import io.etherloom.lab.LabControl;
import io.etherloom.topology.Topology;
import java.net.InetSocketAddress;
import org.slf4j.LoggerFactory;

/// The life of a lab in this process: claim its name, start it, serve it, wait for its end, leave nothing. What was opened is closed in the
/// reverse order, whatever fails.
final class LabProcess {
    private final World world;
    private final Topology topology;
    private final TopologyFile file;
    private final ListenOption listening;
    private final Signals signals = new Signals();

    LabProcess(World world, Topology topology, TopologyFile file, ListenOption listening) {
        this.listening = listening;
        this.world = world;
        this.topology = topology;
        this.file = file;
    }

    /// Runs the lab until a signal or `down` ends it.
    ///
    /// @param ready called once, when the lab forwards frames and answers
    /// @return the exit code of the process
    int run(Runnable ready) {
        signals.install();
        try (var claim = world.registry().get().claim(topology.name(), file.path(), world.version().toString(), world::note)) {
            logInto(claim);
            return start(claim, ready);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return ExitCode.FAILED;
        }
    }

    /// Before the first logger is made, since it reads this once.
    private void logInto(LabClaim claim) {
        System.setProperty("org.slf4j.simpleLogger.logFile", claim.record().log().toString());
        var log = LoggerFactory.getLogger("lab");
        Thread.setDefaultUncaughtExceptionHandler((thread, fault) -> log.error("event=thread-failed thread=\"{}\"", thread.getName(), fault));
        log.info("event=lab-starting lab={} pid={} version={} topology={}",
            topology.name(), claim.record().pid(), world.version(), claim.record().topology());
    }

    private int start(LabClaim claim, Runnable ready) throws InterruptedException {
        long begunNanos = System.nanoTime();
        var lab = world.machine().starter().start(topology, claim, world.out()::println);
        try {
            return serve(lab, claim, ready, begunNanos);
        } finally {
            claim.stopping();
            lab.shutdown();
            LoggerFactory.getLogger("lab").info("event=lab-ended lab={}", topology.name());
        }
    }

    private int serve(LabControl lab, LabClaim claim, Runnable ready, long begunNanos) throws InterruptedException {
        var metrics = new InetSocketAddress(topology.metrics().address(), topology.metrics().port());
        var options = listening.options(claim.record().socket(), metrics, world.version().toString());
        try (var server = ApiServer.start(lab, options, () -> signals.end(ExitCode.OK))) {
            claim.ready(server.metricsUrl());
            LoggerFactory.getLogger("lab").info("event=lab-ready lab={} millis={} metrics={}",
                topology.name(), (System.nanoTime() - begunNanos) / 1_000_000, server.metricsUrl());
            new Summary(lab, server.metricsUrl()).print(world.out());
            if (!server.apiUrl().isEmpty()) {
                world.out().println("API: " + server.apiUrl() + "/v1/openapi.json");
            }
            ready.run();
            int exitCode = signals.await();
            lab.endCaptures();
            return exitCode;
        }
    }
}
