package io.etherloom.esxcli;

import java.net.InetAddress;
import java.net.UnknownHostException;

/// An IPv4 network: an address of it, and the length of its prefix.
record Subnet(int address, int length) {
    /// `10.0.0.11/24`.
    static Subnet of(String text) {
        int slash = text.indexOf('/');
        return new Subnet(number(slash < 0 ? text : text.substring(0, slash)), slash < 0 ? 32 : Integer.parseInt(text.substring(slash + 1)));
    }

    /// An address with its mask, such as 255.255.255.0.
    ///
    /// @throws Refusal when either is none
    static Subnet of(String address, String mask) {
        int bits = number(mask);
        int length = Integer.bitCount(bits);
        if (mask(length) != bits) {
            throw Refusal.of("Error: Invalid netmask: " + mask, "a mask is ones and then zeros, such as 255.255.255.0");
        }
        return new Subnet(number(address), length);
    }

    /// @throws Refusal when the text is no IPv4 address
    private static int number(String text) {
        if (text.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}")) {
            try {
                var octets = InetAddress.getByName(text).getAddress();
                return (octets[0] & 0xff) << 24 | (octets[1] & 0xff) << 16 | (octets[2] & 0xff) << 8 | octets[3] & 0xff;
            } catch (UnknownHostException _) {
                // An octet above 255.
            }
        }
        throw Refusal.of("Error: Invalid IPv4 address: " + text, "");
    }

    private static int mask(int length) {
        return length == 0 ? 0 : -1 << 32 - length;
    }

    private static String text(int number) {
        return (number >>> 24) + "." + (number >>> 16 & 0xff) + "." + (number >>> 8 & 0xff) + "." + (number & 0xff);
    }

    String host() {
        return text(address);
    }

    String netmask() {
        return text(mask(length));
    }

    String network() {
        return text(address & mask(length));
    }

    String broadcast() {
        return text(address | ~mask(length));
    }

    boolean contains(String other) {
        return (number(other) & mask(length)) == (address & mask(length));
    }

    @Override
    public String toString() {
        return host() + "/" + length;
    }
}
