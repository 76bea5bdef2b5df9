package io.etherloom.cli;

import io.etherloom.docker.NetworkDriver;
import io.etherloom.docker.PluginServer;
import io.etherloom.docker.Refused;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "docker-plugin", description = {"Serve Docker as a network driver, until Ctrl-C: any container can be put on a port group of a lab.",
    "It becomes a VM of the lab, for vmotion, trace, capture and policies like any other."}, footer = {
    "  etherloom docker-plugin &",
    "  docker network create -d etherloom --subnet 10.0.10.0/24 -o portgroup=\"VM Network\" -o host=esx1 pg10",
    "  docker run --rm -it --network pg10 --ip 10.0.10.50 busybox ping 10.0.10.11",
    "", "Needs root rights, and Docker on this machine, in the network namespace of the lab. See docs/docker.md."})
final class DockerPluginCommand extends Verb {
    @Option(names = "--socket", paramLabel = "PATH", defaultValue = "/run/docker/plugins/etherloom.sock",
        description = "Where Docker finds it; the driver's name is that of the file (${DEFAULT-VALUE}).")
    Path socket = Path.of("/run/docker/plugins/etherloom.sock");

    @Mixin LabOption lab = new LabOption();

    DockerPluginCommand(World world) {
        super(world);
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        var signals = new Signals();
        signals.install();
        try {
            var state = world.sweptRegistry().state().prepare().resolve("docker-plugin-" + driverName() + ".json");
            var driver = new NetworkDriver(new DockerLabs(world), state, lab.name != null ? lab.name : world.environment().get(World.LAB_VARIABLE));
            var known = driver.reconcile();      // Before Docker repeats what it could not ask meanwhile: that is not known to it yet.
            try (var _ = PluginServer.start(driver, socket.toAbsolutePath())) {
                world.out().println("Docker finds the driver " + driverName() + " at " + socket + "; known are " + known);
                world.out().println("Ctrl-C ends it.");
                world.out().flush();
                return signals.await();
            }
        } catch (Refused e) {
            throw new Failure(ExitCode.FAILED, String.valueOf(e.getMessage()), e);
        }
    }

    private String driverName() {
        return String.valueOf(socket.getFileName()).replaceFirst("\\.sock$", "");
    }
}
