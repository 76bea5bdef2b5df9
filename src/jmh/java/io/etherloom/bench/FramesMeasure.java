package io.etherloom.bench;

import io.etherloom.linux.Libc;
import io.etherloom.linux.Netns;
import io.etherloom.linux.PacketSocket;
import io.etherloom.linux.Processes;
import io.etherloom.linux.Rtnetlink;
import io.etherloom.wire.Ethernet;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/// Frames of 60 octets, sent as fast as one processor can by sendmmsg in batches of 64, past the queueing discipline. What counts is what
/// the receiving interface got; the sender may be faster than the peer, whose TAP then drops. The frames carry an EtherType for local
/// experiments, so that the receiving kernel counts them and does nothing else.
final class FramesMeasure implements Measure {
    static final Quantity FRAMES = new Quantity("60-byte frames", "frames/s");
    static final Quantity OFFERED = new Quantity("60-byte frames offered", "frames/s");

    private static final int FRAME_BYTES = 60;
    private static final int BATCH = 64;
    private static final int LOCAL_EXPERIMENT = 0x88B5;
    private static final long RAMP_MILLIS = 200;

    private final Netns netns = new Netns();
    private volatile boolean isSending;

    @Override
    public String name() {
        return "small frames from TAP to TAP";
    }

    @Override
    public @Nullable String missing() {
        return null;
    }

    @Override
    public List<Value> measure(Peer peer, double seconds) {
        try (var receiver = netns.call(peer.right(), Rtnetlink::open); var sender = netns.call(peer.left(), Rtnetlink::open)) {
            isSending = true;
            var sending = new FutureTask<>(() -> send(peer, receiver.link(Peer.INTERFACE).mac()));
            Thread.ofPlatform().daemon().name("generator").start(sending);
            try {
                Thread.sleep(RAMP_MILLIS);
                long sent = sender.link(Peer.INTERFACE).statistics().txPackets();
                long got = receiver.link(Peer.INTERFACE).statistics().rxPackets();
                long dropped = sender.link(Peer.INTERFACE).statistics().txDropped();
                long begin = System.nanoTime();
                Thread.sleep((long) (seconds * 1000));
                double elapsed = (System.nanoTime() - begin) / 1e9;
                got = receiver.link(Peer.INTERFACE).statistics().rxPackets() - got;
                var after = sender.link(Peer.INTERFACE).statistics();
                long offered = after.txPackets() - sent + after.txDropped() - dropped;
                return List.of(new Value(FRAMES, got / elapsed), new Value(OFFERED, offered / elapsed));
            } finally {
                isSending = false;
                sending.get();
            }
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException("the generator failed", e);
        }
    }

    private Void send(Peer peer, long destination) {
        netns.enterForGood(peer.left());
        Processes.pinThread(Bed.SENDER_CPU);
        var libc = Libc.current();
        try (var arena = Arena.ofConfined(); var rtnetlink = Rtnetlink.open()) {
            var link = rtnetlink.link(Peer.INTERFACE);
            var frame = arena.allocate(64);
            Ethernet.addresses(frame, 0, destination, link.mac());
            Ethernet.u16(frame, Ethernet.ADDRESSES, LOCAL_EXPERIMENT);
            var batch = new PacketSocket.Batch(BATCH);
            for (int i = 0; i < BATCH; i++) {
                batch.set(i, frame.address(), FRAME_BYTES);
            }
            try (var socket = PacketSocket.open(link.index()).withQdiscBypass()) {
                while (isSending) {
                    socket.send(libc, batch, BATCH);
                }
            }
        }
        return null;
    }
}
