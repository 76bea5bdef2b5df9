package io.etherloom.topology;

import java.net.InetAddress;

/// An IPv4 or IPv6 address with the length of its subnet's prefix, written `10.0.10.11/24`.
///
/// @param ip           the address, without scope
/// @param prefixLength 0-32 for IPv4, 0-128 for IPv6
public record InterfaceAddress(InetAddress ip, int prefixLength) {
    /// Refuses a prefix longer than the address.
    public InterfaceAddress {
        if (prefixLength < 0 || prefixLength > ip.getAddress().length * 8) {
            throw new IllegalArgumentException("prefix length " + prefixLength + " does not fit " + ip.getHostAddress());
        }
    }

    /// Whether the other address lies in this one's subnet; never true across address families.
    public boolean contains(InetAddress other) {
        var mine = ip.getAddress();
        var theirs = other.getAddress();
        if (mine.length != theirs.length) {
            return false;
        }
        for (int bit = 0; bit < prefixLength; bit++) {
            int mask = 0x80 >> (bit & 7);
            if ((mine[bit >> 3] & mask) != (theirs[bit >> 3] & mask)) {
                return false;
            }
        }
        return true;
    }

    /// Whether this is an IPv6 address.
    public boolean isIpv6() {
        return ip.getAddress().length == 16;
    }

    /// An address as people write it; IPv6 in the short form of RFC 5952, section 4.
    public static String text(InetAddress ip) {
        var octets = ip.getAddress();
        return octets.length == 4 ? ip.getHostAddress() : ipv6(octets);
    }

    private static String ipv6(byte[] octets) {
        var groups = new int[8];
        int bestStart = 0;
        int bestLength = 1;
        for (int i = 0, run = 0; i < 8; i++) {
            groups[i] = (octets[2 * i] & 0xff) << 8 | octets[2 * i + 1] & 0xff;
            run = groups[i] == 0 ? run + 1 : 0;
            if (run > bestLength) {
                bestLength = run;
                bestStart = i + 1 - run;
            }
        }
        var text = new StringBuilder();
        for (int i = 0; i < 8; i++) {
            if (bestLength > 1 && i == bestStart) {
                text.append("::");
                i += bestLength - 1;
            } else {
                text.append(text.isEmpty() || text.charAt(text.length() - 1) == ':' ? "" : ":").append(Integer.toHexString(groups[i]));
            }
        }
        return text.toString();
    }

    @Override
    public String toString() {
        return text(ip) + "/" + prefixLength;
    }
}
