package io.etherloom.discovery;

import java.util.Collection;
import java.util.EnumSet;
import java.util.Set;

/// What a neighbour says that it can do. The bits are those of CDP's capabilities TLV and of IEEE Std 802.1AB, table 8-4; 0 where a protocol
/// does not have it.
public enum Capability {
    ROUTER("router", 0x01, 0x10),
    TRANSPARENT_BRIDGE("trans-bridge", 0x02, 0),
    SOURCE_ROUTE_BRIDGE("source-route-bridge", 0x04, 0),
    SWITCH("switch", 0x08, 0),
    BRIDGE("bridge", 0, 0x04),
    HOST("host", 0x10, 0),
    STATION("station", 0, 0x80),
    IGMP("igmp", 0x20, 0),
    REPEATER("repeater", 0x40, 0x02),
    PHONE("phone", 0x80, 0x20),
    REMOTE("remote", 0x100, 0),
    ACCESS_POINT("access-point", 0, 0x08),
    DOCSIS("docsis", 0, 0x40),
    CUSTOMER_VLAN("c-vlan", 0, 0x100),
    SERVICE_VLAN("s-vlan", 0, 0x200),
    TWO_PORT_RELAY("two-port-relay", 0x400, 0x400),
    OTHER("other", 0, 0x01);

    private final String label;
    private final int cdp;
    private final int lldp;

    Capability(String label, int cdp, int lldp) {
        this.label = label;
        this.cdp = cdp;
        this.lldp = lldp;
    }

    /// As tables have it.
    public String label() {
        return label;
    }

    private int bit(DiscoveryProtocol protocol) {
        return protocol == DiscoveryProtocol.CDP ? cdp : lldp;
    }

    static int bits(DiscoveryProtocol protocol, Collection<Capability> capabilities) {
        int bits = 0;
        for (var capability : capabilities) {
            bits |= capability.bit(protocol);
        }
        return bits;
    }

    /// Bits that have no meaning here are passed over.
    static Set<Capability> of(DiscoveryProtocol protocol, int bits) {
        var found = EnumSet.noneOf(Capability.class);
        for (var capability : values()) {
            if ((bits & capability.bit(protocol)) != 0) {
                found.add(capability);
            }
        }
        return found;
    }
}
