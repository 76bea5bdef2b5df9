package io.etherloom.linux;

import java.util.concurrent.Callable;

/// A TAP for another process, and a wire to it. It is in a network namespace that has no name, no address, no IPv6 and no ARP, and nothing else there is up, so nothing but
/// the two ends sees a frame or answers one: what the other process writes to the TAP is received by the wire, what is sent on the wire it reads.
///
/// ```
///   the other process ── descriptor ── TAP ── packet socket ── who has the wire
///                                    |  a namespace of its own  |
/// ```
///
/// Nothing of it outlives its users: the TAP goes with the other process's descriptor, the namespace with the TAP and the last wire. Needs CAP_SYS_ADMIN. Any thread.
public final class HiddenTap implements AutoCloseable {
    private static final String NAME = "guest";
    /// The largest that a TAP takes: what a frame may be is decided at the ports.
    private static final int MTU_BYTES = 65_521;
    /// A guest is not told when nobody receives what it sends, so there is room for some hundred frames.
    private static final int ROOM_BYTES = 1 << 20;

    private final Netns netns = new Netns();
    private final Tun tun;
    private final int index;
    private int namespace;

    private HiddenTap(Tun tun, int index, int namespace) {
        this.tun = tun;
        this.index = index;
        this.namespace = namespace;
    }

    /// Makes one, which takes a millisecond.
    public static HiddenTap create() {
        return Netns.callInNew(() -> {
            Sysctl.disableIpv6();
            var tun = Tun.create(NAME, Tun.Options.PLAIN);
            try (var rtnetlink = Rtnetlink.open()) {
                int index = rtnetlink.index(NAME);
                rtnetlink.change().mtu(index, MTU_BYTES).withoutArp(index).up(index).apply();
                return new HiddenTap(tun, index, (int) Errno.check("open " + Netns.OWN, Libc.current().open(Netns.OWN.toString(), Libc.O_RDONLY, 0)));
            } catch (RuntimeException e) {
                tun.close();
                throw e;
            }
        });
    }

    /// What the other process is to get; -1 after [#handedOver].
    public int descriptor() {
        return tun.fd();
    }

    /// The other process has a descriptor of its own, so the TAP goes when that process closes it.
    public void handedOver() {
        tun.close();
    }

    /// Opens the end of the wire, with [PacketSocket#withTags]. There may be several; each receives all frames.
    ///
    /// @throws LinuxException ENODEV if the other process has closed the TAP, EBADF if this is closed
    public PacketSocket wire() {
        return inside(() -> {
            var socket = PacketSocket.open(index);
            try {
                return socket.withTags().withQdiscBypass().withRoom(ROOM_BYTES);
            } catch (RuntimeException e) {
                socket.close();
                throw e;
            }
        });
    }

    synchronized <T> T inside(Callable<T> work) {
        if (namespace < 0) throw new LinuxException("enter the network namespace of a TAP", Errno.EBADF, "it is closed");
        return netns.call("/proc/self/fd/" + namespace, work);
    }

    /// No more wires are opened; those that are open stay.
    @Override
    public synchronized void close() {
        tun.close();
        if (namespace < 0) return;
        Libc.current().close(namespace);
        namespace = -1;
    }
}
