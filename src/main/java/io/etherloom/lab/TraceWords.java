package io.etherloom.lab;

import io.etherloom.lab.view.TraceView;
import io.etherloom.wire.Ethernet;
import io.etherloom.wire.MacAddress;
import io.etherloom.wire.Tag;
import java.lang.foreign.MemorySegment;
import java.util.Collection;
import java.util.HexFormat;
import java.util.stream.Collectors;

/// What a trace says of its frame.
final class TraceWords {
    private static final int SHOWN_OCTETS = 64;
    private static final int SHOWN_NAMES = 4;
    private static final int LLDP = 0x88CC;
    private static final int RARP = 0x8035;

    private TraceWords() {}

    static TraceView.Frame frame(byte[] wire) {
        var bytes = MemorySegment.ofArray(wire);
        var hex = HexFormat.of().formatHex(wire, 0, Math.min(wire.length, SHOWN_OCTETS));
        if (wire.length < Ethernet.HEADER) {
            return new TraceView.Frame("-", "-", null, "truncated", wire.length, hex);
        }
        boolean isTagged = Ethernet.type(bytes, 0) == Tag.TPID && wire.length >= Ethernet.HEADER + Tag.LENGTH;
        int shift = isTagged ? Tag.LENGTH : 0;
        Integer vlan = isTagged ? Tag.vid(Ethernet.u16(bytes, Ethernet.HEADER)) : null;
        return new TraceView.Frame(MacAddress.format(Ethernet.source(bytes, 0)), MacAddress.format(Ethernet.destination(bytes, 0)), vlan,
                protocol(bytes, shift), wire.length, hex);
    }

    private static String protocol(MemorySegment bytes, int shift) {
        int type = Ethernet.type(bytes, shift);
        int network = Ethernet.HEADER + shift;
        int number = type == Ethernet.TYPE_IPV4 && bytes.byteSize() >= network + 20 ? Ethernet.u8(bytes, network + 9)
                : type == Ethernet.TYPE_IPV6 && bytes.byteSize() >= network + 40 ? Ethernet.u8(bytes, network + 6) : -1;
        return switch (type) {
            case Ethernet.TYPE_ARP -> "arp";
            case RARP -> "rarp";
            case LLDP -> "lldp";
            case Ethernet.TYPE_IPV4, Ethernet.TYPE_IPV6 -> switch (number) {
                case 1, 58 -> "icmp";
                case 6 -> "tcp";
                case 17 -> "udp";
                default -> type == Ethernet.TYPE_IPV4 ? "ipv4" : "ipv6";
            };
            default -> type <= Ethernet.MAX_LENGTH_FIELD ? "802.3" : "type 0x%04x".formatted(type);
        };
    }

    /// The first names, and how many more there are.
    static String names(Collection<String> names) {
        var shown = names.stream().limit(SHOWN_NAMES).collect(Collectors.joining(", "));
        return names.size() > SHOWN_NAMES ? shown + " and " + (names.size() - SHOWN_NAMES) + " more" : shown;
    }
}
