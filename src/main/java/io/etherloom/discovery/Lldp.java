package io.etherloom.discovery;

import io.etherloom.wire.Ethernet;
import io.etherloom.wire.MacAddress;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Frames of LLDP (IEEE Std 802.1AB, clauses 7 and 8) with the organizationally specific fields for the port's VLAN and link aggregation (IEEE
/// Std 802.1Q, annex D) and for the frame size (IEEE Std 802.3, 79.3).
///
/// ```
/// 01:80:c2:00:00:0e  source  88cc  | type 7 bits, length 9 bits | value | …  chassis ID, port ID and time to live come first
/// ```
public final class Lldp {
    private static final int END = 0;
    private static final int CHASSIS_ID = 1;
    private static final int PORT_ID = 2;
    private static final int TTL = 3;
    private static final int PORT_DESCRIPTION = 4;
    private static final int SYSTEM_NAME = 5;
    private static final int SYSTEM_DESCRIPTION = 6;
    private static final int SYSTEM_CAPABILITIES = 7;
    private static final int MANAGEMENT_ADDRESS = 8;
    private static final int ORGANIZATION = 127;
    private static final int IEEE_8021 = 0x0080C2;
    private static final int PORT_VLAN = 1;
    private static final int LINK_AGGREGATION = 7;
    private static final int IEEE_8023 = 0x00120F;
    /// Where it was before IEEE Std 802.1 took it over.
    private static final int OLD_LINK_AGGREGATION = 3;
    private static final int MAX_FRAME = 4;
    /// Subtypes of chassis and port IDs.
    private static final int CHASSIS_MAC = 4;
    private static final int CHASSIS_NETWORK = 5;
    private static final int CHASSIS_LOCAL = 7;
    private static final int PORT_MAC = 3;
    private static final int PORT_NETWORK = 4;
    private static final int PORT_INTERFACE_NAME = 5;
    /// Address families (IANA).
    private static final int FAMILY_IPV4 = 1;
    private static final int FAMILY_IPV6 = 2;
    private static final int FAMILY_MAC = 6;
    private static final int INTERFACE_NUMBER_UNKNOWN = 1;
    private static final int MAX_TEXT = 255;
    private static final int MAX_ADDRESSES = 8;

    private Lldp() {}

    /// The frame that says this, untagged and without check sequence, at most 1514 octets.
    ///
    /// @param source address that sends it
    public static byte[] frame(Advertisement said, long source) {
        var to = beginning(said, said.ttlSeconds(), source);
        text(to, PORT_DESCRIPTION, said.portDescription());
        text(to, SYSTEM_NAME, said.systemName());
        text(to, SYSTEM_DESCRIPTION, said.version());
        int capabilities = Capability.bits(DiscoveryProtocol.LLDP, said.capabilities());
        tlv(to, SYSTEM_CAPABILITIES, new Octets().u16(capabilities).u16(capabilities));
        said.addresses().stream().limit(MAX_ADDRESSES).forEach(address -> managementAddress(to, address.getAddress()));
        if (said.addresses().isEmpty()) {
            managementAddress(to, new Octets().mac(source).array());      // IEEE Std 802.1AB, 8.5.9: the MAC address where there is no other.
        }
        if (said.nativeVlan() != 0) {
            organization(to, IEEE_8021, PORT_VLAN, new Octets().u16(said.nativeVlan()));
        }
        if (said.isAggregated() != null) {
            organization(to, IEEE_8021, LINK_AGGREGATION, new Octets().u8(said.isAggregated() ? 3 : 1).u32(0));
        }
        if (said.maxFrame() != 0) {
            organization(to, IEEE_8023, MAX_FRAME, new Octets().u16(said.maxFrame()));
        }
        return to.u16(END).frame();
    }

    /// The frame by which a port says goodbye (IEEE Std 802.1AB, clause 9: shutdown LLDPDU).
    public static byte[] farewell(Advertisement said, long source) {
        return beginning(said, 0, source).u16(END).frame();
    }

    private static Octets beginning(Advertisement said, int ttl, long source) {
        var to = new Octets().mac(DiscoveryFrames.LLDP_ADDRESS).mac(source).u16(DiscoveryFrames.LLDP_TYPE);
        var mac = macOf(said.chassis());
        tlv(to, CHASSIS_ID, mac == null
                ? new Octets().u8(CHASSIS_LOCAL).bytes(Octets.ascii(said.chassis(), MAX_TEXT))
                : new Octets().u8(CHASSIS_MAC).mac(mac.value()));
        tlv(to, PORT_ID, new Octets().u8(PORT_INTERFACE_NAME).bytes(Octets.ascii(said.port(), MAX_TEXT)));
        tlv(to, TTL, new Octets().u16(ttl));
        return to;
    }

    private static @Nullable MacAddress macOf(String text) {
        try {
            return MacAddress.parse(text);
        } catch (IllegalArgumentException _) {
            return null;
        }
    }

    private static void text(Octets to, int type, String text) {
        if (!text.isEmpty()) {
            tlv(to, type, new Octets().bytes(Octets.ascii(text, MAX_TEXT)));
        }
    }

    private static void tlv(Octets to, int type, Octets value) {
        to.u16(type << 9 | value.size()).bytes(value.array());
    }

    private static void organization(Octets to, int organization, int subtype, Octets value) {
        tlv(to, ORGANIZATION, new Octets().u8(organization >>> 16).u16(organization).u8(subtype).bytes(value.array()));
    }

    private static void managementAddress(Octets to, byte[] address) {
        int family = switch (address.length) {
            case 4 -> FAMILY_IPV4;
            case 16 -> FAMILY_IPV6;
            default -> FAMILY_MAC;
        };
        tlv(to, MANAGEMENT_ADDRESS, new Octets().u8(1 + address.length).u8(family).bytes(address).u8(INTERFACE_NUMBER_UNKNOWN).u32(0).u8(0));
    }

    /// What a frame says.
    ///
    /// @param frame untagged, from the destination on
    public static Advertisement parse(byte[] frame) throws MalformedAdvertisement {
        if (frame.length < Ethernet.HEADER) {
            throw new MalformedAdvertisement("it has " + frame.length + " octets");
        }
        return new Parsing().run(ByteBuffer.wrap(frame, Ethernet.HEADER, frame.length - Ethernet.HEADER));
    }

    /// The fields that were found so far.
    private static final class Parsing {
        private String chassis = "";
        private String port = "";
        private int ttl;
        private String portDescription = "";
        private String systemName = "";
        private String description = "";
        private Set<Capability> capabilities = Set.of();
        private final List<InetAddress> addresses = new ArrayList<>();
        private int vlan;
        private int maxFrame;
        private @Nullable Boolean isAggregated;

        Advertisement run(ByteBuffer body) throws MalformedAdvertisement {
            int count = 0;
            for (int type = -1; type != END && body.remaining() >= 2; count++) {
                int header = Short.toUnsignedInt(body.getShort());
                type = header >>> 9;
                int length = header & 0x1FF;
                if (length > body.remaining()) {
                    throw new MalformedAdvertisement("field " + type + " says that it has " + length + " octets");
                }
                // IEEE Std 802.1AB, clause 9: these three, in this order, and once.
                if (count < TTL ? type != count + 1 : type >= CHASSIS_ID && type <= TTL) {
                    throw new MalformedAdvertisement("field " + type + " is number " + (count + 1) + ", but chassis ID, port ID and time to live come first, once");
                }
                field(type, body.slice(body.position(), length));
                body.position(body.position() + length);
            }
            if (count < TTL) {
                throw new MalformedAdvertisement("it ends before the time to live");
            }
            return new Advertisement(DiscoveryProtocol.LLDP, chassis, port, ttl, systemName, portDescription, "", description, capabilities, addresses,
                    vlan, 0, maxFrame, null, "", isAggregated);
        }

        private void field(int type, ByteBuffer value) throws MalformedAdvertisement {
            switch (type) {
                case CHASSIS_ID -> chassis = id("chassis", value, CHASSIS_MAC, CHASSIS_NETWORK);
                case PORT_ID -> port = id("port", value, PORT_MAC, PORT_NETWORK);
                case TTL -> ttl = u16(type, value);
                case PORT_DESCRIPTION -> portDescription = Octets.text(value, value.remaining());
                case SYSTEM_NAME -> systemName = Octets.text(value, value.remaining());
                case SYSTEM_DESCRIPTION -> description = Octets.text(value, value.remaining());
                case SYSTEM_CAPABILITIES -> {
                    u16(type, value);
                    capabilities = Capability.of(DiscoveryProtocol.LLDP, u16(type, value));      // Those that are on.
                }
                case MANAGEMENT_ADDRESS -> address(value);
                case ORGANIZATION -> organization(value);
                default -> { }
            }
        }

        private static int u16(int type, ByteBuffer value) throws MalformedAdvertisement {
            if (value.remaining() < 2) {
                throw new MalformedAdvertisement("field " + type + " is cut");
            }
            return Short.toUnsignedInt(value.getShort());
        }

        private static String id(String what, ByteBuffer value, int mac, int network) throws MalformedAdvertisement {
            if (value.remaining() < 2 || value.remaining() > 256) {
                throw new MalformedAdvertisement("its " + what + " ID has " + value.remaining() + " octets");
            }
            int subtype = value.get() & 0xFF;
            if (subtype == mac && value.remaining() == 6) {
                return HexFormat.ofDelimiter(":").formatHex(Octets.bytes(value, 6));
            }
            if (subtype == network && (value.remaining() == 5 || value.remaining() == 17)) {
                value.get();
                return Octets.address(Octets.bytes(value, value.remaining())).getHostAddress();
            }
            var text = Octets.text(value, value.remaining());
            if (text.isEmpty()) {
                throw new MalformedAdvertisement("its " + what + " ID is empty");
            }
            return text;
        }

        private void address(ByteBuffer value) throws MalformedAdvertisement {
            int length = value.hasRemaining() ? value.get() & 0xFF : 0;
            if (length < 2 || length > value.remaining()) {
                throw new MalformedAdvertisement("a management address is cut");
            }
            int family = value.get() & 0xFF;
            boolean isIp = family == FAMILY_IPV4 && length == 5 || family == FAMILY_IPV6 && length == 17;
            if (isIp && addresses.size() < MAX_ADDRESSES) {
                addresses.add(Octets.address(Octets.bytes(value, length - 1)));
            }
        }

        private void organization(ByteBuffer value) throws MalformedAdvertisement {
            if (value.remaining() < 4) {
                throw new MalformedAdvertisement("a field of an organization has " + value.remaining() + " octets");
            }
            int organization = (value.get() & 0xFF) << 16 | Short.toUnsignedInt(value.getShort());
            int subtype = value.get() & 0xFF;
            if (organization == IEEE_8021 && subtype == PORT_VLAN) {
                vlan = u16(ORGANIZATION, value) & 0xFFF;
            } else if (organization == IEEE_8023 && subtype == MAX_FRAME) {
                maxFrame = u16(ORGANIZATION, value);
            } else if (value.hasRemaining() && (organization == IEEE_8021 ? subtype == LINK_AGGREGATION : organization == IEEE_8023 && subtype == OLD_LINK_AGGREGATION)) {
                isAggregated = (value.get() & 2) != 0;
            }
        }
    }
}
