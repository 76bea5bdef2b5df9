package io.etherloom.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.HexFormat;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Frames between a TAP's descriptor and its interface, in both directions.
class TapFramesIT {
    private static final int FRAME_BYTES = 60;
    /// A frame that no stack answers: an EtherType for experiments (IEEE Std 802, 9.2.3).
    private static final String FRAME = "ffffffffffff" + "020000000001" + "88b5" + "00".repeat(FRAME_BYTES - 14);
    /// The same with 802.1Q tag 100, written by the guest.
    private static final String TAGGED = "ffffffffffff" + "020000000001" + "81000064" + "88b5" + "00".repeat(FRAME_BYTES - 14);

    private final Netns netns = new Netns();
    private final String first = Root.name("a");
    private final String second = Root.name("b");
    private final Libc libc = new Libc();
    private final Arena arena = Arena.ofAuto();
    private final MemorySegment buffer = arena.allocate(70_000, 8);

    @BeforeEach
    void makeNamespaces() {
        Root.require();
        netns.create(java.util.List.of(first, second));
        for (var name : java.util.List.of(first, second)) {
            netns.call(name, () -> {
                Sysctl.disableIpv6();
                return null;
            });
        }
    }

    @AfterEach
    void leavesNothingBehind() {
        netns.delete(first);
        netns.delete(second);
    }

    private record Endpoint(Tun tun, PacketSocket socket, Rtnetlink rtnetlink) implements AutoCloseable {
        @Override
        public void close() {
            socket.close();
            rtnetlink.close();
            tun.close();
        }
    }

    private Endpoint open(String name, Tun.Options options, String address) {
        return netns.call(name, () -> {
            var tun = Tun.create("eth0", options);
            var rtnetlink = Rtnetlink.open();
            int index = rtnetlink.index("eth0");
            rtnetlink.change().up(index).address(index, InetAddress.ofLiteral(address), 24).apply();
            return new Endpoint(tun, PacketSocket.open(index), rtnetlink);
        });
    }

    @Test
    void carriesAFrameIntoTheNamespaceAndOut() {
        try (var endpoint = open(first, Tun.Options.PLAIN, "10.0.0.1")) {
            assertThat(libc.write(endpoint.tun.fd(), hex(FRAME), FRAME_BYTES)).isEqualTo(FRAME_BYTES);
            assertThat(endpoint.socket.receive(libc, buffer, buffer.byteSize(), 2_000)).isEqualTo(FRAME_BYTES);
            assertThat(hex(FRAME_BYTES)).isEqualTo(FRAME);
            assertThat(endpoint.socket.receive(libc, buffer, buffer.byteSize(), 0)).isZero();

            assertThat(endpoint.socket.send(libc, hex(TAGGED), FRAME_BYTES + 4)).isEqualTo(FRAME_BYTES + 4);
            assertThat(awaitFrame(endpoint.tun)).isEqualTo(FRAME_BYTES + 4);
            assertThat(hex(FRAME_BYTES + 4)).isEqualTo(TAGGED);
        }
    }

    @Test
    void doesNotSeeWhatOthersSendOnTheInterface() {
        try (var endpoint = open(first, Tun.Options.PLAIN, "10.0.0.1");
             var sender = netns.call(first, () -> PacketSocket.open(endpoint.rtnetlink.index("eth0")))) {
            sender.send(libc, hex(FRAME), FRAME_BYTES);
            assertThat(awaitFrame(endpoint.tun)).isEqualTo(FRAME_BYTES);
            assertThat(endpoint.socket.receive(libc, buffer, buffer.byteSize(), 0)).isZero();
        }
    }

    @Test
    void carriesTheVnetHeaderInBothDirections() {
        int header = Tun.VNET_HEADER_BYTES;
        try (var endpoint = open(first, Tun.Options.OFFLOADED, "10.0.0.1")) {
            endpoint.socket.withVnetHeader().withQdiscBypass();
            assertThat(libc.write(endpoint.tun.fd(), hex("00".repeat(header) + FRAME), header + FRAME_BYTES)).isEqualTo(header + FRAME_BYTES);
            assertThat(endpoint.socket.receive(libc, buffer, buffer.byteSize(), 2_000)).isEqualTo(header + FRAME_BYTES);
            assertThat(hex(header + FRAME_BYTES)).endsWith(FRAME);

            assertThat(endpoint.socket.send(libc, hex("00".repeat(header) + TAGGED), header + FRAME_BYTES + 4)).isPositive();
            assertThat(awaitFrame(endpoint.tun)).isEqualTo(header + FRAME_BYTES + 4);
            assertThat(hex(header + FRAME_BYTES + 4)).endsWith(TAGGED);
        }
    }

    @Test
    void sendsABatchInOneCallAndCountsWhatItsQueueRefuses() {
        try (var endpoint = open(first, Tun.Options.PLAIN, "10.0.0.1")) {
            var batch = new PacketSocket.Batch(50);
            var frame = hex(FRAME);
            for (int i = 0; i < 50; i++) batch.set(i, frame.address(), FRAME_BYTES);
            assertThat(endpoint.socket.send(libc, batch, 50)).isEqualTo(50);
            for (int i = 0; i < 50; i++) assertThat(awaitFrame(endpoint.tun)).isEqualTo(FRAME_BYTES);

            int index = endpoint.rtnetlink.index("eth0");
            long before = endpoint.rtnetlink.link(index).statistics().txDropped();
            for (int i = 0; i < 40; i++) endpoint.socket.send(libc, batch, 50);
            var statistics = endpoint.rtnetlink.link(index).statistics();
            assertThat(statistics.txDropped() - before).as("of 2,000 frames that nobody reads").isBetween(500L, 1_990L);
            assertThat(statistics.txPackets()).isPositive();
        }
    }

    @Test
    void cutsALongFrameSilentlyWhereOneReadIsTooShort() {
        try (var endpoint = open(first, Tun.Options.PLAIN, "10.0.0.1")) {
            endpoint.socket.send(libc, hex(FRAME), FRAME_BYTES);
            assertThat(libc.poll(endpoint.tun.fd(), Libc.POLLIN, 2_000)).isEqualTo(Libc.POLLIN);
            assertThat(libc.read(endpoint.tun.fd(), buffer, 20)).isEqualTo(20);
        }
    }

    @Test
    void readsATcpSuperFrameWhole() throws Exception {
        try (var a = open(first, Tun.Options.OFFLOADED, "10.0.0.1"); var b = open(second, Tun.Options.OFFLOADED, "10.0.0.2")) {
            var server = netns.call(second, () -> new ServerSocket(5001, 1, InetAddress.ofLiteral("10.0.0.2")));
            var received = start(() -> {
                try (var connection = server.accept()) {
                    return drain(connection.getInputStream());
                }
            });
            var sent = start(() -> netns.call(first, () -> {
                try (var socket = new Socket()) {
                    socket.connect(new InetSocketAddress("10.0.0.2", 5001), 5_000);
                    socket.getOutputStream().write(new byte[2_000_000]);
                }
                return null;
            }));
            long largest = 0;
            long deadline = System.nanoTime() + 20_000_000_000L;
            while (!received.isDone() && System.nanoTime() < deadline) {
                largest = Math.max(largest, relay(a.tun, b.tun));
                largest = Math.max(largest, relay(b.tun, a.tun));
            }
            assertThat(received.isDone()).as("the transfer ended in time").isTrue();
            assertThat(received.get()).isEqualTo(2_000_000);
            sent.get();
            server.close();
            assertThat(largest).as("largest frame with its vnet header").isGreaterThan(10_000);
        }
    }

    private final Iovec vectors = new Iovec(2);
    private final MemorySegment tail = arena.allocate(65_600, 8);

    /// Carries one frame, gathered into a head and a tail, and gives its size; 0 if there was none.
    private long relay(Tun from, Tun to) {
        vectors.set(0, buffer.address(), 2_048);
        vectors.set(1, tail.address(), tail.byteSize());
        long size = from.read(libc, vectors, 2);
        if (size <= 0) return 0;
        vectors.set(0, buffer.address(), Math.min(size, 2_048));
        vectors.set(1, tail.address(), Math.max(0, size - 2_048));
        assertThat(to.write(libc, vectors, 2)).isEqualTo(size);
        if (size > 10_000) {
            // virtio_net_hdr: flags 1 (needs checksum), gso_type 1 (TCPv4).
            assertThat(buffer.get(JAVA_BYTE, 0)).isEqualTo((byte) 1);
            assertThat(buffer.get(JAVA_BYTE, 1)).isEqualTo((byte) 1);
        }
        return size;
    }

    private static long drain(InputStream in) throws java.io.IOException {
        var chunk = new byte[65_536];
        long total = 0;
        for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) total += n;
        return total;
    }

    private static <T> FutureTask<T> start(Callable<T> work) {
        var task = new FutureTask<>(work);
        Thread.ofPlatform().daemon().start(task);
        return task;
    }

    /// The next frame that is ours: the kernel may send IGMP of its own.
    private long awaitFrame(Tun tun) {
        for (int i = 0; i < 100; i++) {
            assertThat(libc.poll(tun.fd(), Libc.POLLIN, 2_000)).isEqualTo(Libc.POLLIN);
            long size = libc.read(tun.fd(), buffer, buffer.byteSize());
            if (hex((int) size).contains("88b5")) return size;
        }
        throw new AssertionError("a hundred frames that are not ours");
    }

    private MemorySegment hex(String text) {
        return arena.allocateFrom(JAVA_BYTE, HexFormat.of().parseHex(text));
    }

    private String hex(int bytes) {
        return HexFormat.of().formatHex(buffer.asSlice(0, bytes).toArray(JAVA_BYTE));
    }
}
