package io.etherloom.lab;

import io.etherloom.frame.Frame;
import io.etherloom.topology.InterfaceAddress;
import io.etherloom.topology.Suggestion;
import io.etherloom.wire.Ethernet;
import io.etherloom.wire.InternetChecksum;
import io.etherloom.wire.MacAddress;
import io.etherloom.wire.Tag;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Makes the frame that a question is about, as a guest would make it.
final class TraceFrames {
    private static final int IPV4_HEADER = 20;
    private static final int IPV6_HEADER = 40;
    private static final int ARP = 28;
    private static final int USUAL_PAYLOAD = 56;
    private static final int LEAST = 60;
    /// Experimental EtherType of IEEE Std 802, 9.2.3.
    private static final int TYPE_EXPERIMENTAL = 0x88B5;
    /// Source of what enters by a cable, where nobody has an address.
    private static final long STRANGER = 0x0200_0000_0001L;
    private static final int ICMP = 1;
    private static final int TCP = 6;
    private static final int UDP = 17;
    private static final int ICMPV6 = 58;

    private final TraceEnds ends;
    private final TraceQuestion question;
    private final TraceEnd from;
    private final @Nullable TraceEnd to;
    private final List<String> notes = new ArrayList<>();
    private @Nullable TraceEnd target;

    TraceFrames(TraceEnds ends, TraceQuestion question, TraceEnd from, @Nullable TraceEnd to) {
        this.ends = ends;
        this.question = question;
        this.from = from;
        this.to = to;
        target = to;
    }

    /// What a reader must know of it; after [#wire].
    List<String> notes() {
        return notes;
    }

    /// Where a copy shall come out: what was asked for, or the gateway on the way there; null for any place. After [#wire].
    @Nullable TraceEnd target() {
        return target;
    }

    private static LabException invalid(String sentence) {
        return new LabException(LabException.Kind.INVALID, sentence);
    }

    /// The octets as on the wire, tag in place.
    byte[] wire() {
        var given = question.frame();
        var untagged = given != null ? octets(given) : made();
        return question.vlan() == null ? untagged : tagged(untagged, question.vlan());
    }

    private static byte[] octets(String hex) {
        for (int i = 0; i < hex.length(); i++) {
            char c = hex.charAt(i);
            if (!HexFormat.isHexDigit(c) && c != ':' && !Character.isWhitespace(c)) {
                throw invalid("the frame is not hexadecimal: '" + c + "' stands at character " + (i + 1) + "; digits are 0-9 and a-f, blanks and colons may part them");
            }
        }
        var digits = hex.replaceAll("[\\s:]", "");
        if (digits.length() % 2 != 0) {
            throw invalid("the frame has " + digits.length() + " hexadecimal digits; an octet has two");
        }
        var octets = HexFormat.of().parseHex(digits);
        if (octets.length == 0 || octets.length > Frame.MAX_LENGTH) {
            throw invalid("a frame has 1 to " + Frame.MAX_LENGTH + " octets, not " + octets.length);
        }
        return octets;
    }

    static byte[] tagged(byte[] untagged, int vlan) {
        if (vlan < 0 || vlan > 4095) {
            throw invalid("a VLAN ID is a number from 0 to 4095, not " + vlan);
        }
        return tagged(untagged, Tag.of(vlan), untagged.length);
    }

    /// @param tag not [Tag#NONE]
    static byte[] tagged(byte[] untagged, int tag, int length) {
        if (length < Ethernet.ADDRESSES) {
            return untagged;
        }
        var tagged = new byte[length + Tag.LENGTH];
        System.arraycopy(untagged, 0, tagged, 0, Ethernet.ADDRESSES);
        Ethernet.tag(MemorySegment.ofArray(tagged), Ethernet.ADDRESSES, tag);
        System.arraycopy(untagged, Ethernet.ADDRESSES, tagged, Ethernet.ADDRESSES + Tag.LENGTH, length - Ethernet.ADDRESSES);
        return tagged;
    }

    private byte[] made() {
        var own = to == null ? null : from.addressTowards(to);
        var theirs = to == null ? null : to.addressTowards(from);
        boolean hasAddresses = own != null && theirs != null && own.isIpv6() == theirs.isIpv6();
        var proto = question.proto() != null ? question.proto() : hasAddresses ? "icmp" : "";
        if (!proto.isEmpty() && !TraceQuestion.PROTOCOLS.contains(proto)) {
            throw invalid("a frame of " + proto + " cannot be made" + Suggestion.withAllowed(proto, TraceQuestion.PROTOCOLS, TraceQuestion.PROTOCOLS));
        }
        if (!proto.isEmpty() && !hasAddresses || proto.equals("arp") && own != null && own.isIpv6()) {
            throw invalid("a frame of " + proto + " needs IP addresses of one family at both ends (--from and --to); leave out --proto for a frame without");
        }
        boolean isArp = proto.equals("arp");
        long destination = destination(isArp, own, theirs);
        var body = own == null || theirs == null || !hasAddresses ? new byte[LEAST - Ethernet.HEADER]
                : isArp ? arp(own, theirs) : own.isIpv6() ? ipv6(proto, own, theirs) : ipv4(proto, own, theirs);
        var frame = new byte[Math.max(length(Ethernet.HEADER + body.length), Ethernet.HEADER + body.length)];
        var bytes = MemorySegment.ofArray(frame);
        Ethernet.addresses(bytes, 0, destination, source());
        Ethernet.u16(bytes, Ethernet.ADDRESSES, !hasAddresses ? TYPE_EXPERIMENTAL : isArp ? Ethernet.TYPE_ARP
                : own.isIpv6() ? Ethernet.TYPE_IPV6 : Ethernet.TYPE_IPV4);
        System.arraycopy(body, 0, frame, Ethernet.HEADER, body.length);
        return frame;
    }

    /// Of the whole frame; the payload of IP is made that long.
    private int length(int usual) {
        var size = question.size();
        if (size == null) {
            return usual;
        }
        if (size < Ethernet.HEADER || size > Frame.MAX_LENGTH) {
            throw invalid("the size of a frame is a number from " + Ethernet.HEADER + " to " + Frame.MAX_LENGTH + " octets, not " + size);
        }
        return size;
    }

    private long source() {
        return question.sourceMac() != null ? mac(question.sourceMac()) : from.mac() != 0 ? from.mac() : STRANGER;
    }

    private static long mac(String text) {
        try {
            return MacAddress.parse(text).value();
        } catch (IllegalArgumentException fault) {
            throw invalid(String.valueOf(fault.getMessage()));
        }
    }

    private long destination(boolean isArp, @Nullable InterfaceAddress own, @Nullable InterfaceAddress theirs) {
        if (question.destinationMac() != null) {
            return mac(question.destinationMac());
        }
        if (to == null) {
            notes.add("without --to it is a broadcast");
            return MacAddress.BROADCAST;
        }
        if (isArp) {
            return MacAddress.BROADCAST;
        }
        if (own != null && theirs != null && !own.contains(theirs.ip())) {
            return viaGateway(own, theirs, to);
        }
        if (to.mac() == 0) {
            throw invalid(to.name() + " has no address of its own; give --dst-mac, or name a VM, vmk, machine or router");
        }
        if (to.mac() != to.knownMac()) {
            notes.add("the guest of " + to.name() + " uses " + MacAddress.format(to.mac()) + ", and its switch knows it by "
                    + MacAddress.format(to.knownMac()) + ": traced is a frame to the latter");
        }
        return to.knownMac();
    }

    /// The next router gets it, and what that makes of it is another frame.
    private long viaGateway(InterfaceAddress own, InterfaceAddress theirs, TraceEnd wanted) {
        var gateway = from.gateways().stream().filter(it -> it.getAddress().length == own.ip().getAddress().length).findFirst().orElse(null);
        var outside = wanted.name() + " (" + InterfaceAddress.text(theirs.ip()) + ") is not in the subnet of " + from.name() + " (" + own + ")";
        var owner = gateway == null ? null : ends.owner(gateway);
        if (gateway == null || owner == null) {
            notes.add(outside + (gateway == null ? ", and it has no gateway" : ", and nobody has its gateway " + InterfaceAddress.text(gateway))
                    + ": a guest would not send this; it is traced to the address of " + wanted.name() + " all the same");
            return wanted.knownMac();
        }
        notes.add(outside + ", so the frame goes to its gateway " + owner.name() + " (" + InterfaceAddress.text(gateway)
                + "), where its way on this level ends; what the router sends is another frame: trace --from " + owner.name() + " --to " + question.to());
        target = owner;
        return owner.knownMac();
    }

    private byte[] arp(InterfaceAddress own, InterfaceAddress theirs) {
        var body = new byte[Math.max(ARP, LEAST - Ethernet.HEADER)];
        System.arraycopy(new byte[] {0, 1, 8, 0, 6, 4, 0, 1}, 0, body, 0, 8);
        long mac = source();
        for (int i = 0; i < 6; i++) {
            body[8 + i] = (byte) (mac >> 40 - 8 * i);
        }
        System.arraycopy(own.ip().getAddress(), 0, body, 14, 4);
        System.arraycopy(theirs.ip().getAddress(), 0, body, 24, 4);
        return body;
    }

    private byte[] ipv4(String proto, InterfaceAddress own, InterfaceAddress theirs) {
        var body = new byte[payload(IPV4_HEADER, proto)];
        var bytes = MemorySegment.ofArray(body);
        body[0] = 0x45;
        Ethernet.u16(bytes, 2, body.length);
        body[8] = 64;
        body[9] = (byte) number(proto, false);
        System.arraycopy(own.ip().getAddress(), 0, body, 12, 4);
        System.arraycopy(theirs.ip().getAddress(), 0, body, 16, 4);
        Ethernet.u16(bytes, 10, InternetChecksum.fold(InternetChecksum.add(0, bytes, 0, IPV4_HEADER)));
        transport(bytes, IPV4_HEADER, proto, 8);
        return body;
    }

    private byte[] ipv6(String proto, InterfaceAddress own, InterfaceAddress theirs) {
        var body = new byte[payload(IPV6_HEADER, proto)];
        var bytes = MemorySegment.ofArray(body);
        body[0] = 0x60;
        Ethernet.u16(bytes, 4, body.length - IPV6_HEADER);
        body[6] = (byte) number(proto, true);
        body[7] = 64;
        System.arraycopy(own.ip().getAddress(), 0, body, 8, 16);
        System.arraycopy(theirs.ip().getAddress(), 0, body, 24, 16);
        transport(bytes, IPV6_HEADER, proto, 128);
        return body;
    }

    private int payload(int header, String proto) {
        int transport = proto.equals("tcp") ? 20 : 8;
        return Math.max(header + transport, length(Ethernet.HEADER + header + transport + USUAL_PAYLOAD) - Ethernet.HEADER);
    }

    private static int number(String proto, boolean isIpv6) {
        return switch (proto) {
            case "tcp" -> TCP;
            case "udp" -> UDP;
            default -> isIpv6 ? ICMPV6 : ICMP;
        };
    }

    /// Enough for a decoder: no switch looks further.
    private static void transport(MemorySegment bytes, int at, String proto, int echo) {
        switch (proto) {
            case "tcp" -> {
                Ethernet.u16(bytes, at, 49_152);
                Ethernet.u16(bytes, at + 2, 80);
                Ethernet.u16(bytes, at + 12, 0x5002);
            }
            case "udp" -> {
                Ethernet.u16(bytes, at, 49_152);
                Ethernet.u16(bytes, at + 2, 9);
                Ethernet.u16(bytes, at + 4, (int) bytes.byteSize() - at);
            }
            default -> Ethernet.u8(bytes, at, echo);
        }
    }
}
