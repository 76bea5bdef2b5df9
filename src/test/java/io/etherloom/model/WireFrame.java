package io.etherloom.model;

import java.util.Arrays;

/// A frame taken apart at its outer IEEE 802.1Q tag, the only one a switch reads (spec 3.14).
///
/// @param body the frame without this tag: addresses, the type after the tag, the payload
/// @param tci  the 16 bits of the tag control information, or [#UNTAGGED]
record WireFrame(byte[] body, int tci) {
    static final int UNTAGGED = -1;
    static final int HEADER = 14;
    static final int TAG = 4;
    static final int TPID = 0x8100;
    static final long BROADCAST = 0xffff_ffff_ffffL;

    private static final int ADDRESSES = 12;

    /// Takes a frame apart that is known not to be truncated.
    static WireFrame parse(byte[] frame) {
        if (type(frame) != TPID) {
            return new WireFrame(frame, UNTAGGED);
        }
        var body = new byte[frame.length - TAG];
        System.arraycopy(frame, 0, body, 0, ADDRESSES);
        System.arraycopy(frame, ADDRESSES + TAG, body, ADDRESSES, body.length - ADDRESSES);
        return new WireFrame(body, (frame[14] & 0xff) << 8 | frame[15] & 0xff);
    }

    /// Shorter than the header that it claims to have.
    static boolean truncated(byte[] frame) {
        return frame.length < HEADER || type(frame) == TPID && frame.length < HEADER + TAG;
    }

    boolean tagged() {
        return tci != UNTAGGED;
    }

    int vlan() {
        return tci & 0xfff;
    }

    /// PCP and DEI, where they stand in the tag.
    int priority() {
        return tci & 0xf000;
    }

    long destination() {
        return mac(body, 0);
    }

    long source() {
        return mac(body, 6);
    }

    /// The frame with this tag before its type.
    static byte[] tag(byte[] body, int tci) {
        var frame = new byte[body.length + TAG];
        System.arraycopy(body, 0, frame, 0, ADDRESSES);
        frame[12] = (byte) (TPID >> 8);
        frame[13] = (byte) TPID;
        frame[14] = (byte) (tci >> 8);
        frame[15] = (byte) tci;
        System.arraycopy(body, ADDRESSES, frame, ADDRESSES + TAG, body.length - ADDRESSES);
        return frame;
    }

    /// The frame with zeros after its end, if it is shorter than this.
    static byte[] pad(byte[] frame, int length) {
        return frame.length < length ? Arrays.copyOf(frame, length) : frame;
    }

    static boolean group(long mac) {
        return (mac >> 40 & 1) != 0;
    }

    static long source(byte[] frame) {
        return mac(frame, 6);
    }

    static int type(byte[] frame) {
        return (frame[12] & 0xff) << 8 | frame[13] & 0xff;
    }

    /// A copy with another destination.
    static byte[] withDestination(byte[] frame, long mac) {
        var copy = frame.clone();
        putMac(copy, 0, mac);
        return copy;
    }

    /// An untagged frame with a payload of ascending octets.
    static byte[] of(long destination, long source, int type, int payload) {
        var frame = new byte[HEADER + payload];
        putMac(frame, 0, destination);
        putMac(frame, 6, source);
        frame[12] = (byte) (type >> 8);
        frame[13] = (byte) type;
        for (var at = 0; at < payload; at++) {
            frame[HEADER + at] = (byte) (at + 1);
        }
        return frame;
    }

    static long mac(byte[] frame, int at) {
        var mac = 0L;
        for (var i = 0; i < 6; i++) {
            mac = mac << 8 | frame[at + i] & 0xff;
        }
        return mac;
    }

    static void putMac(byte[] frame, int at, long mac) {
        for (var i = 0; i < 6; i++) {
            frame[at + i] = (byte) (mac >> 40 - 8 * i);
        }
    }
}
