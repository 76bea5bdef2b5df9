package io.etherloom.topology;

import io.etherloom.wire.MacAddress;
import org.jspecify.annotations.Nullable;

/// MAC addresses of the file: the one place of this package that knows how they are written.
final class MacNotation {
    private static final long BROADCAST = 0xff_ff_ff_ff_ff_ffL;

    private MacNotation() {}

    /// The 48 bits, or null when the text is no address.
    static @Nullable Long parse(String text) {
        try {
            return MacAddress.parse(text).value();
        } catch (IllegalArgumentException _) {
            return null;
        }
    }

    /// Lower case with colons.
    static String format(long mac) {
        return MacAddress.format(mac);
    }

    /// A multicast address, or null after a report. Every guest has the broadcast address anyway.
    static @Nullable Long group(Item item) {
        var text = item.text();
        if (text == null) {
            return null;
        }
        var mac = parse(text);
        if (mac == null) {
            item.error("'" + text + "' is no MAC address; write six octets, for example 01:00:5e:00:00:fb");
        } else if (!MacAddress.isGroup(mac)) {
            item.error(text + " is the address of a station, and groups are asked for here; a group's first octet is odd");
        } else if (mac == BROADCAST) {
            item.error(text + " is the broadcast address, which every guest receives; remove it");
        } else {
            return mac;
        }
        return null;
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
        } else if (MacAddress.isGroup(mac)) {
            item.error(text + " is a group address, and no station may have one; make its first octet even (spec 1.37)");
        } else if (mac == 0) {
            item.error(text + " is the null address; give another, for example 00:50:56:00:00:01");
        } else {
            return mac;
        }
        return null;
    }
}
