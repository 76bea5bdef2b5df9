package io.etherloom.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// What Prometheus costs a lab of 1,000 ports: how long an answer takes while the lab has little to do, and what is left of its rate while it
/// is asked every second, which is fifteen times as often as Prometheus asks. The lab has one processor, asker and generator the others.
final class ScrapeMeasure implements Measure {
    static final Quantity SCRAPE = Quantity.cost("a scrape of 1,000 ports", Unit.MILLISECONDS);
    static final Quantity ALONE = Quantity.rate("60-byte frames among 1,000 ports", Unit.FRAMES);
    static final Quantity BESIDE = Quantity.rate("60-byte frames among 1,000 ports, a scrape each second", Unit.FRAMES);

    private static final int PORTS = 1000;
    private static final int SCRAPES = 20;
    private static final long PERIOD_MILLIS = 1000;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final FramesMeasure frames = new FramesMeasure();

    @Override
    public String id() {
        return "scrape";
    }

    @Override
    public String title() {
        return "scrapes of 1,000 ports";
    }

    @Override
    public boolean isIn(Arguments.Extent extent) {
        return extent == Arguments.Extent.FULL;
    }

    @Override
    public void measure(Run run) throws Unavailable {
        Peers.requireRoot();
        var lanes = new ArrayList<Run.Lane>();
        run.add(lanes, Subject.ETHERLOOM, "", () -> Lab.oneHost(run, "scrape", PORTS, ""));
        try (var client = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(URI.create("http://" + Lab.metricsAddress(run, "scrape") + "/metrics")).timeout(PATIENCE).build();
            run.takeTurns(lanes, (peer, seconds) -> {
                var values = new ArrayList<Run.Value>();
                for (int i = 0; i < SCRAPES; i++) {
                    values.add(new Run.Value(SCRAPE, scrape(client, request)));
                    Scratch.sleep(PERIOD_MILLIS / 10);
                }
                values.add(new Run.Value(ALONE, frames.unicast(peer, seconds).received()));
                values.add(new Run.Value(BESIDE, beside(client, request, peer, seconds)));
                return values;
            });
        }
    }

    private double beside(HttpClient client, HttpRequest request, Peer peer, double seconds) {
        var isOver = new AtomicBoolean();
        var scrapes = CompletableFuture.runAsync(() -> {
            while (!isOver.get()) {
                scrape(client, request);
                Scratch.sleep(PERIOD_MILLIS);
            }
        });
        try {
            return frames.unicast(peer, seconds).received();
        } finally {
            isOver.set(true);
            scrapes.join();
        }
    }

    /// In seconds.
    private static double scrape(HttpClient client, HttpRequest request) {
        long begun = System.nanoTime();
        @Nullable String fault = null;
        try {
            var answer = client.send(request, HttpResponse.BodyHandlers.discarding());
            if (answer.statusCode() == 200) {
                return (System.nanoTime() - begun) / 1e9;
            }
            fault = "status " + answer.statusCode();
        } catch (IOException e) {
            fault = e.toString();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            fault = "interrupted";
        }
        throw new IllegalStateException("the scrape failed: " + fault);
    }
}
