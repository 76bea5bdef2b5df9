package io.etherloom.metrics;

import io.etherloom.lab.Meters;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The metrics of one lab process: a Micrometer registry with the JVM's meters and, collected afresh at each scrape, the lab's.
///
/// May be used by any thread. A scrape resets `agent.cycle.time`'s maximum, so of two scrapers each sees only its share of maxima.
public final class LabMetrics implements AutoCloseable {
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
        OpenFiles.bindTo(registry);
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

    /// Counts the moves of VMs.
    ///
    /// @param moves asked once for each scrape; kept as long as this
    public void moves(Supplier<Meters.Moves> moves) {
        registry.getPrometheusRegistry().register((MultiCollector) () -> new MetricSnapshots(MoveFamilies.of(moves.get())));
    }

    /// What a scrape would tell, with descriptions, for the page that lists it.
    public MetricSnapshots snapshots() {
        return registry.getPrometheusRegistry().scrape();
    }

    /// The format that a scraper is answered in.
    ///
    /// @param accept the Accept header of the request: OpenMetrics when it is named there, else Prometheus' own text format
    public Format format(@Nullable String accept) {
        return accept != null && accept.contains("application/openmetrics-text") ? Format.OPEN_METRICS : Format.TEXT;
    }

    /// Writes all metrics of this moment, in pieces of some kilobytes.
    ///
    /// They are written on a thread of the system made for it: on a virtual thread the `BufferedWriter` of JDK 25 begins small and
    /// grows by each word, which leaves 14 MB of garbage instead of half a megabyte.
    ///
    /// @param out used until this returns, by another thread
    public void write(Format format, OutputStream out) throws IOException {
        try {
            CompletableFuture.runAsync(() -> scrape(format, out), work -> Thread.ofPlatform().daemon().name("scrape").start(work)).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof UncheckedIOException failed) {
                throw failed.getCause();
            }
            throw e;
        }
    }

    private void scrape(Format format, OutputStream out) {
        try {
            registry.scrape(out, format.contentType());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        garbageCollection.close();
        registry.close();
    }

    /// What a scraper may be answered in.
    public enum Format {
        TEXT("text/plain; version=0.0.4; charset=utf-8"),
        OPEN_METRICS("application/openmetrics-text; version=1.0.0; charset=utf-8");

        private final String contentType;

        Format(String contentType) {
            this.contentType = contentType;
        }

        public String contentType() {
            return contentType;
        }
    }
}
