package io.etherloom.bench;

import io.etherloom.linux.Processes;
import io.etherloom.vswitch.ForwardBenchmark;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.Collectors;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/// The in-memory core by JMH, in JVMs with the options of a lab, and Open vSwitch's with DPDK on the same processor. A round is one JVM
/// for each row, so that what its compiler decides differs from round to round, too.
///
/// The rows are whatever benchmarks and parameters [ForwardBenchmark] declares; values that are added there appear by themselves.
final class CoreMeasure implements Measure {
    private static final TimeValue ITERATION = TimeValue.milliseconds(200);
    private static final int WARM_UPS = 8;
    private static final int ITERATIONS = 3;
    /// The row that stands for all: known addresses, 100 ports, no policies.
    private static final String FIRST = "vmToVm";
    private static final String PORTS = "ports";
    private static final String FEW = "100";

    /// A row by the names that [ForwardBenchmark] gives its methods and parameters.
    static Quantity rate(String method, String ports, String policies) {
        return Quantity.rate(name(method, List.of(PORTS, "policies"), List.of(ports, policies)), Unit.FRAMES);
    }

    /// What it allocates in that row.
    static Quantity allocation(String method, String ports, String policies) {
        return Quantity.cost(name(method, List.of(PORTS, "policies"), List.of(ports, policies)), Unit.OCTETS_PER_FRAME);
    }

    private static String name(String method, List<String> keys, List<String> values) {
        var text = new StringBuilder("core, " + switch (method) {
            case "vmToVm" -> "VM to VM";
            case "vmToUplink" -> "VM to uplink";
            default -> method;
        });
        for (int i = 0; i < keys.size(); i++) {
            var value = values.get(i);
            switch (keys.get(i)) {
                case PORTS -> text.append(", %,d ports".formatted(Integer.parseInt(value)));
                case "policies" -> text.append(switch (value) {
                    case "none" -> "";
                    case "all" -> ", all policies";
                    default -> ", " + value;
                });
                default -> text.append(", ").append(keys.get(i)).append(' ').append(value);
            }
        }
        return text.toString();
    }

    @Override
    public String id() {
        return "core";
    }

    @Override
    public String title() {
        return "the core in memory";
    }

    @Override
    public boolean isIn(Arguments.Extent extent) {
        return true;
    }

    @Override
    public void measure(Run run) {
        var dpdk = new DpdkCore(run);
        if (run.isWanted(Subject.OVS_DPDK)) {
            dpdk.start();
        }
        for (int round = 0; round < run.arguments().rounds(); round++) {
            if (run.isWanted(Subject.ETHERLOOM)) {
                jmh(run);
            }
            dpdk.takeTurn();
        }
    }

    private static void jmh(Run run) {
        for (var method : Arrays.stream(ForwardBenchmark.class.getMethods()).filter(it -> it.isAnnotationPresent(Benchmark.class))
                .map(Method::getName).sorted((a, b) -> Boolean.compare(b.equals(FIRST), a.equals(FIRST))).toList()) {
            var options = options(run.home(), run.arguments().extent() == Arguments.Extent.QUICK)
                .include("^" + ForwardBenchmark.class.getName().replace(".", "\\.") + "\\." + method + "$");
            switch (run.arguments().extent()) {
                case QUICK -> {
                    if (!method.equals(FIRST)) {
                        continue;
                    }
                    parameters().forEach((field, values) -> options.param(field, field.equals(PORTS) ? FEW : values.getFirst()));
                }
                case NORMAL -> {
                    if (!method.equals(FIRST)) {
                        options.param(PORTS, FEW);
                    }
                }
                case FULL -> { }
            }
            run(options).forEach(it -> add(run.results(), it));
        }
    }

    private static Map<String, List<String>> parameters() {
        return Arrays.stream(ForwardBenchmark.class.getFields()).filter(it -> it.isAnnotationPresent(Param.class))
            .collect(Collectors.toMap(Field::getName, it -> List.of(it.getAnnotation(Param.class).value())));
    }

    private static ChainedOptionsBuilder options(Path home, boolean isQuick) {
        return new OptionsBuilder()
            .addProfiler(GCProfiler.class)
            .verbosity(VerboseMode.SILENT)
            .shouldFailOnError(true)
            .forks(1)
            .warmupIterations(isQuick ? ITERATIONS : WARM_UPS)
            .warmupTime(ITERATION)
            .measurementIterations(ITERATIONS)
            .measurementTime(ITERATION)
            .jvmArgs(Lab.javaOptions(home))
            .jvmArgsAppend("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow",
                "-Djmh.ignoreLock=true");
    }

    /// The JVM that JMH starts stays where the thread is that starts it.
    private static List<RunResult> run(ChainedOptionsBuilder options) {
        var running = new FutureTask<>(() -> {
            Processes.pinThread(Cpus.SWITCH);
            return List.copyOf(new Runner(options.build()).run());
        });
        Thread.ofPlatform().name("jmh").start(running);
        try {
            return running.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RunnerException fault) {
                throw new IllegalStateException("JMH failed: " + fault.getMessage(), fault);
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /// A round gives the mean of its iterations.
    private static void add(Results results, RunResult result) {
        BenchmarkParams parameters = result.getParams();
        var keys = new ArrayList<>(parameters.getParamsKeys());
        keys.sort((a, b) -> Boolean.compare(b.equals(PORTS), a.equals(PORTS)));
        var name = name(parameters.getBenchmark().substring(parameters.getBenchmark().lastIndexOf('.') + 1), keys,
            keys.stream().map(parameters::getParam).toList());
        results.add(Quantity.rate(name, Unit.FRAMES), Subject.ETHERLOOM, result.getPrimaryResult().getScore());
        results.add(Quantity.cost(name, Unit.OCTETS_PER_FRAME), Subject.ETHERLOOM,
            Objects.requireNonNull(result.getSecondaryResults().get("gc.alloc.rate.norm")).getScore());
    }
}
