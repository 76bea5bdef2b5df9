package io.etherloom.topology;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// IP addresses as text. Only full literals are read: no names are looked up, and no short forms such as `10.1` are guessed at.
final class AddressNotation {
    private static final Pattern IPV4 = Pattern.compile("[0-9]{1,3}(?:\\.[0-9]{1,3}){3}");
    private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*");

    private AddressNotation() {}

    /// The address, or null when the text is none.
    static @Nullable InetAddress parse(String text) {
        if (!IPV4.matcher(text).matches() && !IPV6.matcher(text).matches()) {
            return null;
        }
        try {
            return InetAddress.ofLiteral(text);
        } catch (IllegalArgumentException _) {
            return null;
        }
    }

    /// One `address/length` that a station can have, or null after a report.
    static @Nullable InterfaceAddress interfaceAddress(Item item) {
        var text = item.text();
        if (text == null) {
            return null;
        }
        int slash = text.indexOf('/');
        var ip = parse(slash < 0 ? text : text.substring(0, slash));
        if (ip == null) {
            item.error("'" + text + "' is no IP address with a prefix length; write it like 10.0.10.11/24 or 2001:db8::11/64");
            return null;
        }
        int bits = ip.getAddress().length * 8;
        if (slash < 0) {
            item.error(text + " has no prefix length; write " + text + (bits == 32 ? "/24" : "/64") + " if that is the size of its subnet");
            return null;
        }
        var length = text.substring(slash + 1);
        if (!length.matches("[0-9]{1,3}") || Integer.parseInt(length) < 1 || Integer.parseInt(length) > bits) {
            item.error("the prefix length '" + length + "' is outside 1-" + bits);
            return null;
        }
        var address = new InterfaceAddress(ip, Integer.parseInt(length));
        return isForStation(item, address) ? address : null;
    }

    /// The 32 bits of an IPv4 address from which a router may send, 0.0.0.0 included, or null after a report.
    static @Nullable Integer routerAddress(Item item) {
        var text = item.text();
        if (text == null) {
            return null;
        }
        var ip = parse(text);
        if (!(ip instanceof Inet4Address)) {
            item.error("'" + text + "' is no IPv4 address; write it like 10.0.10.1, or 0.0.0.0 for none");
            return null;
        }
        if (ip.isMulticastAddress() || ip.isLoopbackAddress()) {
            item.error(text + " is no address that a router can have; give a unicast address");
            return null;
        }
        return ByteBuffer.wrap(ip.getAddress()).getInt();
    }

    private static boolean isForStation(Item item, InterfaceAddress address) {
        var ip = address.ip();
        if (ip.isAnyLocalAddress() || ip.isMulticastAddress() || ip.isLoopbackAddress()) {
            item.error(InterfaceAddress.text(ip) + " is no address that an interface can have; give a unicast address");
            return false;
        }
        if (!address.isIpv6() && address.prefixLength() <= 30 && isEdge(address)) {
            item.error(address + " is the first or last address of its subnet, which no station may have; give one in between");
            return false;
        }
        return true;
    }

    private static boolean isEdge(InterfaceAddress address) {
        int host = 0;
        for (byte octet : address.ip().getAddress()) {
            host = host << 8 | octet & 0xff;
        }
        int mask = -1 >>> address.prefixLength();
        return (host & mask) == 0 || (host & mask) == mask;
    }

    /// The gateways under a key: each in a subnet of the addresses, one per family.
    static List<InetAddress> gateways(@Nullable Item item, List<InterfaceAddress> addresses, boolean addressesAreWhole) {
        var gateways = new ArrayList<InetAddress>();
        for (var one : item == null ? List.<Item>of() : item.oneOrMore()) {
            var text = one.text();
            var gateway = text == null ? null : parse(text);
            if (text != null && gateway == null) {
                one.error("'" + text + "' is no IP address; write it like 10.0.10.1, without a prefix length");
            } else if (gateway != null && isUsable(one, gateway, addresses, addressesAreWhole, gateways)) {
                gateways.add(gateway);
            }
        }
        return gateways;
    }

    private static boolean isUsable(Item item, InetAddress gateway, List<InterfaceAddress> addresses, boolean addressesAreWhole,
                                    List<InetAddress> earlier) {
        var text = InterfaceAddress.text(gateway);
        boolean isLinkLocalIpv6 = gateway.getAddress().length == 16 && gateway.isLinkLocalAddress();
        if (addresses.stream().anyMatch(address -> address.ip().equals(gateway))) {
            item.error(text + " is the interface's own address; give the router's");
        } else if (earlier.stream().anyMatch(other -> other.getAddress().length == gateway.getAddress().length)) {
            item.error(text + " is a second gateway of one address family; keep one");
        } else if (addressesAreWhole && !isLinkLocalIpv6 && addresses.stream().noneMatch(address -> address.contains(gateway))) {
            item.error(text + " is outside " + (addresses.isEmpty() ? "every subnet, since there is no 'ip'" : "the subnet of " + joined(addresses))
                + "; give an address inside it");
        } else {
            return true;
        }
        return false;
    }

    private static String joined(List<InterfaceAddress> addresses) {
        return String.join(" and ", addresses.stream().map(InterfaceAddress::toString).toList());
    }
}
