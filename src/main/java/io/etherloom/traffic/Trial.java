package io.etherloom.traffic;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/// One trial (RFC 2544, 23): receivers listen, every stream is sent at one rate for one time, and what is still under way is waited for.
/// A trial is run once, by one thread, which waits meanwhile; its threads have ended when [#run] returns, whatever happened.
///
/// Bounded: at most [#MAX_FRAMES] frames a stream, and for each receiver a ring of 16 MiB and what [Tally] needs.
public final class Trial {
    /// So many frames fill 32 MiB of [SeenNumbers] when some of each page are lost.
    public static final long MAX_FRAMES = 1L << 28;
    /// As fast as the generator can.
    public static final long UNPACED = 1_000_000_000L;

    private static final long TICK_MILLIS = 50;
    /// When nothing has come for so long, nothing will: longer than any queue of the lab takes for its next frame.
    private static final long QUIET_NANOS = 300_000_000L;
    private static final AtomicInteger STREAMS = new AtomicInteger((int) System.nanoTime());

    /// Frames of one sender.
    ///
    /// @param destination address to which they go
    /// @param to          where each of them is to arrive
    public record Stream(TrafficPort from, long destination, List<TrafficPort> to) {
        public Stream {
            to = List.copyOf(to);
        }
    }

    /// How much is sent. A stream ends by the number of frames or by the time, whichever comes first.
    ///
    /// @param octets          of a frame, without frame check sequence
    /// @param framesPerSecond of each stream; [#UNPACED] for as fast as it goes
    /// @param residualNanos   how long at most is waited for frames that are under way
    public record Load(int octets, long framesPerSecond, long frames, long nanos, long residualNanos) {
        public Load {
            frames = Math.min(frames, MAX_FRAMES);
        }
    }

    /// What became of a stream.
    ///
    /// @param offered      frames that were to be sent
    /// @param refused      those among them for which the sending port had no room; they are lost and count as such
    /// @param elapsedNanos how long sending took
    public record Sent(String from, long offered, long refused, long elapsedNanos, List<Arrival> arrivals) {
        /// The rate that was reached.
        public long framesPerSecond() {
            return elapsedNanos == 0 ? 0 : Math.round(offered * 1e9 / elapsedNanos);
        }
    }

    /// What arrived of a stream at one port. The tally belongs to whoever asks.
    ///
    /// @param overruns frames that arrived and that the generator had no room for
    public record Arrival(String at, Tally tally, long overruns) {}

    /// Told of the course of a trial, about twenty times a second, on the thread that runs it.
    @FunctionalInterface
    public interface Watch {
        /// @param offered frames of all streams so far
        void progress(long offered);
    }

    private final Load load;
    private final List<Stream> streams;
    private final List<Sender> senders = new ArrayList<>();
    private final List<List<Tally>> tallies = new ArrayList<>();
    private final Receiver receiver;

    /// @param firstSource 0 for frames from the sender's own address; else from so many addresses as there are frames, beginning here
    private Trial(List<Stream> streams, Load load, long firstSource) {
        this.streams = List.copyOf(streams);
        this.load = load;
        for (var stream : this.streams) {
            int number = STREAMS.incrementAndGet();
            var burst = new Burst(load.octets, stream.destination, stream.from.mac(), number);
            senders.add(new Sender(stream.from, burst, new Sender.Load(load.framesPerSecond, load.frames, load.nanos, firstSource)));
            tallies.add(stream.to.stream().map(_ -> new Tally(number)).toList());
        }
        receiver = new Receiver(this.streams.stream().flatMap(stream -> stream.to.stream()).toList());
    }

    /// Runs a trial.
    ///
    /// @param isOver whether to end early; then the result is of what was done
    /// @throws io.etherloom.linux.LinuxException when a port is down or gone
    public static List<Sent> run(List<Stream> streams, Load load, BooleanSupplier isOver, Watch watch) {
        return new Trial(streams, load, 0).run(isOver, watch);
    }

    /// The same with frames from invented addresses, one after the other from `firstSource` on (RFC 2889, 5.7 and 5.8).
    ///
    /// @param firstSource 0 for frames from the sender's own address
    public static List<Sent> learn(Stream stream, Load load, long firstSource, BooleanSupplier isOver) {
        return new Trial(List.of(stream), load, firstSource).run(isOver, _ -> { });
    }

    private List<Sent> run(BooleanSupplier isOver, Watch watch) {
        try {
            listen();
            var receiving = Thread.ofPlatform().daemon().name("traffic-receiver").start(receiver);
            try {
                send(isOver, watch);
                awaitResidue(isOver);
            } finally {
                receiver.stop();
                join(receiving);
            }
            senders.forEach(Sender::check);
            receiver.check();
            return result();
        } finally {
            streams.forEach(stream -> stream.to.forEach(TrafficPort::silence));
        }
    }

    private void listen() {
        for (int i = 0; i < streams.size(); i++) {
            var to = streams.get(i).to;
            for (int j = 0; j < to.size(); j++) {
                to.get(j).listen(load.octets, tallies.get(i).get(j));
            }
        }
    }

    private void send(BooleanSupplier isOver, Watch watch) {
        var threads = senders.stream()
            .map(sender -> Thread.ofPlatform().daemon().name("traffic-sender").start(sender)).toList();
        try {
            while (threads.stream().anyMatch(Thread::isAlive) && !isOver.getAsBoolean()) {
                threads.getFirst().join(TICK_MILLIS);
                watch.progress(senders.stream().mapToLong(Sender::offered).sum());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            senders.forEach(Sender::stop);
            threads.forEach(Trial::join);
        }
    }

    private void awaitResidue(BooleanSupplier isOver) {
        long begun = System.nanoTime();
        long arrived = arrived();
        long changed = begun;
        for (long now = begun; arrived < expected() && now - begun < load.residualNanos && now - changed < QUIET_NANOS && !isOver.getAsBoolean();
                now = System.nanoTime()) {
            java.util.concurrent.locks.LockSupport.parkNanos(2_000_000);
            long newly = arrived();
            if (newly != arrived) {
                arrived = newly;
                changed = now;
            }
        }
    }

    private long expected() {
        long sum = 0;
        for (int i = 0; i < senders.size(); i++) {
            sum += senders.get(i).taken() * streams.get(i).to.size();
        }
        return sum;
    }

    private long arrived() {
        return tallies.stream().flatMap(List::stream).mapToLong(Tally::arrived).sum();
    }

    private List<Sent> result() {
        var result = new ArrayList<Sent>();
        for (int i = 0; i < senders.size(); i++) {
            var sender = senders.get(i);
            var to = streams.get(i).to;
            var arrivals = new ArrayList<Arrival>();
            for (int j = 0; j < to.size(); j++) {
                arrivals.add(new Arrival(to.get(j).name(), tallies.get(i).get(j), to.get(j).overruns()));
            }
            result.add(new Sent(streams.get(i).from.name(), sender.offered(), sender.offered() - sender.taken(), sender.elapsedNanos(), arrivals));
        }
        return result;
    }

    /// A thread that was told to stop ends within a burst, so this is not interrupted.
    private static void join(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
