package io.etherloom.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// An agent hears of everything that is put into its rings, and is woken when it sleeps and only then.
final class InboxTest {
    private static final int RECORDS = 400_000;
    private static final int MAX_SPIN = 8;

    private final AtomicInteger rings = new AtomicInteger();
    private final Inbox inbox = new Inbox(rings::incrementAndGet);
    private final List<String> told = new ArrayList<>();

    @Test
    void tellsOfThePlacesThatWereAnnouncedOnce() {
        int first = inbox.newPlace();
        int second = inbox.newPlace();
        inbox.listen(first, () -> told.add("first"));
        inbox.listen(second, () -> told.add("second"));
        told.clear();
        inbox.announce(second);
        inbox.announce(second);
        inbox.look();
        inbox.look();
        assertThat(told).containsExactly("second");
    }

    @Test
    void tellsANewListenerOfWhatCameBefore() {
        int place = inbox.newPlace();
        inbox.announce(place);
        inbox.look();
        inbox.listen(place, () -> told.add("late"));
        assertThat(told).containsExactly("late");
    }

    @Test
    void tellsAllThatShareABit() {
        var places = new ArrayList<Integer>();
        for (int i = 0; i < 130; i++) {
            int number = i;
            places.add(inbox.newPlace());
            inbox.listen(places.get(i), () -> told.add("ring " + number));
        }
        told.clear();
        inbox.announce(places.get(64));
        inbox.look();
        assertThat(told).contains("ring 64").hasSizeLessThan(4);
    }

    @Test
    void ringsOnceForASleepAndNeverForWhoIsAwake() {
        int place = inbox.newPlace();
        inbox.announce(place);
        assertThat(rings).hasValue(0);
        assertThat(inbox.rest()).as("may sleep with something announced").isFalse();
        inbox.announce(place);
        assertThat(rings).hasValue(0);
        inbox.look();
        assertThat(inbox.rest()).isTrue();
        inbox.announce(place);
        inbox.announce(place);
        assertThat(rings).hasValue(1);
        inbox.awake();
        inbox.announce(place);
        assertThat(rings).hasValue(1);
    }

    /// A producer that puts two records after each other, at a moment that varies, and then waits until both are taken; an owner that sleeps as
    /// often as it may. A wake-up that is lost leaves both waiting for each other: the owner gives up after a time that no machine needs.
    @Test
    void noWakeUpIsLostBetweenThreads() throws Exception {
        var bell = new Semaphore(0);
        var sleepy = new Inbox(bell::release);
        var ring = new ByteRing(256);
        int place = sleepy.newPlace();
        var taken = new AtomicInteger();
        sleepy.listen(place, () -> drain(ring, taken));
        var producer = CompletableFuture.runAsync(() -> produce(ring, sleepy, place, taken));
        var random = new Random(7);
        while (taken.get() < RECORDS && !producer.isCompletedExceptionally()) {
            sleepy.look();
            spin(random.nextInt(MAX_SPIN));
            if (taken.get() < RECORDS && sleepy.rest()) {
                assertThat(bell.tryAcquire(30, TimeUnit.SECONDS)).as("woken after %d records", taken.get()).isTrue();
            }
            sleepy.awake();
            bell.drainPermits();
        }
        producer.get(10, TimeUnit.SECONDS);
    }

    private static void produce(ByteRing ring, Inbox inbox, int place, AtomicInteger taken) {
        var random = new Random(8);
        for (int i = 0; i < RECORDS; i += 2) {
            put(ring, inbox, place, i);
            spin(random.nextInt(MAX_SPIN));
            put(ring, inbox, place, i + 1);
            while (taken.get() < i + 2) {
                Thread.onSpinWait();
            }
            spin(random.nextInt(MAX_SPIN));
        }
    }

    private static void put(ByteRing ring, Inbox inbox, int place, int record) {
        long at = ring.claim(Long.BYTES);
        ring.memory().set(ValueLayout.JAVA_LONG, at, record);
        ring.commit();
        inbox.announce(place);
    }

    private static void drain(ByteRing ring, AtomicInteger taken) {
        long end = ring.committed();
        for (long at = ring.next(end); at >= 0; at = ring.next(end)) {
            if (ring.memory().get(ValueLayout.JAVA_LONG, at) != taken.get()) {
                throw new AssertionError("record " + taken.get() + " is another");
            }
            ring.release();
            taken.incrementAndGet();
        }
    }

    private static void spin(int turns) {
        for (int i = 0; i < turns; i++) {
            Thread.onSpinWait();
        }
    }
}
