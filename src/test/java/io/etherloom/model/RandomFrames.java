package io.etherloom.model;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.SplittableRandom;

/// Draws the parts of frames that do not depend on the kind of switch. Payloads differ from frame to frame, so that a copy of the
/// wrong frame shows.
final class RandomFrames {
    private static final int[] TYPES = {0x0800, 0x0800, 0x86dd, 0x0806, 0x88a8, 0x8100, 0x8035, 0x0026};
    private static final long CDP = 0x0100_0ccc_ccccL;
    private static final long LLDP = 0x0180_c200_000eL;
    private static final byte[] SNAP = HexFormat.of().parseHex("aaaa0300000c2000");
    static final long[] GROUPS = {0x0100_5e00_0001L, 0x0100_5e01_0203L, 0x3333_0000_0001L, 0x3333_ff12_3456L,
        0x0180_c200_0000L, LLDP, 0x0100_0ccc_cccdL, CDP, 0xffff_ffff_fffeL};

    private final SplittableRandom random;
    private final int mtu;

    RandomFrames(SplittableRandom random, int mtu) {
        this.random = random;
        this.mtu = mtu;
    }

    boolean percent(int chance) {
        return random.nextInt(100) < chance;
    }

    long groupAddress() {
        return GROUPS[random.nextInt(GROUPS.length)];
    }

    /// PCP and DEI, half of the time zero.
    int priority() {
        return random.nextBoolean() ? 0 : random.nextInt(16) << 12;
    }

    /// An untagged frame, seldom one that lies about being tagged inside (QinQ) or has a length instead of a type.
    byte[] body(long destination, long source, int interestingMtu) {
        var frame = WireFrame.of(destination, source, TYPES[random.nextInt(TYPES.length)], 0);
        // A type that announces a tag needs the octets of it, or the frame would often be truncated and nothing else.
        var least = WireFrame.type(frame) == WireFrame.TPID ? 4 : 0;
        var whole = new byte[WireFrame.HEADER + Math.max(least, payload(interestingMtu))];
        System.arraycopy(frame, 0, whole, 0, WireFrame.HEADER);
        var salt = random.nextInt();
        for (var at = WireFrame.HEADER; at < whole.length; at++) {
            whole[at] = (byte) (salt + at * (salt >> 8 | 1));
        }
        return discovery(destination, whole);
    }

    /// Of frames to their addresses two in three are of the protocols.
    private byte[] discovery(long destination, byte[] whole) {
        if ((destination == CDP || destination == LLDP) && !percent(33)) {
            whole[12] = (byte) (destination == LLDP ? 0x88 : 0x00);
            whole[13] = (byte) (destination == LLDP ? 0xcc : 0x26);
            if (destination == CDP && whole.length >= WireFrame.HEADER + SNAP.length) {
                System.arraycopy(SNAP, 0, whole, WireFrame.HEADER, SNAP.length);
            }
        }
        return whole;
    }

    private int payload(int interestingMtu) {
        var kind = random.nextInt(100);
        if (kind < 85) {
            return random.nextInt(70);
        }
        if (kind < 99) {
            return Math.max(0, (random.nextBoolean() ? mtu : interestingMtu) + random.nextInt(-2, 7));
        }
        return random.nextInt(9300);
    }

    /// One frame in a hundred is cut in its header.
    byte[] sometimesCut(byte[] frame) {
        return percent(1) ? Arrays.copyOf(frame, random.nextInt(18)) : frame;
    }
}
