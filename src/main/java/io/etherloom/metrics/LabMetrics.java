package io.etherloom.metrics;

import io.etherloom.lab.Meters;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The metrics of one lab process: a Micrometer registry with the JVM's meters and, collected afresh at each scrape, the lab's.
///
/// May be used by any thread. A scrape resets `agent.cycle.time`'s maximum, so of two scrapers each sees only its share of maxima.
public final class LabMetrics implements AutoCloseable {
    private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";
    private static final String OPEN_METRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    /// Of the JVM's meters those that dashboards and alerts ask for.
    private static final Set<String> PROCESS = Set.of("jvm.memory.used", "jvm.memory.committed", "jvm.gc.pause", "jvm.threads.live",
        "process.cpu.usage", "process.start.time", "process.files.open", "process.files.max", "api.connections");

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics garbageCollection = new JvmGcMetrics();

    /// @param meters asked once for each scrape, so ports may come and go; [io.etherloom.lab.LabControl#meters] of a lab
    /// @param version of Etherloom
    public LabMetrics(Supplier<Meters> meters, String version) {
        registry.config().meterFilter(MeterFilter.denyUnless(id -> PROCESS.contains(id.getName())));
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        garbageCollection.bindTo(registry);
        registry.getPrometheusRegistry().register(new LabCollector(meters, version));
    }

    /// Counts the connections of a listener of the API.
    ///
    /// @param open kept as long as this
    public void connections(String listener, IntSupplier open) {
        Gauge.builder("api.connections", () -> open.getAsInt()).tag("listener", listener)
            .description("Connections that are open to the API: socket is the lab's unix socket.").register(registry);
    }

    /// What a scrape would tell, with descriptions, for the page that lists it.
    public MetricSnapshots snapshots() {
        return registry.getPrometheusRegistry().scrape();
    }

    /// All metrics at this moment.
    ///
    /// They are written on a thread of the system made for it: on a virtual thread the `BufferedWriter` of JDK 25 begins small and
    /// grows by each word, which leaves 14 MB of garbage instead of half a megabyte.
    ///
    /// @param accept the Accept header of the request: OpenMetrics when it is named there, else Prometheus' own text format
    public Scrape scrape(@Nullable String accept) {
        return CompletableFuture.supplyAsync(() -> write(accept), work -> Thread.ofPlatform().daemon().name("scrape").start(work)).join();
    }

    private Scrape write(@Nullable String accept) {
        var contentType = accept != null && accept.contains("application/openmetrics-text") ? OPEN_METRICS : TEXT;
        var body = new ByteArrayOutputStream(32 * 1024);
        try {
            registry.scrape(body, contentType);
        } catch (IOException e) {
            throw new AssertionError("memory cannot fail", e);
        }
        return new Scrape(contentType, body.toByteArray());
    }

    @Override
    public void close() {
        garbageCollection.close();
        registry.close();
    }

    /// An answer to a scrape.
    ///
    /// @param body owned by the receiver
    public record Scrape(String contentType, byte[] body) {}
}
