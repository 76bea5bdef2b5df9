package io.etherloom.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;

import io.etherloom.wire.VirtioNetHeader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What the kernel's own TCP leaves to be cut, the kernel cuts as we do: recorded super-frames are sent with their vnet header on an interface
/// whose TAP has no offloads, so that the kernel has to cut them before they reach us. Those that no kernel of ours sends are in
/// [KernelCutsAlikeIT].
class KernelSegmentationIT {
    private static final int HEADER = VirtioNetHeader.LENGTH;
    private static final int ENOUGH = 40;

    private final Netns netns = new Netns();
    private final String first = Root.name("seg-a");
    private final String second = Root.name("seg-b");
    private final Libc libc = new Libc();
    private final MemorySegment buffer = Arena.ofAuto().allocate(80_000, 8);
    private final Iovec vector = new Iovec(1);

    @BeforeEach
    void makeNamespaces() {
        Root.require();
        netns.create(List.of(first, second));
        for (var name : List.of(first, second)) {
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

    private Tun open(String namespace, String name, Tun.Options options, String address) {
        return netns.call(namespace, () -> {
            var tun = Tun.create(name, options);
            try (var rtnetlink = Rtnetlink.open()) {
                int index = rtnetlink.index(name);
                if (address.contains(":")) {
                    Sysctl.setIpv6(name, true);
                }
                rtnetlink.change().up(index).address(index, InetAddress.ofLiteral(address), address.contains(":") ? 64 : 24).apply();
            }
            return tun;
        });
    }

    @Test
    void cutsTcpOverIpv4AsTheKernelDoes() throws Exception {
        assertCutAlike(recorded("10.0.0.1", "10.0.0.2"));
    }

    @Test
    void cutsTcpOverIpv6AsTheKernelDoes() throws Exception {
        assertCutAlike(recorded("fd00::1", "fd00::2"));
    }

    /// Super-frames with their vnet headers, as the kernel hands them out while it sends a TCP stream.
    private List<byte[]> recorded(String from, String to) throws Exception {
        var frames = new ArrayList<byte[]>();
        try (var a = open(first, "eth0", Tun.Options.OFFLOADED, from); var b = open(second, "eth0", Tun.Options.OFFLOADED, to)) {
            var server = netns.call(second, () -> new ServerSocket(5001, 1, InetAddress.ofLiteral(to)));
            var received = start(() -> {
                try (var connection = server.accept()) {
                    return (long) connection.getInputStream().readAllBytes().length;
                }
            });
            var sent = start(() -> netns.call(first, () -> {
                try (var socket = new Socket()) {
                    socket.connect(new InetSocketAddress(InetAddress.ofLiteral(to), 5001), 10_000);
                    var octets = new byte[2_000_000];
                    new SplittableRandom(1).nextBytes(octets);
                    socket.getOutputStream().write(octets);
                }
                return null;
            }));
            long deadline = System.nanoTime() + 20_000_000_000L;
            while (!received.isDone() && System.nanoTime() < deadline) {
                relay(a, b, frames);
                relay(b, a, null);
            }
            assertThat(received.isDone()).as("the transfer ended in time").isTrue();
            assertThat(received.get()).isEqualTo(2_000_000);
            sent.get();
            server.close();
        }
        assertThat(frames).as("super-frames of the kernel").isNotEmpty();
        return frames;
    }

    private void relay(Tun from, Tun to, @Nullable List<byte[]> record) {
        long size = read(from);
        if (size > 0) {
            if (record != null && record.size() < ENOUGH && VirtioNetHeader.gsoType(buffer, 0) != 0) {
                record.add(buffer.asSlice(0, size).toArray(JAVA_BYTE));
            }
            assertThat(libc.write(to.fd(), buffer, size)).isEqualTo(size);
        }
    }

    private long read(Tun tun) {
        vector.set(0, buffer.address(), buffer.byteSize());
        return tun.read(libc, vector, 1);
    }

    private void assertCutAlike(List<byte[]> superFrames) {
        try (var plain = open(first, "plain0", Tun.Options.PLAIN, "10.9.0.1"); var socket = socketOn("plain0");
             var cutter = new OurCutter()) {
            for (var superFrame : superFrames) {
                assertThat(cutter.receive(superFrame)).as("fault of what the kernel made").isNull();
                var ours = cutter.finished();
                assertThat(ours).hasSizeGreaterThan(1);
                buffer.copyFrom(MemorySegment.ofArray(superFrame));
                assertThat(socket.send(libc, buffer, superFrame.length)).as("send of %d octets", superFrame.length).isEqualTo(superFrame.length);
                var source = HexFormat.of().formatHex(superFrame, HEADER, HEADER + 12);
                assertThat(packets(plain, source, ours.size())).isEqualTo(ours);
            }
        }
    }

    private PacketSocket socketOn(String name) {
        return netns.call(first, () -> {
            try (var rtnetlink = Rtnetlink.open()) {
                return PacketSocket.open(rtnetlink.index(name)).withVnetHeader();
            }
        });
    }

    /// The next packets with these addresses, in hexadecimal; others are the kernel's own.
    private List<String> packets(Tun plain, String addresses, int count) {
        var packets = new ArrayList<String>();
        for (int i = 0; packets.size() < count && i < 1000; i++) {
            assertThat(libc.poll(plain.fd(), Libc.POLLIN, 2_000)).as("a packet after %d of %d", packets.size(), count).isEqualTo(Libc.POLLIN);
            long size = read(plain);
            var packet = HexFormat.of().formatHex(buffer.asSlice(0, Math.max(0, size)).toArray(JAVA_BYTE));
            if (packet.startsWith(addresses)) {
                packets.add(packet);
            }
        }
        return packets;
    }

    private static <T> FutureTask<T> start(Callable<T> work) {
        var task = new FutureTask<>(work);
        Thread.ofPlatform().daemon().start(task);
        return task;
    }
}
