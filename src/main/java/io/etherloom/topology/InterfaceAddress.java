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

    @Override
    public String toString() {
        return ip.getHostAddress() + "/" + prefixLength;
    }
}
