package io.etherloom.wire;

import java.util.regex.Pattern;

/// A 48-bit MAC address (IEEE Std 802-2014, 8.2) as a value. On the frame's path an address is the bare `long`: the low 48 bits,
/// first octet on the wire most significant.
public record MacAddress(long value) implements Comparable<MacAddress> {
    public static final long BROADCAST = 0xFFFF_FFFF_FFFFL;

    private static final long GROUP_BIT = 0x0100_0000_0000L;
    private static final Pattern FORM = Pattern.compile("[0-9a-fA-F]{2}([:-])(?:[0-9a-fA-F]{2}\\1){4}[0-9a-fA-F]{2}");

    public MacAddress {
        if (value < 0 || value > BROADCAST) {
            throw new IllegalArgumentException("a MAC address has 48 bits");
        }
    }

    /// Reads six octets in hexadecimal, separated by colons or by hyphens.
    ///
    /// @throws IllegalArgumentException for anything else
    public static MacAddress parse(String text) {
        if (!FORM.matcher(text).matches()) {
            throw new IllegalArgumentException("\"" + text + "\" is not a MAC address such as 00:50:56:00:00:01");
        }
        return new MacAddress(Long.parseLong(text.replaceAll("[:-]", ""), 16));
    }

    /// Whether the address names a group of stations: multicast or broadcast (the I/G bit).
    public static boolean isGroup(long address) {
        return (address & GROUP_BIT) != 0;
    }

    public boolean isGroup() {
        return isGroup(value);
    }

    /// Lower-case hexadecimal with colons, as `ip link` prints it.
    public static String format(long address) {
        var text = new StringBuilder(17);
        for (int shift = 40; shift >= 0; shift -= 8) {
            int octet = (int) (address >>> shift) & 0xFF;
            text.append(Character.forDigit(octet >>> 4, 16)).append(Character.forDigit(octet & 15, 16));
            if (shift > 0) {
                text.append(':');
            }
        }
        return text.toString();
    }

    @Override
    public int compareTo(MacAddress other) {
        return Long.compare(value, other.value);
    }

    @Override
    public String toString() {
        return format(value);
    }
}
