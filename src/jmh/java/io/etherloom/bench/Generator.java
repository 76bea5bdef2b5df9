package io.etherloom.bench;

import io.etherloom.linux.Libc;
import io.etherloom.linux.Netns;
import io.etherloom.linux.PacketSocket;
import io.etherloom.linux.Processes;
import io.etherloom.linux.Rtnetlink;
import io.etherloom.wire.Ethernet;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/// Sends frames of 60 octets as fast as one processor can, by sendmmsg in batches of 64, past the queueing discipline; whoever is slower
/// lets its queue drop. The frames carry an EtherType for local experiments (IEEE Std 802, 9.2), so that a receiving kernel counts them
/// and does nothing else. It runs from construction to [#close], on a thread and a processor of its own.
final class Generator implements AutoCloseable {
    static final long BROADCAST = 0xFFFF_FFFF_FFFFL;

    private static final int FRAME_BYTES = 60;
    private static final int BATCH = 64;
    private static final int LOCAL_EXPERIMENT = 0x88B5;

    private final FutureTask<Void> sending;
    private volatile boolean isSending = true;

    /// @param destination MAC address
    Generator(Netns netns, String namespace, long destination) {
        sending = new FutureTask<>(() -> {
            netns.enterForGood(namespace);
            Processes.pinThread(Cpus.SENDER);
            send(destination);
            return null;
        });
        Thread.ofPlatform().daemon().name("generator").start(sending);
    }

    private void send(long destination) {
        var libc = Libc.current();
        try (var arena = Arena.ofConfined(); var rtnetlink = Rtnetlink.open()) {
            var link = rtnetlink.link(Peer.INTERFACE);
            var frame = frame(arena, destination, link.mac());
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
    }

    private static MemorySegment frame(Arena arena, long destination, long source) {
        var frame = arena.allocate(64);
        Ethernet.addresses(frame, 0, destination, source);
        Ethernet.u16(frame, Ethernet.ADDRESSES, LOCAL_EXPERIMENT);
        return frame;
    }

    /// Sends one broadcast frame, from which a learning switch knows where the sender is.
    static void announce(Netns netns, String namespace) {
        netns.call(namespace, () -> {
            try (var arena = Arena.ofConfined(); var rtnetlink = Rtnetlink.open()) {
                var link = rtnetlink.link(Peer.INTERFACE);
                try (var socket = PacketSocket.open(link.index())) {
                    return socket.send(Libc.current(), frame(arena, BROADCAST, link.mac()), FRAME_BYTES);
                }
            }
        });
    }

    @Override
    public void close() {
        isSending = false;
        try {
            sending.get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException("the generator failed", e);
        }
    }
}
