package io.etherloom.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A lab that works while it is captured, scraped and asked, for as long as one likes: `./build soak MINUTES`. No pause of the garbage collector
/// may be longer than a millisecond, which is what a guest would see as a late frame.
///
/// The load takes one processor of two, since a collection that has to wait for a processor measures the machine: one TCP flow of
/// 300 Mbit/s, captures of its sender of ten seconds one after the other, and after each `show ports` and three scrapes. The first
/// ten seconds, in which everything is loaded and compiled, are not counted. A machine with nothing else to do is a condition.
@Tag("soak")
class PauseSoakIT {
    private static final Duration SOAK = Duration.ofMinutes(Long.getLong("soak.minutes", 10));
    private static final double LONGEST_MILLIS = 1.0;

    @TempDir Path folder;
    private Launcher launcher;

    @BeforeEach
    void prepare() {
        Need.root();
        Need.jar();
        Need.programs("iperf3");
        launcher = new Launcher(folder);
    }

    @AfterEach
    void leavesNothing() throws Exception {
        if (launcher != null) launcher.end();
    }

    @Test
    void noCollectionStopsALoadedLabForLong() throws Exception {
        launcher.javaOptions("-Xlog:gc,safepoint:file=" + folder.resolve("pauses-%p.log") + ":uptime:filecount=0");
        launcher.start("up", launcher.topology("", Files.readString(Path.of("topologies/two-hosts.yaml")).replace("name: two-hosts", "name: LAB")))
                .awaitText("Ctrl-C ends the lab.");
        var log = folder.resolve("pauses-" + launcher.pid(LocalLab.name("")) + ".log");
        launcher.inside("web2", "iperf3", "-s", "--forceflush").awaitText("Server listening");
        var flow = launcher.inside("web1", "iperf3", "-c", "10.0.10.12", "-b", "300M", "-t", String.valueOf(SOAK.toSeconds()));
        long endNanos = System.nanoTime() + SOAK.toNanos();
        work();
        var begun = PauseLog.of(log);
        while (System.nanoTime() - endNanos < 0) {
            work();
        }
        flow.await();
        var pauses = PauseLog.of(log).since(begun);
        System.out.println("soak of " + SOAK.toMinutes() + " minutes: " + pauses);
        assertThat(pauses.collectionMillis()).as("pauses in " + log).isNotEmpty();
        assertThat(PauseLog.longest(pauses.collectionMillis())).as("longest pause in ms; " + pauses).isLessThanOrEqualTo(LONGEST_MILLIS);
    }

    private void work() throws Exception {
        launcher.good("capture", "--port", "web1", "--duration", "10s", "-w", folder.resolve("web1.pcapng").toString());
        launcher.shown("ports");
        scrape(launcher.good("ls", "-o", "json").replaceAll("(?s).*\"metrics\" *: *\"([^\"]*)\".*", "$1"));
    }

    private static void scrape(String url) throws Exception {
        try (var client = HttpClient.newHttpClient()) {
            for (int i = 0; i < 3; i++) {
                assertThat(client.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString()).statusCode()).isEqualTo(200);
            }
        }
    }
}
