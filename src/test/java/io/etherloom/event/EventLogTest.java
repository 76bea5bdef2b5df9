package io.etherloom.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class EventLogTest {
    private static final Instant NOON = Instant.parse("2026-01-02T12:00:00Z");
    private final EventLog log = new EventLog(4, InstantSource.fixed(NOON));

    private void post(int count) {
        for (int i = 0; i < count; i++) {
            log.post(EventType.VM_POWERED_ON, "web" + i, "web" + i + " was powered on.");
        }
    }

    @Test
    void numbersEventsFromOneWithoutAGap() {
        post(3);

        var page = log.since(0);

        assertThat(page.events()).extracting(Event::seq).containsExactly(1L, 2L, 3L);
        assertThat(page.events()).extracting(Event::time).containsOnly(NOON);
        assertThat(page.events()).extracting(Event::object).containsExactly("web0", "web1", "web2");
        assertThat(page.missed()).isZero();
    }

    /// A guest may set its interface up and down for ever.
    @Test
    void leavesOutWhatIsToldTooOftenAndSaysHowMuch() {
        var roomy = new EventLog(4096, InstantSource.fixed(NOON));
        for (int i = 0; i < 1_000; i++) {
            roomy.post(NOON.plusMillis(i), EventType.GUEST_LINK_UP, "web1.eth0", "Up.", Details.none());
        }
        roomy.post(NOON.plusMillis(500), EventType.GUEST_LINK_UP, "web2.eth0", "Up.", Details.none());
        roomy.post(NOON.plusMillis(500), EventType.GUEST_LINK_DOWN, "web1.eth0", "Down.", Details.none());
        assertThat(roomy.since(0).events()).hasSize(FloodGate.BURST + 2);
        assertThat(roomy.count(EventType.GUEST_LINK_UP)).isEqualTo(1_001);

        roomy.post(NOON.plusSeconds(7), EventType.GUEST_LINK_UP, "web1.eth0", "Up.", Details.none());

        var told = roomy.since(0).events().getLast();
        assertThat(told.seq()).isEqualTo(FloodGate.BURST + 3);
        assertThat(told.sentence()).isEqualTo("Up. 980 like it were left out before.");
        assertThat(told.details()).containsEntry("leftOut", 980L);
        for (int i = 0; i < 100; i++) {
            roomy.post(NOON, EventType.VM_POWERED_ON, "web1", "On.", Details.none());
        }
        assertThat(roomy.since(told.seq()).events()).as("what people do is all told").hasSize(100);
    }

    @Test
    void givesOnlyWhatIsNewerThanTheReadersPlace() {
        post(3);

        assertThat(log.since(2).events()).extracting(Event::seq).containsExactly(3L);
        assertThat(log.since(3).events()).isEmpty();
    }

    @Test
    void keepsTheLastOnesAndTellsHowManyAReaderHasMissed() {
        post(10);

        var page = log.since(3);

        assertThat(page.events()).extracting(Event::seq).containsExactly(7L, 8L, 9L, 10L);
        assertThat(page.missed()).isEqualTo(3);
        assertThat(page.last()).isEqualTo(10);
    }

    @Test
    void beginsAnewForAReaderOfALabThatHasEnded() {
        post(2);

        assertThat(log.since(500).events()).extracting(Event::seq).containsExactly(1L, 2L);
    }

    @Test
    void wakesAReaderThatWaits() throws Exception {
        post(1);
        var waiting = CompletableFuture.supplyAsync(() -> {
            try {
                return log.await(1, TimeUnit.MINUTES.toNanos(5));
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });

        post(1);

        assertThat(waiting.get().events()).extracting(Event::seq).containsExactly(2L);
    }

    @Test
    void wakesAReaderWhenNothingWillCome() throws Exception {
        log.close();

        var page = log.await(0, TimeUnit.MINUTES.toNanos(5));

        assertThat(page.isEnded()).isTrue();
        assertThat(page.events()).isEmpty();
    }

    @Test
    void detailsKeepTheirOrderAndListsTheirBounds() {
        var names = java.util.stream.IntStream.range(0, 100).mapToObj(i -> "web" + i).toList();

        log.post(EventType.FAILOVER, "esx1/vSwitch0", "Moved.", Details.of("to", "vmnic1").and("from", "vmnic0").andNames("ports", names));
        var event = log.since(0).events().getLast();

        assertThat(event.details().keySet()).containsExactly("to", "from", "ports", "portsCount");
        assertThat((List<?>) event.details().get("ports")).hasSize(32);
        assertThat(event.details()).containsEntry("portsCount", 100);
    }

    /// Whatever a guest or a file calls something, an event is one line.
    @Test
    void aLineOfTheLogIsOneLine() {
        log.post(EventType.CHANGE_FAILED, "my lab", "It said \"no\".\nTwice.", Details.of("reason", "a=b").and("count", 2));
        var event = log.since(0).events().getLast();

        assertThat(LogLine.of(event)).isEqualTo(
            "event=change-failed seq=1 object=\"my lab\" reason=\"a=b\" count=2 text=\"It said \\\"no\\\".\\nTwice.\"");
    }
}
