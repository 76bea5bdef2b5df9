package io.etherloom.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/// A bridge of the kernel between a TAP, into which frames are written, and a TAP that took no offload: what comes out there has been finished,
/// by the kernel if the writer did not. In a namespace of its own that is gone on close. One thread.
public final class KernelCutter implements AutoCloseable {
    /// An EtherType for experiments (IEEE Std 802, 9.2.3) to a station that does not exist: the frame behind which nothing is left.
    private static final String MARK = "020000000002" + "020000000001" + "88b5" + "00".repeat(46);
    /// The largest that a TAP can have.
    static final int MTU = 65_521;
    /// More than the segments of any super-frame.
    private static final int QUEUE = 10_000;

    private final Netns netns = new Netns();
    private final String namespace;
    private final Libc libc = new Libc();
    private final MemorySegment buffer = Arena.ofAuto().allocate(80_000, 8);
    private final Tun in;
    private final Tun out;

    KernelCutter() throws Exception {
        this("cut", Tun.Options.OFFLOADED);
    }

    /// @param name of one among several
    /// @param options of the TAP that is written to
    public KernelCutter(String name, Tun.Options options) throws Exception {
        namespace = Root.name(name);
        netns.create(List.of(namespace));
        netns.call(namespace, () -> {
            Sysctl.disableIpv6();
            leaveFiltersOut();
            return null;
        });
        in = netns.call(namespace, () -> Tun.create("in", options));
        out = netns.call(namespace, () -> Tun.create("out", Tun.Options.PLAIN));
        ip("link", "add", "br0", "type", "bridge", "stp_state", "0", "forward_delay", "0", "mcast_snooping", "0", "ageing_time", "0");
        for (var tap : List.of("in", "out")) {
            ip("link", "set", tap, "mtu", Integer.toString(MTU), "txqueuelen", Integer.toString(QUEUE), "master", "br0", "up");
        }
        ip("link", "set", "br0", "up");
        awaitForwarding();
    }

    /// Where the module is loaded, a bridge shows IP packets to netfilter, which mends or drops some.
    private static void leaveFiltersOut() {
        if (Files.exists(Path.of("/proc/sys/net/bridge"))) {
            Sysctl.write("net.bridge.bridge-nf-call-iptables", "0");
            Sysctl.write("net.bridge.bridge-nf-call-ip6tables", "0");
        }
    }

    private void ip(String... words) throws Exception {
        var command = new ArrayList<>(List.of("ip", "-n", namespace));
        command.addAll(List.of(words));
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).as("%s", command).isZero();
    }

    private void awaitForwarding() {
        for (int i = 0; i < 100; i++) {
            write(mark());
            if (libc.poll(out.fd(), Libc.POLLIN, 100) == Libc.POLLIN) {
                drain();
                return;
            }
        }
        throw new AssertionError("the bridge forwards nothing");
    }

    private byte[] mark() {
        return HexFormat.of().parseHex((in.hasVnetHeader() ? "00".repeat(UnfinishedFrame.HEADER) : "") + MARK);
    }

    private void drain() {
        while (libc.read(out.fd(), buffer, buffer.byteSize()) > 0) {
            // Of no interest.
        }
    }

    /// The TAP that is written to.
    public Tun tun() {
        return in;
    }

    /// Writes a frame, with its vnet header if the TAP has one: the octets written, or -errno.
    long write(byte[] bytes) {
        MemorySegment.copy(bytes, 0, buffer, JAVA_BYTE, 0, bytes.length);
        return libc.write(in.fd(), buffer, bytes.length);
    }

    /// What came out of all that was written since the last call, in hexadecimal.
    public List<String> finished() {
        assertThat(write(mark())).isPositive();
        var packets = new ArrayList<String>();
        while (true) {
            assertThat(libc.poll(out.fd(), Libc.POLLIN, 5_000)).as("the mark comes after %d packets", packets.size()).isEqualTo(Libc.POLLIN);
            int size = (int) libc.read(out.fd(), buffer, buffer.byteSize());
            var packet = HexFormat.of().formatHex(buffer.asSlice(0, Math.max(0, size)).toArray(JAVA_BYTE));
            if (packet.equals(MARK)) return packets;
            packets.add(packet);
        }
    }

    @Override
    public void close() {
        in.close();
        out.close();
        netns.delete(namespace);
    }
}
