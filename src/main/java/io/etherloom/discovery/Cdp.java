package io.etherloom.discovery;

import io.etherloom.wire.Ethernet;
import io.etherloom.wire.InternetChecksum;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Frames of CDP version 2.
///
/// ```
/// 01:00:0c:cc:cc:cc  source  length  aa aa 03 00 00 0c 20 00  | 02 | holdtime | checksum | type length value | type length value | …
///  6                  6       2       8                          1      1          2         2    2   (length - 4)
/// ```
public final class Cdp {
    private static final int VERSION = 2;
    private static final int HEADER = 4;
    private static final int TLV_HEADER = 4;
    private static final int DEVICE_ID = 0x0001;
    private static final int ADDRESSES = 0x0002;
    private static final int PORT_ID = 0x0003;
    private static final int CAPABILITIES = 0x0004;
    private static final int SOFTWARE = 0x0005;
    private static final int PLATFORM = 0x0006;
    private static final int VTP_DOMAIN = 0x0009;
    private static final int NATIVE_VLAN = 0x000A;
    private static final int DUPLEX = 0x000B;
    private static final int MTU = 0x0011;
    private static final int SYSTEM_NAME = 0x0014;
    private static final int MANAGEMENT_ADDRESSES = 0x0016;
    /// Kind and name of the protocols of addresses: NLPID for IPv4, 802.2 SNAP for IPv6.
    private static final byte[] IPV4 = {1, 1, (byte) 0xCC};
    private static final byte[] IPV6 = {2, 8, (byte) 0xAA, (byte) 0xAA, 3, 0, 0, 0, (byte) 0x86, (byte) 0xDD};
    private static final int MAX_TEXT = 255;
    private static final int MAX_ADDRESSES = 8;

    private Cdp() {}

    /// The frame that says this, untagged and without check sequence, at most 1514 octets.
    ///
    /// @param source address that sends it
    public static byte[] frame(Advertisement said, long source) {
        var body = new Octets().u8(VERSION).u8(said.ttlSeconds()).u16(0);
        text(body, DEVICE_ID, said.chassis());
        addresses(body, ADDRESSES, said.addresses());
        text(body, PORT_ID, said.port());
        tlv(body, CAPABILITIES, new Octets().u32(Capability.bits(DiscoveryProtocol.CDP, said.capabilities())));
        text(body, SOFTWARE, said.version());
        text(body, PLATFORM, said.platform());
        if (!said.vtpDomain().isEmpty()) {
            text(body, VTP_DOMAIN, said.vtpDomain());
        }
        if (said.nativeVlan() != 0) {
            tlv(body, NATIVE_VLAN, new Octets().u16(said.nativeVlan()));
        }
        if (said.isFullDuplex() != null) {
            tlv(body, DUPLEX, new Octets().u8(said.isFullDuplex() ? 1 : 0));
        }
        if (said.mtu() != 0) {
            tlv(body, MTU, new Octets().u32(said.mtu()));
        }
        if (!said.systemName().isEmpty()) {
            text(body, SYSTEM_NAME, said.systemName());
        }
        addresses(body, MANAGEMENT_ADDRESSES, said.addresses());
        var bytes = body.array();
        int checksum = checksum(bytes);
        bytes[2] = (byte) (checksum >>> 8);
        bytes[3] = (byte) checksum;
        return new Octets().mac(DiscoveryFrames.CDP_ADDRESS).mac(source).u16(DiscoveryFrames.SNAP_LENGTH + bytes.length)
                .u32(DiscoveryFrames.CDP_LLC).u32(DiscoveryFrames.CDP_SNAP).bytes(bytes).frame();
    }

    private static void text(Octets to, int type, String text) {
        tlv(to, type, new Octets().bytes(Octets.ascii(text, MAX_TEXT)));
    }

    private static void tlv(Octets to, int type, Octets value) {
        to.u16(type).u16(TLV_HEADER + value.size()).bytes(value.array());
    }

    private static void addresses(Octets to, int type, List<InetAddress> addresses) {
        var said = addresses.subList(0, Math.min(MAX_ADDRESSES, addresses.size()));
        if (!said.isEmpty()) {
            var value = new Octets().u32(said.size());
            for (var address : said) {
                var octets = address.getAddress();
                value.bytes(octets.length == 4 ? IPV4 : IPV6).u16(octets.length).bytes(octets);
            }
            tlv(to, type, value);
        }
    }

    /// The Internet checksum (RFC 1071), but for an odd number of octets: the last one is not the upper half of a word that a zero fills up,
    /// but the lower half, added as a signed number to a sum that is then one too high. So a last octet from 80 on counts as ff00 and itself
    /// less one.
    static int checksum(byte[] bytes) {
        int even = bytes.length & ~1;
        long sum = InternetChecksum.add(0, MemorySegment.ofArray(bytes), 0, even);
        if (even < bytes.length) {
            int last = bytes[even] & 0xFF;
            sum += last < 0x80 ? last : 0xFF00 | last - 1;
        }
        return InternetChecksum.fold(sum);
    }

    /// What a frame says; of a known field that comes twice, the last.
    ///
    /// @param frame untagged, from the destination on
    public static Advertisement parse(byte[] frame) throws MalformedAdvertisement {
        int start = Ethernet.HEADER + DiscoveryFrames.SNAP_LENGTH;
        int length = frame.length < start + HEADER ? 0 : (frame[12] & 0xFF) << 8 | frame[13] & 0xFF;
        if (length < DiscoveryFrames.SNAP_LENGTH + HEADER || Ethernet.HEADER + length > frame.length) {
            throw new MalformedAdvertisement("its length field says " + length + " octets, and the frame has " + (frame.length - Ethernet.HEADER));
        }
        var body = new byte[length - DiscoveryFrames.SNAP_LENGTH];
        System.arraycopy(frame, start, body, 0, body.length);
        if (body[0] != VERSION && body[0] != 1) {
            throw new MalformedAdvertisement("it is of version " + body[0]);
        }
        int ttl = body[1] & 0xFF;
        int found = (body[2] & 0xFF) << 8 | body[3] & 0xFF;
        body[2] = 0;
        body[3] = 0;
        if (found != checksum(body)) {
            throw new MalformedAdvertisement("its checksum is wrong");
        }
        return new Parsing().run(ByteBuffer.wrap(body, HEADER, body.length - HEADER), ttl);
    }

    /// The fields that were found so far.
    private static final class Parsing {
        private String device = "";
        private String port = "";
        private String software = "";
        private String platform = "";
        private String vtpDomain = "";
        private String systemName = "";
        private Set<Capability> capabilities = Set.of();
        private List<InetAddress> addresses = List.of();
        private List<InetAddress> managementAddresses = List.of();
        private int nativeVlan;
        private int mtu;
        private @Nullable Boolean isFullDuplex;

        Advertisement run(ByteBuffer body, int ttl) throws MalformedAdvertisement {
            while (body.hasRemaining()) {
                if (body.remaining() < TLV_HEADER) {
                    throw new MalformedAdvertisement("its last field is cut");
                }
                int type = Short.toUnsignedInt(body.getShort());
                int length = Short.toUnsignedInt(body.getShort()) - TLV_HEADER;
                if (length < 0 || length > body.remaining()) {
                    throw new MalformedAdvertisement("field " + Integer.toHexString(type) + " says that it has " + (length + TLV_HEADER) + " octets");
                }
                field(type, body.slice(body.position(), length));
                body.position(body.position() + length);
            }
            if (device.isEmpty() || port.isEmpty()) {
                throw new MalformedAdvertisement("it names no " + (device.isEmpty() ? "device" : "port"));
            }
            return new Advertisement(DiscoveryProtocol.CDP, device, port, ttl, systemName, "", platform, software, capabilities,
                    managementAddresses.isEmpty() ? addresses : managementAddresses, nativeVlan, mtu, 0, isFullDuplex, vtpDomain, null);
        }

        private void field(int type, ByteBuffer value) throws MalformedAdvertisement {
            int length = value.remaining();
            switch (type) {
                case DEVICE_ID -> device = Octets.text(value, length);
                case ADDRESSES -> addresses = readAddresses(value);
                case PORT_ID -> port = Octets.text(value, length);
                case CAPABILITIES -> capabilities = Capability.of(DiscoveryProtocol.CDP, number(type, value, 4));
                case SOFTWARE -> software = Octets.text(value, length);
                case PLATFORM -> platform = Octets.text(value, length);
                case VTP_DOMAIN -> vtpDomain = Octets.text(value, length);
                case NATIVE_VLAN -> nativeVlan = number(type, value, 2) & 0xFFF;
                case DUPLEX -> isFullDuplex = number(type, value, 1) == 1;
                case MTU -> mtu = Math.max(0, number(type, value, 4));
                case SYSTEM_NAME -> systemName = Octets.text(value, length);
                case MANAGEMENT_ADDRESSES -> managementAddresses = readAddresses(value);
                default -> { }      // There are many more, and none that we have use for.
            }
        }

        private static int number(int type, ByteBuffer value, int octets) throws MalformedAdvertisement {
            if (value.remaining() < octets) {
                throw new MalformedAdvertisement("field " + Integer.toHexString(type) + " has " + value.remaining() + " octets of " + octets);
            }
            return switch (octets) {
                case 1 -> value.get() & 0xFF;
                case 2 -> Short.toUnsignedInt(value.getShort());
                default -> value.getInt();
            };
        }

        /// Those of IP; others are passed over.
        private static List<InetAddress> readAddresses(ByteBuffer value) throws MalformedAdvertisement {
            var found = new ArrayList<InetAddress>();
            for (int left = number(ADDRESSES, value, 4); left != 0 && value.hasRemaining(); left--) {
                number(ADDRESSES, value, 1);
                skip(value, number(ADDRESSES, value, 1));
                int length = number(ADDRESSES, value, 2);
                if (length != 4 && length != 16) {
                    skip(value, length);
                } else if (length > value.remaining()) {
                    throw new MalformedAdvertisement("an address is cut");
                } else {
                    var address = Octets.address(Octets.bytes(value, length));
                    if (found.size() < MAX_ADDRESSES) {
                        found.add(address);
                    }
                }
            }
            return found;
        }

        private static void skip(ByteBuffer value, int octets) throws MalformedAdvertisement {
            if (octets > value.remaining()) {
                throw new MalformedAdvertisement("an address is cut");
            }
            value.position(value.position() + octets);
        }
    }
}
