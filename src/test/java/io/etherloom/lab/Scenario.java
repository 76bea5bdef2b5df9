package io.etherloom.lab;

import io.etherloom.frame.DropReason;
import io.etherloom.model.Delivery;
import io.etherloom.model.Drop;
import io.etherloom.model.Outcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/// Every scenario runs on one agent and on two, with hosts and physical switches spread over them and the test as the thread of both.
///
/// Short words for conformance tests: one host whose two uplinks are TAPs, so that the wire is in the test's hands, frames and outcomes.
@ParameterizedClass(name = "{0} agents")
@ValueSource(ints = {1, 2})
abstract class Scenario {
    static final long BROADCAST = 0xffff_ffff_ffffL;
    static final long X10 = 0x0200_0000_0010L;
    static final long X20 = 0x0200_0000_0020L;
    static final long UNKNOWN = 0x0200_0000_00ffL;
    static final long A1 = 0x0050_5600_0001L;
    static final long A2 = 0x0050_5600_0002L;
    static final long B1 = 0x0050_5600_0011L;
    static final long C1 = 0x0050_5600_0021L;
    static final long N1 = 0x0050_5600_0031L;
    static final long T1 = 0x0050_5600_0041L;

    /// The topology of the acceptance scenarios (section 13): A and B in VLAN 10, C in 20, N without, T tags by itself. The slots of the
    /// VMs are 4 to 9, so a1, b1 and n1 are at home on vmnic0 and the others on vmnic1. Physical switches are not notified and guests not
    /// asked for their groups, so that there is only what a test sends.
    static final String HOST = """
            name: test
            hosts:
              esx1:
                advanced: { Net.IGMPQueries: 0, OPTIONS }
                pnics: { vmnic0: { tap: up0 }, vmnic1: { tap: up1 } }
                vSwitches:
                  vSwitch0:
                    mtu: 1500
                    uplinks: [vmnic0, vmnic1]
                    teaming: { notifySwitches: no }
                    portGroups:
                      A: { vlan: 10 }
                      B: { vlan: 10 }
                      C: { vlan: 20 }
                      N: { vlan: 0 }
                      T: { vlan: 4095 }
            vms:
              a1: { host: esx1, kind: memory, nics: [ { portGroup: A, mac: 00:50:56:00:00:01 } ] }
              a2: { host: esx1, kind: memory, nics: [ { portGroup: A, mac: 00:50:56:00:00:02 } ] }
              b1: { host: esx1, kind: memory, nics: [ { portGroup: B, mac: 00:50:56:00:00:11 } ] }
              c1: { host: esx1, kind: memory, nics: [ { portGroup: C, mac: 00:50:56:00:00:21 } ] }
              n1: { host: esx1, kind: memory, nics: [ { portGroup: N, mac: 00:50:56:00:00:31 } ] }
              t1: { host: esx1, kind: memory, nics: [ { portGroup: T, mac: 00:50:56:00:00:41 } ] }
            """;
    static final String SWITCH = "esx1/vSwitch0";

    @Parameter
    int agents;
    private final List<MemoryLab> labs = new ArrayList<>();

    @AfterEach
    final void closeLabs() {
        labs.forEach(MemoryLab::close);
    }

    /// Starts a lab that is closed, and checked, at the end of the test.
    final MemoryLab start(String yaml) {
        var lab = MemoryLab.of(yaml, agents);
        labs.add(lab);
        return lab;
    }

    /// The topology of the scenarios, its `advanced` options those given.
    final MemoryLab startHost(String... options) {
        return start(host(options));
    }

    static String host(String... options) {
        return HOST.replace("OPTIONS", String.join(", ", options));
    }

    /// An untagged IPv4 frame with 50 octets of payload.
    static byte[] frame(long destination, long source) {
        return frame(destination, source, 50);
    }

    static byte[] frame(long destination, long source, int payload) {
        return frame(destination, source, 0x0800, payload);
    }

    static byte[] frame(long destination, long source, int type, int payload) {
        var frame = new byte[14 + payload];
        for (int i = 0; i < 6; i++) {
            frame[i] = (byte) (destination >> 40 - 8 * i);
            frame[6 + i] = (byte) (source >> 40 - 8 * i);
        }
        frame[12] = (byte) (type >> 8);
        frame[13] = (byte) type;
        for (int i = 0; i < payload; i++) {
            frame[14 + i] = (byte) (i + 1);
        }
        return frame;
    }

    /// The frame with a tag of type 0x8100 in front of its type.
    static byte[] tagged(int tagControl, byte[] frame) {
        return tagged(0x8100, tagControl, frame);
    }

    static byte[] tagged(int type, int tagControl, byte[] frame) {
        var tagged = new byte[frame.length + 4];
        System.arraycopy(frame, 0, tagged, 0, 12);
        tagged[12] = (byte) (type >> 8);
        tagged[13] = (byte) type;
        tagged[14] = (byte) (tagControl >> 8);
        tagged[15] = (byte) tagControl;
        System.arraycopy(frame, 12, tagged, 16, frame.length - 12);
        return tagged;
    }

    static byte[] padded(byte[] frame, int length) {
        return Arrays.copyOf(frame, length);
    }

    static Delivery copy(String place, byte[] frame) {
        return new Delivery(place, frame);
    }

    static Outcome copies(Delivery... copies) {
        return new Outcome(List.of(copies), List.of());
    }

    static Outcome dropped(String port, DropReason reason) {
        return Outcome.dropped(port, reason);
    }

    /// Some copies arrived and one was dropped.
    static Outcome copiesAnd(Drop drop, Delivery... copies) {
        return new Outcome(List.of(copies), List.of(drop));
    }
}
