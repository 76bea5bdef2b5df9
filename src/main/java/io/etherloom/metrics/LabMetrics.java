package io.etherloom.metrics;

import io.etherloom.lab.LabControl;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The metrics of one lab process: a Micrometer registry with the JVM's meters and, collected afresh at each scrape, the lab's.
///
/// May be used by any thread. A scrape resets `agent.cycle.time`'s maximum, so of two scrapers each sees only its share of maxima.
public final class LabMetrics implements AutoCloseable {
    private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";
    private static final String OPEN_METRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics garbageCollection = new JvmGcMetrics();

    /// @param meters asked once for each scrape, so ports may come and go; [LabControl#meters] of a lab
    public LabMetrics(Supplier<LabControl.Meters> meters) {
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        garbageCollection.bindTo(registry);
        registry.getPrometheusRegistry().register(new LabCollector(meters));
    }

    /// The registry, for further meters of the same process.
    public PrometheusMeterRegistry registry() {
        return registry;
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
