package io.etherloom.bench;

import io.etherloom.vswitch.ForwardBenchmark;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/// The in-memory core by JMH, in a JVM with the options of a lab. Iterations are short and many, so that the median and the best one say
/// what the code can do where the machine is not ours alone.
final class Core {
    private static final TimeValue ITERATION = TimeValue.milliseconds(200);

    private Core() {}

    /// Frames per second and octets allocated per frame, for each direction and number of ports.
    static List<Series> measure(boolean isQuick) {
        var options = new OptionsBuilder()
            .include(ForwardBenchmark.class.getName())
            .addProfiler(GCProfiler.class)
            .verbosity(VerboseMode.SILENT)
            .shouldFailOnError(true)
            .warmupIterations(isQuick ? 3 : 10)
            .warmupTime(ITERATION)
            .measurementIterations(isQuick ? 3 : 15)
            .measurementTime(ITERATION)
            .jvmArgs("-Xmx512m", "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow",
                "-Djmh.ignoreLock=true");
        if (isQuick) {
            options.param("ports", "100");
        }
        try {
            return new Runner(options.build()).run().stream().flatMap(result -> series(result).stream()).toList();
        } catch (RunnerException e) {
            throw new IllegalStateException("JMH failed", e);
        }
    }

    private static List<Series> series(RunResult result) {
        var parameters = result.getParams();
        var method = parameters.getBenchmark().substring(parameters.getBenchmark().lastIndexOf('.') + 1);
        var direction = method.equals("vmToVm") ? "VM to VM" : "VM to uplink";
        var name = "core, " + direction + ", " + parameters.getParam("ports") + " ports"
                + (parameters.getParam("policies").equals("all") ? ", all policies" : "");
        var frames = Series.of(name, Peer.ETHERLOOM, "frames/s");
        for (IterationResult iteration : result.getBenchmarkResults().iterator().next().getIterationResults()) {
            frames.values().add(iteration.getPrimaryResult().getScore());
        }
        var octets = Series.of(name, Peer.ETHERLOOM, "B/frame");
        octets.values().add(Objects.requireNonNull(result.getSecondaryResults().get("gc.alloc.rate.norm")).getScore());
        return new ArrayList<>(List.of(frames, octets));
    }
}
