package io.etherloom.qemu;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Predicate;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A connection to the monitor of a QEMU process: commands with answers, and events (QEMU's `docs/interop/qmp-spec`). One thread reads, another
/// tells events in their order. Any thread.
public final class Qmp implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.shared();
    /// No answer that we ask for comes near it.
    private static final int MAX_LINE = 1 << 22;
    /// Together far less than a socket holds.
    private static final int MAX_UNANSWERED = 64;
    /// Beyond that somebody has set a clock.
    private static final long MAX_AGE_NANOS = 1_000_000_000L;

    private final SocketChannel channel;
    private final InputStream in;
    private final AtomicLong ids = new AtomicLong();
    private final Map<Long, CompletableFuture<JsonNode>> asked = new ConcurrentHashMap<>();
    private final List<Expected> expected = new CopyOnWriteArrayList<>();
    private final LinkedBlockingQueue<QmpEvent> events = new LinkedBlockingQueue<>();
    private final CountDownLatch hasEnded = new CountDownLatch(1);
    /// Questions that QEMU has not answered, those included for which nobody waits any more.
    private final AtomicInteger unanswered = new AtomicInteger();
    private volatile boolean isClosed;

    private record Expected(Predicate<QmpEvent> what, CompletableFuture<QmpEvent> event) {}

    private Qmp(SocketChannel channel) {
        this.channel = channel;
        in = new BufferedInputStream(Channels.newInputStream(channel), 1 << 16);
    }

    /// Connects, and negotiates nothing.
    ///
    /// @param listener told each event, on a thread of its own, which may ask
    /// @throws IOException when nobody listens there yet
    static Qmp connect(Path socket, Consumer<QmpEvent> listener, Duration timeout) throws IOException {
        var channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
        var qmp = new Qmp(channel);
        Thread.ofVirtual().name("qmp").start(qmp::read);
        Thread.ofVirtual().name("qmp-events").start(() -> qmp.tell(listener));
        try {
            qmp.execute("qmp_capabilities", Map.of(), timeout);
            return qmp;
        } catch (QemuException e) {
            qmp.close();
            throw new IOException(e.getMessage(), e);
        }
    }

    /// Carries out a command and gives what it returns.
    ///
    /// @throws QemuException when QEMU refuses, is gone, or does not answer in time
    public JsonNode execute(String command, Map<String, ?> arguments, Duration timeout) {
        // A process that stands still reads nothing, and a question that finds its socket full would wait for ever.
        if (unanswered.get() >= MAX_UNANSWERED) {
            throw new QemuException(command + ": QEMU has not answered " + MAX_UNANSWERED + " questions before");
        }
        unanswered.incrementAndGet();
        long id = ids.incrementAndGet();
        var answer = new CompletableFuture<JsonNode>();
        asked.put(id, answer);
        try {
            send(JSON.writeValueAsString(Map.of("execute", command, "arguments", arguments, "id", id)) + "\n");
            if (isClosed) {
                throw new QemuException(command + ": QEMU is gone");
            }
            return answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (IOException e) {
            throw new QemuException(command + ": QEMU is gone", e);
        } catch (TimeoutException e) {
            throw new QemuException(command + ": QEMU does not answer within " + timeout.toMillis() + " ms", e);
        } catch (ExecutionException e) {
            throw new QemuException(command + ": " + e.getCause().getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new QemuException(command + ": interrupted", e);
        } finally {
            asked.remove(id);
        }
    }

    private synchronized void send(String line) throws IOException {
        var bytes = ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /// The next event of this kind; it fails when QEMU is gone first. Ask before what brings the event about.
    public CompletableFuture<QmpEvent> expect(Predicate<QmpEvent> what) {
        var one = new Expected(what, new CompletableFuture<>());
        expected.add(one);
        one.event.whenComplete((_, _) -> expected.remove(one));
        if (isClosed) {
            one.event.completeExceptionally(new QemuException("QEMU is gone"));
        }
        return one.event;
    }

    private void read() {
        try {
            for (var line = line(); !line.isEmpty(); line = line()) {
                long nowNanos = System.nanoTime();
                var message = JSON.readTree(line);
                if (message.has("event")) {
                    arrived(new QmpEvent(message.path("event").asString(""), message.path("data"), at(message.path("timestamp"), nowNanos)));
                } else if (message.has("id")) {
                    answered(message);
                }
            }
        } catch (IOException | JacksonException e) {
            // Whoever waits is told below; the process is watched by others.
        } finally {
            close();
            hasEnded.countDown();
        }
    }

    /// When QEMU says that it happened, which is before it was read, by our clock.
    private static long at(JsonNode timestamp, long nowNanos) {
        var now = Instant.now();
        long age = (now.getEpochSecond() - timestamp.path("seconds").asLong(now.getEpochSecond())) * 1_000_000_000L
            + now.getNano() - timestamp.path("microseconds").asLong(now.getNano() / 1_000) * 1_000L;
        return nowNanos - Math.clamp(age, 0, MAX_AGE_NANOS);
    }

    /// Waits until everything that QEMU said before its end has been read.
    void awaitEnd(Duration timeout) {
        try {
            hasEnded.await(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private String line() throws IOException {
        var line = new ByteArrayOutputStream();
        for (int octet = in.read(); octet >= 0; octet = in.read()) {
            line.write(octet);
            if (octet == '\n') {
                return line.toString(StandardCharsets.UTF_8);
            }
            if (line.size() > MAX_LINE) {
                throw new IOException("a line of more than " + MAX_LINE + " octets");
            }
        }
        return "";
    }

    private void arrived(QmpEvent event) {
        for (var one : expected) {
            if (one.what.test(event)) {
                one.event.complete(event);
            }
        }
        events.add(event);
    }

    private void answered(JsonNode message) {
        unanswered.decrementAndGet();
        var answer = asked.remove(message.path("id").asLong(-1));
        if (answer == null) {
            return;
        }
        if (message.has("error")) {
            answer.completeExceptionally(new QemuException(message.path("error").path("desc").asString("it failed")));
        } else {
            answer.complete(message.path("return"));
        }
    }

    private void tell(Consumer<QmpEvent> listener) {
        try {
            while (!isClosed || !events.isEmpty()) {
                var event = events.poll(1, TimeUnit.SECONDS);
                if (event != null) {
                    listener.accept(event);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Whoever waits for an answer or an event is told that there will be none.
    @Override
    public void close() {
        isClosed = true;
        try {
            channel.close();
        } catch (IOException e) {
            // It is gone all the same.
        }
        var gone = new QemuException("QEMU is gone");
        asked.values().forEach(answer -> answer.completeExceptionally(gone));
        expected.forEach(one -> one.event.completeExceptionally(gone));
    }
}
