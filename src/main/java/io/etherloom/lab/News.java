package io.etherloom.lab;

import java.time.Instant;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What agents and a change under way have to tell, until control makes events of it: words need names, and names need the lab's lock, which
/// an agent never takes. Bounded; what does not fit is counted. Any thread adds; told under the lab's lock.
final class News {
    private static final Logger LOG = LoggerFactory.getLogger(News.class);
    private static final int CAPACITY = 4096;

    private record Item(Instant time, Consumer<Instant> telling) {
        /// One that cannot be put into words is lost, and not those behind it.
        void tell() {
            try {
                telling.accept(time);
            } catch (RuntimeException fault) {
                LOG.error("event=news-fault effect=\"an event is missing\"", fault);
            }
        }
    }

    private final ArrayBlockingQueue<Item> waiting = new ArrayBlockingQueue<>(CAPACITY);
    private final AtomicLong lost = new AtomicLong();

    /// Neither waits nor throws.
    ///
    /// @param telling given the time of day as it is now, later and on another thread
    void add(Consumer<Instant> telling) {
        if (!waiting.offer(new Item(Instant.now(), telling))) {
            lost.incrementAndGet();
        }
    }

    /// Tells all that waits.
    void tell() {
        for (var item = waiting.poll(); item != null; item = waiting.poll()) {
            item.tell();
        }
        long count = lost.getAndSet(0);
        if (count > 0) {
            LOG.warn("event=news-lost count={} effect=\"some events are missing\"", count);
        }
    }

    /// Tells whatever comes until the thread is interrupted.
    ///
    /// @param locked runs it under the lab's lock
    void follow(Consumer<Runnable> locked) {
        try {
            while (true) {
                var first = waiting.take();
                locked.accept(() -> {
                    first.tell();
                    tell();
                });
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
