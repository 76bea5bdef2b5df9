package io.etherloom.topology;

import java.util.HexFormat;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// MAC addresses as text: six octets in hexadecimal, separated by colons or hyphens.
final class MacNotation {
    private static final Pattern ADDRESS = Pattern.compile("[0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){5}|[0-9A-Fa-f]{2}(?:-[0-9A-Fa-f]{2}){5}");
    private static final long GROUP_BIT = 0x01_00_00_00_00_00L;

    private MacNotation() {}

    /// The 48 bits, or null when the text is no address.
    static @Nullable Long parse(String text) {
        return ADDRESS.matcher(text).matches() ? HexFormat.fromHexDigitsToLong(text.replace(":", "").replace("-", "")) : null;
    }

    /// Lower case with colons.
    static String format(long mac) {
        return HexFormat.ofDelimiter(":").formatHex(new byte[] {(byte) (mac >> 40), (byte) (mac >> 32), (byte) (mac >> 24),
            (byte) (mac >> 16), (byte) (mac >> 8), (byte) mac});
    }

    /// The address of one station, or null after a report.
    static @Nullable Long station(Item item) {
        var text = item.text();
        if (text == null) {
            return null;
        }
        var mac = parse(text);
        if (mac == null) {
            item.error("'" + text + "' is no MAC address; write six octets, for example 00:50:56:00:00:01");
        } else if ((mac & GROUP_BIT) != 0) {
            item.error(text + " is a group address, and no station may have one; make its first octet even (spec 1.37)");
        } else if (mac == 0) {
            item.error(text + " is the null address; give another, for example 00:50:56:00:00:01");
        } else {
            return mac;
        }
        return null;
    }
}
