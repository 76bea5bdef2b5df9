package io.etherloom.traffic;

import io.etherloom.linux.Errno;
import io.etherloom.linux.Libc;
import io.etherloom.linux.LinuxException;
import io.etherloom.linux.Netns;
import io.etherloom.linux.PacketRing;
import io.etherloom.linux.PacketSocket;
import io.etherloom.linux.Rtnetlink;
import org.jspecify.annotations.Nullable;

/// An interface inside a namespace, as a guest's own program would use it: frames go to its driver at once, and what the driver has no
/// room for is lost and counted by it.
public final class InterfacePort implements TrafficPort {
    /// Room for some milliseconds at full rate.
    private static final long RING_BYTES = 16L << 20;

    private final String name;
    private final Netns netns;
    private final String namespace;
    private final int index;
    private final long mac;
    private final int mtu;
    private final PacketSocket socket;
    private @Nullable PacketRing ring;
    private @Nullable Tally tally;

    private InterfacePort(String name, Netns netns, String namespace, io.etherloom.linux.Link link) {
        this.name = name;
        this.netns = netns;
        this.namespace = namespace;
        index = link.index();
        mac = link.mac();
        mtu = link.mtuBytes();
        socket = PacketSocket.openSender(index).withQdiscBypass();
    }

    /// @param name          what the port is called
    /// @param interfaceName of the interface inside, `eth0`
    /// @throws LinuxException ENODEV without such an interface, EPERM without CAP_NET_RAW there
    public static InterfacePort open(String name, Netns netns, String namespace, String interfaceName) {
        return netns.call(namespace, () -> {
            try (var links = Rtnetlink.open()) {
                return new InterfacePort(name, netns, namespace, links.link(interfaceName));
            }
        });
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public long mac() {
        return mac;
    }

    @Override
    public int mtu() {
        return mtu;
    }

    @Override
    public int send(Burst burst, int count) {
        var libc = Libc.current();
        int taken = 0;
        for (int next = 0; next < count; ) {
            int sent = socket.send(libc, burst.batch(), next, count - next);
            if (sent < 0 && sent != -Errno.ENOBUFS) {
                Errno.check("send from " + name, sent, sent == -Errno.ENETDOWN ? "the guest has set its interface down" : "");
            }
            // A call that ends early has tried the next frame, and the driver has dropped it.
            taken += Math.max(sent, 0);
            next += Math.max(sent, 0) + 1;
        }
        return taken;
    }

    @Override
    public void listen(int octets, Tally tally) {
        silence();
        this.tally = tally;
        ring = netns.call(namespace, () -> PacketRing.open(index, TestFrame.ETHER_TYPE, octets, RING_BYTES));
    }

    @Override
    public int drain(int limit) {
        var open = ring;
        var into = tally;
        if (open == null || into == null) {
            return 0;
        }
        int count = open.read(into, limit);
        into.publish();
        return count;
    }

    @Override
    public long overruns() {
        return ring == null ? 0 : ring.overruns();
    }

    @Override
    public void silence() {
        if (ring != null) {
            ring.close();
            ring = null;
        }
    }

    @Override
    public void close() {
        silence();
        socket.close();
    }
}
