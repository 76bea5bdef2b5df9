package io.etherloom.discovery;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Pieces of frames that both protocols have: big-endian fields, text and addresses. What comes from the wire is hostile until it is read.
final class Octets {
    /// Longest text that is kept of a field.
    private static final int MAX_TEXT = 255;
    static final int MIN_FRAME = 60;
    /// Longest frame without tag and check sequence.
    static final int MAX_FRAME = 1514;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    Octets u8(int value) {
        out.write(value);
        return this;
    }

    Octets u16(int value) {
        return u8(value >>> 8).u8(value);
    }

    Octets u32(int value) {
        return u16(value >>> 16).u16(value);
    }

    Octets bytes(byte[] bytes) {
        out.writeBytes(bytes);
        return this;
    }

    /// The low 48 bits.
    Octets mac(long mac) {
        return u16((int) (mac >>> 32)).u32((int) mac);
    }

    /// At most so many octets of it.
    static byte[] ascii(String text, int most) {
        var bytes = text.getBytes(StandardCharsets.US_ASCII);
        return bytes.length <= most ? bytes : Arrays.copyOf(bytes, most);
    }

    int size() {
        return out.size();
    }

    byte[] array() {
        return out.toByteArray();
    }

    /// The frame as it is sent: padded to the shortest that Ethernet has.
    byte[] frame() {
        var bytes = array();
        if (bytes.length > MAX_FRAME) {
            throw new IllegalStateException("an advertisement of " + bytes.length + " octets is longer than a frame");
        }
        return bytes.length < MIN_FRAME ? Arrays.copyOf(bytes, MIN_FRAME) : bytes;
    }

    /// The next octets as text of one line that a terminal can be shown: what controls, hides or turns around is replaced.
    static String text(ByteBuffer from, int length) {
        var bytes = bytes(from, length);
        var text = new StringBuilder();
        new String(bytes, StandardCharsets.UTF_8).codePoints().limit(MAX_TEXT).map(Octets::shown).forEach(text::appendCodePoint);
        return text.toString().strip();
    }

    private static int shown(int letter) {
        return switch (Character.getType(letter)) {
            case Character.CONTROL -> letter == 0 || Character.isWhitespace(letter) ? ' ' : '?';
            case Character.FORMAT, Character.SURROGATE, Character.PRIVATE_USE, Character.UNASSIGNED, Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> '?';
            default -> letter;
        };
    }

    static byte[] bytes(ByteBuffer from, int length) {
        var bytes = new byte[length];
        from.get(bytes);
        return bytes;
    }

    /// An IPv4 or IPv6 address by its octets.
    static InetAddress address(byte[] octets) throws MalformedAdvertisement {
        try {
            return InetAddress.getByAddress(octets);
        } catch (UnknownHostException _) {
            throw new MalformedAdvertisement("an IP address of " + octets.length + " octets");
        }
    }
}
