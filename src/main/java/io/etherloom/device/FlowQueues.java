package io.etherloom.device;

import io.etherloom.frame.Frame;
import io.etherloom.wire.Ethernet;

/// By which queue of a multi-queue TAP the frames of a flow go. The guest's kernel sends a flow by the queue on which it last received it
/// (`tun_flow_update` of `drivers/net/tun.c`), so what a flow is given first it keeps: the queue on which its first frame came, or, when
/// the first frame goes to the guest, one by its hash. So both directions of a flow use one queue, and frames of one flow never overtake
/// each other on different ones.
///
/// One case is left: a guest's frames may wait unread while the first ones from the other side are written by another queue, which the
/// guest's kernel then follows. So a flow that both sides begin at once can be out of order once, at its beginning.
///
/// 4,096 slots: flows that share one share its queue. A slot is never given another, since frames may be on their way. Both directions of a
/// flow hash alike: TCP and UDP by addresses and ports, other and fragmented IP packets by addresses, everything else by MAC addresses.
final class FlowQueues {
    private static final int SLOTS = 4096;
    private static final int TCP = 6;
    private static final int UDP = 17;
    private static final int IPV4_HEADER = 20;
    private static final int IPV6_HEADER = 40;
    private static final int FRAGMENT = 0x3fff;

    private final int queues;
    /// One more than the queue; 0 for none yet.
    private final byte[] slots = new byte[SLOTS];

    /// @param queues 1 to 127
    FlowQueues(int queues) {
        this.queues = queues;
    }

    /// The queue by which a frame goes to the guest.
    int queueOf(Frame frame) {
        int hash = hash(frame);
        int slot = hash & SLOTS - 1;
        if (slots[slot] == 0) {
            slots[slot] = (byte) (1 + (hash >>> 16) % queues);
        }
        return slots[slot] - 1;
    }

    /// A frame of the guest came by this queue.
    void arrived(Frame frame, int queue) {
        int slot = hash(frame) & SLOTS - 1;
        if (slots[slot] == 0) {
            slots[slot] = (byte) (1 + queue);
        }
    }

    private static int hash(Frame frame) {
        long at = (long) frame.start() + Ethernet.HEADER;
        int octets = frame.headLength() - Ethernet.HEADER;
        if (frame.type() == Ethernet.TYPE_IPV4 && octets >= IPV4_HEADER) {
            return ipv4(frame, at, octets);
        }
        if (frame.type() == Ethernet.TYPE_IPV6 && octets >= IPV6_HEADER) {
            return ipv6(frame, at, octets);
        }
        return mix(frame.destination() ^ frame.source());
    }

    private static int ipv4(Frame frame, long at, int octets) {
        var head = frame.head();
        long addresses = u32(frame, at + 12) ^ u32(frame, at + 16);
        int header = (Ethernet.u8(head, at) & 0xf) * 4;
        boolean isWhole = (Ethernet.u16(head, at + 6) & FRAGMENT) == 0;
        return mix(addresses << 32 ^ (isWhole ? ports(frame, at, header, octets, Ethernet.u8(head, at + 9)) : 0));
    }

    private static int ipv6(Frame frame, long at, int octets) {
        long addresses = 0;
        for (int i = 8; i < IPV6_HEADER; i += 4) {
            addresses = addresses ^ u32(frame, at + i);
        }
        return mix(addresses << 32 ^ ports(frame, at, IPV6_HEADER, octets, Ethernet.u8(frame.head(), at + 6)));
    }

    /// Both ports, the lesser first.
    private static long ports(Frame frame, long at, int header, int octets, int protocol) {
        boolean hasPorts = (protocol == TCP || protocol == UDP) && header >= IPV4_HEADER && octets >= header + 4;
        if (!hasPorts) {
            return 0;
        }
        long source = Ethernet.u16(frame.head(), at + header);
        long destination = Ethernet.u16(frame.head(), at + header + 2);
        return Math.min(source, destination) << 16 | Math.max(source, destination);
    }

    private static long u32(Frame frame, long at) {
        return (long) Ethernet.u16(frame.head(), at) << 16 | Ethernet.u16(frame.head(), at + 2);
    }

    /// Positive, all bits of the key in all bits of the result.
    private static int mix(long key) {
        long mixed = (key ^ key >>> 31) * 0x9e3779b97f4a7c15L;
        return (int) (mixed >>> 33);
    }
}
