package io.etherloom.fabric;

import io.etherloom.frame.Frame;
import io.etherloom.wire.Ethernet;
import java.lang.foreign.MemorySegment;

/// Which addresses of a frame decide by which member of an EtherChannel it leaves. All octets of both addresses are folded into one by
/// XOR, so both directions of a conversation have the same value, and all frames of a conversation take one link as long as
/// it is up, which keeps their order (IEEE Std 802.1AX, 6.2.4). Stateless; any thread.
public enum ChannelHash {
    /// Source and destination MAC address.
    SRC_DST_MAC,
    /// Source and destination address of IPv4 and IPv6; the MAC addresses of everything else, also of an IP header that is cut and
    /// of IP behind a second tag.
    SRC_DST_IP;

    /// How many values the fold has.
    static final int BUCKETS = 256;

    private static final int IPV4_SOURCE = Ethernet.HEADER + 12;
    private static final int IPV4_END = Ethernet.HEADER + 20;
    private static final int IPV6_SOURCE = Ethernet.HEADER + 8;
    private static final int IPV6_END = Ethernet.HEADER + 40;

    /// The fold of a frame's addresses, below [#BUCKETS].
    int bucket(Frame frame) {
        if (this == SRC_DST_IP) {
            var head = frame.head();
            if (frame.type() == Ethernet.TYPE_IPV4 && frame.headLength() >= IPV4_END) {
                return fold(words(head, frame.start() + IPV4_SOURCE, 2));
            }
            if (frame.type() == Ethernet.TYPE_IPV6 && frame.headLength() >= IPV6_END) {
                return fold(words(head, frame.start() + IPV6_SOURCE, 8));
            }
        }
        long macs = frame.source() ^ frame.destination();
        return fold((int) (macs ^ macs >>> 32));
    }

    /// XOR of so many 32-bit words: both addresses lie side by side in both headers.
    private static int words(MemorySegment head, int at, int count) {
        int sum = 0;
        for (int i = 0; i < count; i++) {
            sum ^= Ethernet.u32(head, at + i * 4L);
        }
        return sum;
    }

    private static int fold(int word) {
        int half = word ^ word >>> 16;
        return (half ^ half >>> 8) & 0xFF;
    }
}
