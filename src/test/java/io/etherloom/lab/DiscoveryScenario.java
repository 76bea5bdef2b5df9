package io.etherloom.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.etherloom.discovery.Advertisement;
import io.etherloom.discovery.Capability;
import io.etherloom.discovery.Cdp;
import io.etherloom.discovery.DiscoveryProtocol;
import io.etherloom.discovery.Lldp;
import io.etherloom.discovery.MalformedAdvertisement;
import io.etherloom.lab.view.NeighborView;
import io.etherloom.model.Outcome;
import io.etherloom.topology.Setting;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/// Short words for tests of CDP and LLDP: who is heard, and what is said.
abstract class DiscoveryScenario extends PolicyScenario {
    private static final long STEP_MILLIS = 250;
    static final long CDP = 0x0100_0CCC_CCCCL;
    static final long LLDP = 0x0180_C200_000EL;

    /// A host on two switches, one of which carries a machine m9 in VLAN 10. MORE is what the switches have besides.
    static final String FABRIC = """
            name: test
            fabric:
              switches:
                tor1:
                  mtu: 9000
                  linkDiscovery: { managementAddress: 10.0.0.2, platform: cisco WS-C3850-24T, vtpDomain: campus MORE }
                  ports: { "1": { trunk: all, native: 7 }, "9": { access: 10 }, "24": { trunk: all PORT } }
                tor2: { ports: { "1": { trunk: all }, "24": { trunk: all } } }
              links: [ { between: [tor1/24, tor2/24] } ]
              machines: { m9: { link: tor1/9, mac: 02:00:00:00:00:10 } }
            hosts:
              esx1:
                advanced: { OPTIONS }
                pnics: { vmnic0: { link: tor1/1 }, vmnic1: { link: tor2/1 }, vmnic2: { tap: up2 } }
                vSwitches:
                  vSwitch0:
                    uplinks: [vmnic0, vmnic1]
                    teaming: { notifySwitches: no }
                    portGroups: { A: { vlan: 10 }, N: { vlan: 0 }, M: { vlan: 0 } }
                vmkernel: { vmk0: { portGroup: M, ip: 10.0.0.11/24, services: [management] }, vmk1: { portGroup: M, ip: 10.1.0.11/24 } }
            vms:
              a1: { host: esx1, kind: memory, nics: [ { portGroup: A, mac: 00:50:56:00:00:01 } ] }
              n1: { host: esx1, kind: memory, nics: [ { portGroup: N, mac: 00:50:56:00:00:31 } ] }
            """;

    static String fabric(String more, String port, String... options) {
        return FABRIC.replace("MORE", more).replace("PORT", port).replace("OPTIONS", String.join(", ", options));
    }

    /// What a device called sw1 says of its port Gi1/0/1.
    static Advertisement said(DiscoveryProtocol protocol, int ttlSeconds) {
        return said(protocol, "sw1", ttlSeconds);
    }

    static Advertisement said(DiscoveryProtocol protocol, String device, int ttlSeconds) {
        return new Advertisement(protocol, device, "Gi1/0/1", ttlSeconds, device, "", "", "a switch", Set.of(Capability.ROUTER), List.of(), 3, 0, 0,
                null, "", null);
    }

    static byte[] cdp(String device, int ttlSeconds) {
        return Cdp.frame(said(DiscoveryProtocol.CDP, device, ttlSeconds), X10);
    }

    static byte[] lldp(String device, int ttlSeconds) {
        return Lldp.frame(said(DiscoveryProtocol.LLDP, device, ttlSeconds), X10);
    }

    static Outcome discovery(MemoryLab lab, String assignment) {
        return lab.set(Setting.Kind.V_SWITCH, SWITCH, "linkDiscovery." + assignment);
    }

    /// The devices that a port hears, with their ports and protocols: `tor1 1 cdp`; or why there is none.
    static List<String> neighbors(MemoryLab lab, String owner, String port) {
        return lab.neighbors().stream().filter(it -> it.owner().equals(owner) && it.port().equals(port))
                .map(it -> it.neighbor() == null ? Objects.requireNonNull(it.reason())
                        : it.neighbor().device() + " " + it.neighbor().port() + " " + it.neighbor().protocol())
                .toList();
    }

    /// The one device that a port hears by this protocol.
    static NeighborView.Heard neighbor(MemoryLab lab, String owner, String port, String protocol) {
        return lab.neighbors().stream().filter(it -> it.owner().equals(owner) && it.port().equals(port)).map(NeighborView::neighbor)
                .filter(it -> it != null && it.protocol().equals(protocol)).findFirst().orElseThrow();
    }

    /// When frames to this address come out at a place, in seconds from now.
    static List<Double> spoken(MemoryLab lab, String place, long address, int seconds) {
        var times = new ArrayList<Double>();
        for (long at = STEP_MILLIS; at <= seconds * 1000L; at += STEP_MILLIS) {
            int count = frames(lab.advanceMillis(STEP_MILLIS), place, address).size();
            for (int i = 0; i < count; i++) {
                times.add(at / 1000.0);
            }
        }
        return times;
    }

    /// The frames to this address that came out at a place.
    static List<byte[]> frames(Outcome outcome, String place, long address) {
        return at(place, outcome).stream().filter(frame -> destination(frame) == address).toList();
    }

    static long destination(byte[] frame) {
        long destination = 0;
        for (int i = 0; i < 6; i++) {
            destination = destination << 8 | frame[i] & 0xFF;
        }
        return destination;
    }

    static Advertisement parsed(byte[] frame) {
        try {
            return destination(frame) == LLDP ? Lldp.parse(frame) : Cdp.parse(frame);
        } catch (MalformedAdvertisement fault) {
            throw new AssertionError(fault);
        }
    }

    static long consumed(MemoryLab lab, String switchKey, String port) {
        return lab.port(switchKey, port).counters().consumedFrames();
    }

    static void assertNobody(MemoryLab lab, String owner, String port, String reason) {
        assertThat(neighbors(lab, owner, port)).as("%s/%s", owner, port).containsExactly(reason);
    }
}
