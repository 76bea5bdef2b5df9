package io.etherloom.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.etherloom.linux.Netns;
import io.etherloom.linux.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.testcontainers.DockerClientFactory;

/// Docker for tests: one that is reachable, or else, as root, one of our own in a network namespace of its own, begun by the first test that wants one and ended
/// with the JVM. Has an image of static busybox.
final class DockerEngine {
    /// Of this JVM, which removes it at its end.
    static final String IMAGE = "local/etherloom-test:" + ProcessHandle.current().pid();
    /// Of one of our own.
    private static final String NAMESPACE = "eldocker" + ProcessHandle.current().pid();
    private static final String SOCKET = "unix:///var/run/docker.sock";

    private static @Nullable DockerEngine engine;
    private static String reason = "";

    private final String host;
    private final List<String> prefix;

    private DockerEngine(String host, List<String> prefix) {
        this.host = host;
        this.prefix = prefix;
    }

    /// The engine, for a test that is skipped with a sentence when none can be had.
    static synchronized DockerEngine need() throws Exception {
        if (engine == null && reason.isEmpty()) {
            engine = find();
            if (engine != null) {
                engine.makeImage();
                engine.useByTestcontainers();
            }
        }
        assumeTrue(engine != null, reason);
        return engine;
    }

    private static @Nullable DockerEngine find() throws Exception {
        var reachable = Command.run("sh", "-c", "docker version --format '{{.Server.Version}}'");
        if (reachable.status() == 0) {
            return new DockerEngine(System.getenv().getOrDefault("DOCKER_HOST", SOCKET), List.of());
        }
        boolean isInstalled = Command.run("sh", "-c", "command -v docker && command -v dockerd && command -v busybox").status() == 0;
        if (!isInstalled || Processes.effectiveUser() != 0) {
            reason = "needs Docker that is reachable, or root rights and the packages docker.io and busybox-static: ./build setup --ci";
            return null;
        }
        return startPrivate();
    }

    private static DockerEngine startPrivate() throws Exception {
        var netns = new Netns();
        netns.create(NAMESPACE);
        var enter = List.of("nsenter", "--net=/run/netns/" + NAMESPACE);
        var folder = Files.createTempDirectory("eld");
        var ours = new DockerEngine("unix://" + folder + "/docker.sock", enter);
        var words = new ArrayList<>(enter);
        words.addAll(List.of("dockerd", "--data-root", folder + "/data", "--exec-root", folder + "/exec", "--pidfile", folder + "/dockerd.pid", "-H", ours.host,
            "--bridge=none", "--iptables=false", "--ip6tables=false", "--ip-forward=false"));
        var daemon = Command.start(words);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> ours.end(daemon, netns, folder)));
        Command.run("nsenter", "--net=/run/netns/" + NAMESPACE, "ip", "link", "set", "lo", "up");
        Await.until("dockerd answers", () -> {
            assertThat(daemon.isAlive()).as(daemon.err()).isTrue();
            return ours.run("version").status() == 0;
        });
        return ours;
    }

    private void end(Command daemon, Netns netns, Path folder) {
        try {
            var words = new ArrayList<>(List.of("rm", "--force", "--volumes", "none"));
            run("ps", "--all", "--quiet").out().lines().forEach(words::add);
            run(words.toArray(String[]::new));
            daemon.terminate();
            daemon.await();
            netns.delete(NAMESPACE);
            try (Stream<Path> files = Files.walk(folder)) {
                for (var file : files.sorted(Comparator.reverseOrder()).toList()) Files.deleteIfExists(file);
            }
        } catch (Exception | AssertionError e) {
            System.err.println("the tests' dockerd in " + folder + " could not be ended: " + e);
        }
    }

    private void makeImage() throws Exception {
        if (run("image", "inspect", IMAGE).status() == 0) {
            return;
        }
        var script = "set -e; cd \"$(mktemp -d)\"; trap 'rm -rf \"$PWD\"' EXIT; mkdir -p bin tmp etc; cp \"$(command -v busybox)\" bin/busybox; "
            + "for name in $(bin/busybox --list); do [ $name = busybox ] || ln -s busybox bin/$name; done; "
            + "tar -c bin tmp etc | docker import -c 'ENV PATH=/bin' -c 'CMD [\"sh\"]' - " + IMAGE;
        try (var command = Command.start(List.of("sh", "-c", script), Map.of("DOCKER_HOST", host))) {
            var made = command.await();
            assertThat(made.status()).as(made.all()).isZero();
        }
        if (prefix.isEmpty()) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                try {
                    run("image", "rm", IMAGE);
                } catch (Exception e) {
                    System.err.println(IMAGE + " could not be removed: " + e);
                }
            }));
        }
    }

    /// Testcontainers reads its settings once, from the environment and from a file in the user's home.
    private void useByTestcontainers() throws IOException {
        var home = System.getProperty("user.home");
        var ours = Files.createTempDirectory("eldt");
        var file = ours.resolve(".testcontainers.properties");
        Files.writeString(file, "docker.host=" + host + "\nchecks.disable=true\n");
        System.setProperty("user.home", ours.toString());
        try {
            assertThat(DockerClientFactory.instance().isDockerAvailable()).as("Testcontainers has " + host).isTrue();
        } finally {
            System.setProperty("user.home", home);
            Files.delete(file);
            Files.delete(ours);
        }
    }

    /// What stands before a command that has to share the engine's network namespace.
    List<String> prefix() {
        return prefix;
    }

    /// Does something in the engine's network namespace.
    <T> T within(Callable<T> work) throws Exception {
        return prefix.isEmpty() ? work.call() : new Netns().call(NAMESPACE, work);
    }

    String host() {
        return host;
    }

    /// `./etherloom` beside this engine.
    Launcher launcher(Path folder) {
        var launcher = new Launcher(folder, folder.resolve("state"), Path.of("").toAbsolutePath(), prefix.toArray(String[]::new));
        launcher.environment("DOCKER_HOST", host);
        return launcher;
    }

    /// A command of Docker's to its end.
    Command.Outcome run(String... words) throws Exception {
        try (var command = start(words)) {
            return command.await();
        }
    }

    /// The same for what has to succeed: what it wrote, without blanks at its ends.
    String good(String... words) throws Exception {
        var outcome = run(words);
        assertThat(outcome.status()).as("docker " + String.join(" ", words) + ": " + outcome.all()).isZero();
        return outcome.out().strip();
    }

    Command start(String... words) {
        var all = new ArrayList<>(List.of("docker", "--host", host));
        all.addAll(List.of(words));
        return Command.start(all);
    }
}
