package io.etherloom.it;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.etherloom.linux.Libc;
import io.etherloom.linux.Netns;
import io.etherloom.linux.PacketSocket;
import io.etherloom.linux.Rtnetlink;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HexFormat;

/// Raw frames of an interface inside a namespace, as a program of the guest sends and sees them. A tag that the kernel of the guest took
/// off is not seen here; tcpdump shows those. One thread.
final class Guest implements AutoCloseable {
    /// An EtherType for experiments, which no stack answers (IEEE Std 802, 9.2.3).
    static final String EXPERIMENT = "88b5";
    static final String BROADCAST = "ffffffffffff";

    private final Libc libc = Libc.current();
    private final PacketSocket socket;
    private final String mac;
    private final MemorySegment buffer = Arena.ofAuto().allocate(70_000, 8);

    private Guest(PacketSocket socket, String mac) {
        this.socket = socket;
        this.mac = mac;
    }

    static Guest in(Netns netns, String namespace, String device) {
        return netns.call(namespace, () -> {
            try (var link = Rtnetlink.open()) {
                var found = link.link(device);
                return new Guest(PacketSocket.open(found.index()), String.format("%012x", found.mac()));
            }
        });
    }

    /// The interface's address, twelve hexadecimal digits.
    String mac() {
        return mac;
    }

    /// Frames sent from now on begin with a virtio-net header.
    Guest withVnetHeader() {
        socket.withVnetHeader();
        return this;
    }

    /// Sends octets as they are: how many went, or -errno.
    long sendHex(String octets) {
        return send(HexFormat.of().parseHex(octets));
    }

    long send(byte[] octets) {
        MemorySegment.copy(octets, 0, buffer, JAVA_BYTE, 0, octets.length);
        return socket.send(libc, buffer, octets.length);
    }

    /// Sends a frame of this interface's address.
    ///
    /// @param tag      `8100000a` for VLAN 10, or empty
    /// @param text     its payload begins with this
    /// @param octets   length without tag and frame check sequence
    void send(String destination, String tag, String text, int octets) {
        var payload = HexFormat.of().formatHex(text.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        var frame = destination + mac + tag + EXPERIMENT + payload;
        int missing = octets + tag.length() / 2 - frame.length() / 2;
        long sent = sendHex(frame + "00".repeat(Math.max(0, missing)));
        if (sent < 0) throw new AssertionError("sending failed with " + sent);
    }

    /// Whether a frame with this text arrives within the time. Others are passed over.
    boolean hears(String text, int withinMillis) {
        long deadline = System.nanoTime() + withinMillis * 1_000_000L;
        while (true) {
            long left = Math.max(0, (deadline - System.nanoTime()) / 1_000_000);
            long size = socket.receive(libc, buffer, buffer.byteSize(), (int) left);
            if (size <= 0) return false;
            var frame = new String(buffer.asSlice(0, size).toArray(JAVA_BYTE), java.nio.charset.StandardCharsets.ISO_8859_1);
            if (frame.contains(text)) return true;
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
