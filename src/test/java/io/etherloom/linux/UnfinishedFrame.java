package io.etherloom.linux;

import io.etherloom.wire.VirtioNetHeader;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;

/// A frame with its vnet header as a kernel hands it to a TAP that took its offloads: a TCP or UDP super-frame, or one frame whose checksum
/// is left open. Made by plain arithmetic, with no code of the switch. The fields are set one by one; [#bytes] builds.
final class UnfinishedFrame {
    static final int HEADER = 10;
    static final int FIN = 0x01;
    static final int PSH = 0x08;
    static final int ACK = 0x10;
    static final int URG = 0x20;
    static final int ECE = 0x40;
    static final int CWR = 0x80;

    private static final int TCP = 6;
    private static final int UDP = 17;
    private static final int MAX_IP_LENGTH = 65_535;
    private static final int[][] TAGS = {{}, {0x8100}, {0x88a8}, {0x8100, 0x8100}, {0x88a8, 0x8100}};
    /// Hop-by-hop options, routing, destination options (RFC 8200, 4).
    private static final int[][] EXTENSIONS = {{}, {}, {}, {0}, {60}, {0, 60}, {43}, {0, 43, 60}};
    private static final int[] SIZES = {8, 9, 100, 536, 1220, 1428, 1448, 1460, 1472, 8948, 9000};

    boolean isV6;
    boolean isTcp = true;
    int[] tags = {};
    int ipv4Options;
    int[] extensions = {};
    int tcpOptions;
    int flags = ACK;
    int identification = 0x1234;
    boolean mayNotFragment = true;
    int payload = 5000;
    /// Zero for one frame with an open checksum.
    int gsoSize = 1448;
    boolean hasEcnBit;
    /// Taken off the pseudo header's sum and the UDP length: a sender that is wrong stays wrong.
    int lie;
    /// First two octets of the payload.
    int firstWord = -1;
    long seed = 1;

    /// One that the kernel accepts and can cut.
    static UnfinishedFrame random(long seed) {
        var random = new SplittableRandom(seed);
        var made = new UnfinishedFrame();
        made.seed = seed;
        made.isV6 = random.nextBoolean();
        made.isTcp = random.nextInt(3) > 0;
        made.tags = TAGS[random.nextInt(TAGS.length)];
        made.ipv4Options = random.nextInt(3) == 0 ? random.nextInt(11) * 4 : 0;
        made.extensions = EXTENSIONS[random.nextInt(EXTENSIONS.length)];
        made.tcpOptions = random.nextInt(11) * 4;
        made.flags = random.nextInt(256);
        made.identification = random.nextInt(4) == 0 ? 0xffff - random.nextInt(4) : random.nextInt(65_536);
        made.mayNotFragment = random.nextBoolean();
        made.hasEcnBit = made.isTcp && (made.flags & CWR) != 0;
        made.lie = random.nextInt(5) == 0 ? random.nextInt(65_536) : 0;
        made.gsoSize = random.nextInt(6) == 0 ? 0 : random.nextInt(4) == 0 ? 8 + random.nextInt(9000) : SIZES[random.nextInt(SIZES.length)];
        made.payload = payload(random, made);
        return made;
    }

    private static int payload(SplittableRandom random, UnfinishedFrame made) {
        int most = MAX_IP_LENGTH - (made.headers() - made.network());
        if (made.gsoSize == 0) {
            return random.nextInt(9000 - (made.headers() - made.network()));
        }
        // The kernel takes no more than 128 datagrams; and no more than 2,000 segments shall make one test.
        most = Math.min(most, made.gsoSize * (made.isTcp ? 2000 : 128));
        // TCP options and payload must not fit one segment together, since then the kernel drops them (`tcp_gso_segment`).
        int least = Math.min(most, made.gsoSize + 1);
        return switch (random.nextInt(4)) {
            case 0 -> Math.max(least, most / made.gsoSize * made.gsoSize);
            case 1 -> Math.max(least, Math.min(most, made.gsoSize * (1 + random.nextInt(5)) + 1));
            default -> least + random.nextInt(most - least + 1);
        };
    }

    int network() {
        return 14 + tags.length * 4;
    }

    int transport() {
        return network() + (isV6 ? 40 + extensions.length * 8 + (isRouted() ? 16 : 0) : 20 + ipv4Options);
    }

    int headers() {
        return transport() + (isTcp ? 20 + tcpOptions : 8);
    }

    private boolean isRouted() {
        return Arrays.stream(extensions).anyMatch(it -> it == 43);
    }

    /// Vnet header and frame.
    byte[] bytes() {
        var frame = ByteBuffer.allocate(HEADER + headers() + payload);
        var noise = new byte[frame.capacity()];
        new SplittableRandom(seed).nextBytes(noise);
        frame.put(noise).position(HEADER);
        frame.putShort((short) 0x0200).putInt(2).putShort((short) 0x0200).putInt(1);
        for (int tpid : tags) {
            frame.putShort((short) tpid).putShort((short) (0xa00a + tpid % 7));
        }
        int pseudo = isV6 ? ipv6(frame) : ipv4(frame);
        if (isTcp) {
            frame.putShort(frame.position() + 12, (short) (20 + tcpOptions << 10 | flags));
            frame.putShort(frame.position() + 16, (short) (pseudo - lie));
        } else {
            frame.putShort(frame.position() + 4, (short) (8 + payload - lie));
            frame.putShort(frame.position() + 6, (short) (pseudo - lie));
        }
        if (firstWord >= 0) {
            frame.putShort(HEADER + headers(), (short) firstWord);
        }
        VirtioNetHeader.write(MemorySegment.ofArray(frame.array()), 0, VirtioNetHeader.NEEDS_CSUM, gsoType(),
            gsoSize == 0 ? 0 : headers(), gsoSize, transport(), isTcp ? 16 : 6);
        return frame.array();
    }

    private int gsoType() {
        if (gsoSize == 0) return VirtioNetHeader.GSO_NONE;
        if (!isTcp) return VirtioNetHeader.GSO_UDP_L4;
        return (isV6 ? VirtioNetHeader.GSO_TCPV6 : VirtioNetHeader.GSO_TCPV4) | (hasEcnBit ? VirtioNetHeader.GSO_ECN : 0);
    }

    /// Writes the header; gives the sum of the pseudo header.
    private int ipv4(ByteBuffer frame) {
        frame.putShort((short) 0x0800);
        int at = frame.position();
        int length = 20 + ipv4Options;
        frame.putShort((short) (0x4000 + (length / 4 << 8))).putShort((short) (headers() - network() + payload));
        frame.putShort((short) identification).putShort((short) (mayNotFragment ? 0x4000 : 0));
        frame.put((byte) 64).put((byte) (isTcp ? TCP : UDP)).putShort((short) 0);
        frame.putInt(0x0a00_0001).putInt(0x0a00_0002);
        for (int i = 0; i < ipv4Options; i++) {
            frame.put((byte) 1);      // No operation (RFC 791, 3.1).
        }
        frame.putShort(at + 10, (short) ~sum(frame, at, length));
        return fold(sum(frame, at + 12, 8) + (isTcp ? TCP : UDP) + transportLength());
    }

    private int ipv6(ByteBuffer frame) {
        frame.putShort((short) 0x86dd);
        int at = frame.position();
        int last = isTcp ? TCP : UDP;
        frame.putInt(0x6000_0000).putShort((short) (headers() - network() - 40 + payload));
        frame.put((byte) (extensions.length == 0 ? last : extensions[0])).put((byte) 64);
        frame.putLong(0xfd00_0000_0000_0000L).putLong(1).putLong(0xfd00_0000_0000_0000L).putLong(2);
        long target = sum(frame, at + 24, 16);
        for (int i = 0; i < extensions.length; i++) {
            frame.put((byte) (i + 1 < extensions.length ? extensions[i + 1] : last));
            if (extensions[i] == 43) {
                // Type 2 with one address to come, which is the one that the pseudo header has (RFC 8200, 8.1).
                frame.put((byte) 2).put((byte) 2).put((byte) 1).putInt(0).putLong(0xfd00_0000_0000_0000L).putLong(0x99);
                target = sum(frame, frame.position() - 16, 16);
            } else {
                frame.put((byte) 0).put((byte) 1).put((byte) 4).putInt(0);      // PadN of six octets.
            }
        }
        return fold(sum(frame, at + 8, 16) + target + last + transportLength());
    }

    private int transportLength() {
        return headers() - transport() + payload;
    }

    private static int sum(ByteBuffer bytes, int at, int length) {
        long sum = 0;
        for (int i = 0; i < length; i += 2) {
            sum += bytes.getShort(at + i) & 0xffff;
        }
        return fold(sum);
    }

    private static int fold(long sum) {
        while (sum > 0xffff) {
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        return (int) sum;
    }

    @Override
    public String toString() {
        return (isTcp ? "TCP" : "UDP") + (isV6 ? "v6" : "v4") + " of seed " + seed + ", tags " + Arrays.toString(tags) + ", IPv4 options "
            + ipv4Options + ", extensions " + Arrays.toString(extensions) + ", TCP options " + tcpOptions + ", flags 0x"
            + Integer.toHexString(flags) + ", id " + identification + (mayNotFragment ? ", DF" : "") + ", payload " + payload + ", gso size "
            + gsoSize + (hasEcnBit ? ", ECN" : "") + ", lie " + lie + ", first word " + firstWord;
    }
}
