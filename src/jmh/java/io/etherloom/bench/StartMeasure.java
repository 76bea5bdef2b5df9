package io.etherloom.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.stream.Collectors;

/// How long the lab of the quick start takes to come and to go, and what it holds in memory, by the commands that its user types.
final class StartMeasure implements Measure {
    static final Quantity READY = Quantity.cost("quick start, ready", Unit.SECONDS);
    static final Quantity LS = Quantity.cost("`./etherloom ls`", Unit.SECONDS);
    static final Quantity RESIDENT = Quantity.cost("quick start, resident", Unit.MEGABYTES);
    private static final Quantity FIRST_PING = Quantity.cost("quick start, to the first ping", Unit.SECONDS);
    private static final Quantity STOP = Quantity.cost("quick start, stop", Unit.SECONDS);

    /// After which the JVM has done what a start leaves to be done.
    private static final long SETTLED_MILLIS = 4_000;

    @Override
    public String id() {
        return "start";
    }

    @Override
    public String title() {
        return "start, memory and stop of the quick start";
    }

    /// The first round, which is not counted, brings the files into the memory of the kernel.
    @Override
    public void measure(Run run) throws Unavailable {
        Peers.requireRoot();
        var body = body(run);
        for (int round = -1; round < run.arguments().rounds(); round++) {
            round(run, body, round >= 0 ? run.results() : new Results());
        }
    }

    private static void round(Run run, String body, Results results) throws Unavailable {
        var name = Lab.name("start");
        long begun = System.nanoTime();
        var lab = Lab.up(run, name, body);
        add(results, READY, begun);
        run.scratch().run("ip", "netns", "exec", Lab.namespace(name, "web1"), "ping", "-q", "-c", "1", "-W", "5", "10.0.10.12");
        add(results, FIRST_PING, begun);
        Scratch.sleep(SETTLED_MILLIS);
        results.add(RESIDENT, Subject.ETHERLOOM, Footprint.of(lab).resident());
        long asked = System.nanoTime();
        Lab.launcher(run, "ls");
        add(results, LS, asked);
        long ended = System.nanoTime();
        Lab.launcher(run, "down", name);
        add(results, STOP, ended);
    }

    private static void add(Results results, Quantity quantity, long begunNanos) {
        results.add(quantity, Subject.ETHERLOOM, (System.nanoTime() - begunNanos) / 1e9);
    }

    /// The topology without its name, since the user's own may be running.
    private static String body(Run run) {
        try (var lines = Files.lines(run.home().resolve("topologies/quickstart.yaml"))) {
            return lines.filter(line -> !line.startsWith("name:")).collect(Collectors.joining("\n", "", "\n"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
