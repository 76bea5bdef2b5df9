package io.etherloom.it;

import io.etherloom.linux.Netns;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;

/// Numbered datagrams from one namespace to another, ten milliseconds apart or as wanted, so that a pause of the lab of two seconds loses none, with the time at which each
/// left and came. The receiver says nothing, ever, so that only its switch can tell the network where it is. Two threads of its own; any thread may ask.
final class UdpFlow implements AutoCloseable {
    private static final int LIMIT = 1 << 17;           // more than twenty minutes
    private static final long PERIOD_NANOS = 10_000_000;

    private final DatagramChannel source;
    private final DatagramChannel sink;
    private final InetSocketAddress target;
    private final long periodNanos;
    private final AtomicLongArray leftNanos = new AtomicLongArray(LIMIT);
    private final AtomicLongArray cameNanos = new AtomicLongArray(LIMIT);
    private final AtomicInteger sent = new AtomicInteger();
    private final AtomicInteger received = new AtomicInteger();
    private final AtomicInteger duplicates = new AtomicInteger();
    private final Thread sender;
    private final Thread receiver;
    private volatile boolean isOver;

    /// What became of a flow.
    ///
    /// @param missing           numbers of the datagrams that never came
    /// @param longestDelayNanos of one datagram, from sending to receiving
    /// @param longestGapNanos   the longest time for which what was sent was lost, from the last before to the first after
    /// @param longestPauseNanos between two that were sent
    record Report(int sent, List<Integer> missing, int duplicates, long longestDelayNanos, long longestGapNanos, long longestPauseNanos) {
        /// How long the machine has held it up at most, where nothing else does.
        long heldUpMillis() {
            return (longestDelayNanos + longestGapNanos + longestPauseNanos) / 1_000_000;
        }

        @Override
        public String toString() {
            return sent + " sent, " + missing.size() + " missing, " + duplicates + " twice, longest delay " + longestDelayNanos / 1_000
                + " us, longest gap " + longestGapNanos / 1_000 + " us, longest pause " + longestPauseNanos / 1_000 + " us";
        }
    }

    private UdpFlow(DatagramChannel source, DatagramChannel sink, InetSocketAddress target, long periodNanos) {
        this.periodNanos = periodNanos;
        this.source = source;
        this.sink = sink;
        this.target = target;
        sender = Thread.ofPlatform().daemon().name("udp-sender").start(this::send);
        receiver = Thread.ofPlatform().daemon().name("udp-receiver").start(this::receive);
    }

    /// @param from    namespace of the sender
    /// @param to      namespace of the receiver, which has the address
    static UdpFlow start(String from, String to, String address, int port) {
        return start(from, to, address, port, PERIOD_NANOS);
    }

    static UdpFlow start(String from, String to, String address, int port, long periodNanos) {
        var netns = new Netns();
        var sink = netns.call(to, () -> DatagramChannel.open(StandardProtocolFamily.INET).bind(new InetSocketAddress(port)));
        var source = netns.call(from, () -> DatagramChannel.open(StandardProtocolFamily.INET));
        return new UdpFlow(source, sink, new InetSocketAddress(address, port), periodNanos);
    }

    private void send() {
        var buffer = ByteBuffer.allocate(60);
        long due = System.nanoTime();
        for (int number = 0; number < LIMIT && !isOver; number++) {
            buffer.clear().putInt(0, number);
            long now = System.nanoTime();
            leftNanos.set(number, now);
            try {
                source.send(buffer, target);
            } catch (IOException _) {
                // Counts as lost.
            }
            sent.set(number + 1);
            // After a pause of this thread it goes on from now, without a burst.
            due = Math.max(due + periodNanos, now);
            LockSupport.parkNanos(due - System.nanoTime());
        }
    }

    private void receive() {
        var buffer = ByteBuffer.allocate(100);
        try {
            while (true) {
                buffer.clear();
                sink.receive(buffer);
                if (cameNanos.compareAndSet(buffer.getInt(0), 0, System.nanoTime())) received.incrementAndGet();
                else duplicates.incrementAndGet();
            }
        } catch (ClosedChannelException _) {
            // The end.
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    int received() {
        return received.get();
    }

    /// Returns once so many more have come.
    UdpFlow awaitMore(int count) throws Exception {
        int before = received();
        Await.until(count + " more datagrams than " + before, () -> received() >= before + count);
        return this;
    }

    /// Ends the flow. What is on its way has a second to arrive.
    Report stop() throws Exception {
        isOver = true;
        sender.join();
        for (int turn = 0; turn < 100 && received() < sent.get(); turn++) Thread.sleep(10);
        close();
        receiver.join();
        var missing = new ArrayList<Integer>();
        long delay = 0;
        long gap = 0;
        long pause = 0;
        int last = 0;
        for (int number = 0; number < sent.get(); number++) {
            pause = Math.max(pause, leftNanos.get(number) - leftNanos.get(Math.max(0, number - 1)));
            if (cameNanos.get(number) == 0) {
                missing.add(number);
                continue;
            }
            delay = Math.max(delay, cameNanos.get(number) - leftNanos.get(number));
            if (number > last + 1) gap = Math.max(gap, leftNanos.get(number) - leftNanos.get(last));
            last = number;
        }
        return new Report(sent.get(), missing, duplicates.get(), delay, gap, pause);
    }

    @Override
    public void close() throws IOException {
        isOver = true;
        source.close();
        sink.close();
    }
}
