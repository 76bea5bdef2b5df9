package io.etherloom.lab;

import io.etherloom.model.Delivery;
import io.etherloom.model.Outcome;
import io.etherloom.vswitch.TeamState;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Short words for tests of beacon probing: a host whose uplinks end at as many physical switches, all of them behind one core switch with
/// a machine m9 in VLAN 10.
abstract class BeaconScenario extends PolicyScenario {
    static final String PROBES = "failureDetection: beaconProbing";
    private static final int LENGTH = 60;

    /// Uplink vmnicN ends at torN port 1, whose port 24 leads to the core: `pull("torN", "24")` cuts it off, its link up. a1 and a2 are in
    /// VLAN 10; notifications are off.
    static String fabric(int uplinks, String teaming, String... options) {
        var tors = IntStream.range(0, uplinks)
                .mapToObj("    tor%d: { ports: { \"1\": { trunk: all }, \"24\": { trunk: all } } }\n"::formatted).collect(Collectors.joining());
        return """
                name: test
                fabric:
                  switches:
                    core: { ports: { CORE, "9": { access: 10 } } }
                TORS
                  links: [ LINKS ]
                  machines: { m9: { link: core/9, mac: 02:00:00:00:00:10 } }
                hosts:
                  esx1:
                    advanced: { OPTIONS }
                    pnics: { PNICS }
                    vSwitches:
                      vSwitch0:
                        uplinks: [UPLINKS]
                        teaming: { notifySwitches: no }
                        portGroups: { A: { vlan: 10 } }
                vms:
                  a1: { host: esx1, kind: memory, nics: [ { portGroup: A, mac: 00:50:56:00:00:01 } ] }
                  a2: { host: esx1, kind: memory, nics: [ { portGroup: A, mac: 00:50:56:00:00:02 } ] }
                """
                .replace("TORS\n", tors)
                .replace("CORE", named(uplinks, "\"1%d\": { trunk: all }"))
                .replace("UPLINKS", named(uplinks, "vmnic%d"))
                .replace("LINKS", named(uplinks, "{ between: [tor%1$d/24, core/1%1$d] }"))
                .replace("PNICS", named(uplinks, "vmnic%1$d: { link: tor%1$d/1 }"))
                .replace("OPTIONS", String.join(", ", options))
                .replace("notifySwitches: no", "notifySwitches: no, " + teaming);
    }

    /// The virtual address by which a pNIC sends beacons: 00:50:56:5 and the last five digits of its own (spec 1.37).
    static long beaconMac(MemoryLab lab, String pnic) {
        return 0x0050_5650_0000L | lab.topology().hosts().get("esx1").pnics().get(pnic).mac() & 0xF_FFFFL;
    }

    /// The beacon of a pNIC as it is sent from ESX 4.1 on, untagged.
    static byte[] beacon(long mac, String name) {
        return beacon(0x8922, mac, name);
    }

    /// A beacon with this type, or with the length and SNAP header of ESX 4.0 where that is a length.
    static byte[] beacon(int type, long mac, String name) {
        var frame = new byte[LENGTH];
        System.arraycopy(frame(BROADCAST, mac, type, 0), 0, frame, 0, 14);
        int at = 14;
        if (type < 0x0600 && type != 0x05FF) {
            System.arraycopy(new byte[] {(byte) 0xAA, (byte) 0xAA, 0x03, 0x00, 0x50, 0x56, (byte) 0x89, 0x22}, 0, frame, at, 8);
            at += 8;
        }
        System.arraycopy(frame, 6, frame, at, 6);
        frame[at + 6] = (byte) name.length();
        System.arraycopy(name.getBytes(StandardCharsets.US_ASCII), 0, frame, at + 7, name.length());
        return frame;
    }

    static boolean isInDoubt(MemoryLab lab, String vm) {
        return state(lab, vm).isInDoubt();
    }

    static List<TeamState.Standing> standings(MemoryLab lab, String vm) {
        return state(lab, vm).members().stream().map(TeamState.Member::standing).toList();
    }

    private static TeamState state(MemoryLab lab, String vm) {
        return lab.vSwitch(SWITCH).teamState(lab.port(SWITCH, vm + ".eth0").index(), lab.nowNanos());
    }

    /// Places where other frames than beacons came out.
    static List<String> heard(Outcome outcome) {
        return outcome.deliveries().stream()
                .filter(it -> (it.frame()[12] & 0xFF) != 0x89)
                .map(Delivery::to).toList();
    }

    /// Runs until the uplink by which a VM sends is another, and says how many milliseconds that took.
    static long millisUntilMoved(MemoryLab lab, String vm, long atMost) {
        var before = uplink(lab, vm);
        for (long millis = 1; millis <= atMost; millis++) {
            lab.advanceMillis(1);
            var now = uplink(lab, vm);
            if (now == null ? before != null : !now.equals(before)) {
                return millis;
            }
        }
        throw new AssertionError(vm + " still sends by " + before + " after " + atMost + " ms");
    }
}
