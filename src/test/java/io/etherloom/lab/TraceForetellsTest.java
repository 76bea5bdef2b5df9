package io.etherloom.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.etherloom.frame.DropReason;
import io.etherloom.lab.view.TraceView;
import io.etherloom.model.Outcome;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// A trace foretells what becomes of a frame in a whole lab: in random labs of two hosts, two physical switches, a router and a machine every
/// frame is traced first and sent then. `-Dseed=N` repeats one lab, `-Dtrace.labs=N` tries more.
final class TraceForetellsTest {
    private static final int LABS = 120;
    private static final int FRAMES = 40;
    private static final List<String> SENDERS = List.of("a1", "a2", "b1", "t1", "n1", "a3", "b3", "m1");
    private static final long[] MACS = {0x0050_5600_0001L, 0x0050_5600_0002L, 0x0050_5600_0003L, 0x0050_5600_0004L, 0x0050_5600_0005L,
        0x0050_5600_0006L, 0x0050_5600_0007L, 0x0050_5600_0008L, 0x0200_0000_0099L, 0xFFFF_FFFF_FFFFL, 0x0100_5E00_0001L, 0x0180_C200_000EL};

    private static String yaml(SplittableRandom random) {
        return """
                name: test
                fabric:
                  switches:
                    tor1:
                      mtu: %s
                      ports: { "1": { trunk: all, portFast: yes }, "2": { trunk: %s }, "9": { access: 10 }, "24": { trunk: all }, "48": { trunk: [10, 20] } }
                    tor2:
                      ports: { "1": { trunk: %s, native: 1 }, "2": { trunk: all }, "24": { trunk: all } }
                  links: [ { between: [tor1/24, tor2/24] } ]
                  routers: { gw: { link: tor1/48, interfaces: { "10": 10.0.10.1/24, "20": 10.0.20.1/24 } } }
                  machines: { m1: { link: tor1/9, mac: 00:50:56:00:00:08, ip: 10.0.10.9/24 } }
                hosts:
                  esx1:
                    advanced: { Net.ReversePathFwdCheck: %d, Etherloom.ReversePolicy: %d, Etherloom.LocalJumbo: %d }
                    pnics: { vmnic0: { link: tor1/1 }, vmnic1: { link: tor2/1 } }
                    vSwitches:
                      vSwitch0:
                        mtu: %s
                        uplinks: [vmnic0, vmnic1]
                        teaming: { notifySwitches: no, loadBalancing: %s, failback: %s }
                        portGroups:
                          A: { vlan: 10, security: { promiscuousMode: %s, macChanges: %s, forgedTransmits: %s } }
                          B: { vlan: 20, teaming: { failoverOrder: { active: [vmnic1], standby: [vmnic0] } } }
                          T: { vlan: 4095 }
                          N: { vlan: 0 }
                  esx2:
                    like: esx1
                    pnics: { vmnic0: { link: tor1/2 }, vmnic1: { link: tor2/2 } }
                vms:
                  a1: { host: esx1, kind: memory, nics: [ { portGroup: A, mac: 00:50:56:00:00:01 } ] }
                  a2: { host: esx1, kind: memory, nics: [ { portGroup: A, mac: 00:50:56:00:00:02, promiscuous: %s, effectiveMac: %s } ] }
                  b1: { host: esx1, kind: memory, nics: [ { portGroup: B, mac: 00:50:56:00:00:03 } ] }
                  t1: { host: esx1, kind: memory, nics: [ { portGroup: T, mac: 00:50:56:00:00:04 } ] }
                  n1: { host: esx1, kind: memory, nics: [ { portGroup: N, mac: 00:50:56:00:00:05 } ] }
                  a3: { host: esx2, kind: memory, nics: [ { portGroup: A, mac: 00:50:56:00:00:06, multicast: %s } ] }
                  b3: { host: esx2, kind: memory, nics: [ { portGroup: B, mac: 00:50:56:00:00:07 } ] }
                """.formatted(
                one(random, "9216", "1500"), one(random, "all", "[10]", "[20]"), one(random, "all", "[10, 20]", "[20]"),
                random.nextInt(2), random.nextInt(3) == 0 ? 0 : 1, random.nextInt(2), one(random, "1500", "9000"),
                one(random, "originatingVirtualPort", "sourceMacHash", "explicitFailoverOrder"), one(random, "yes", "no"),
                one(random, "reject", "accept"), one(random, "reject", "accept"), one(random, "reject", "accept"),
                one(random, "yes", "no"), one(random, "00:50:56:00:00:02", "02:00:00:00:00:99"), one(random, "all", "[01:00:5e:00:00:01]", "[]"));
    }

    private static String one(SplittableRandom random, String... words) {
        return words[random.nextInt(words.length)];
    }

    private static byte[] frame(SplittableRandom random, String sender) {
        long own = MACS[SENDERS.indexOf(sender)];
        long source = random.nextInt(6) == 0 ? MACS[random.nextInt(MACS.length)] : own;
        var frame = Scenario.frame(MACS[random.nextInt(MACS.length)], source, random.nextInt(10) == 0 ? 1501 + random.nextInt(8000) : 46 + random.nextInt(900));
        int vlan = new int[] {0, 10, 20, 4095}[random.nextInt(4)];
        return sender.equals("t1") || random.nextInt(12) == 0 ? Scenario.tagged(vlan, frame) : frame;
    }

    @Test
    void whatIsTracedHappens() {
        var only = Long.getLong("seed");
        var reasons = EnumSet.noneOf(DropReason.class);
        int arrived = 0;
        for (long seed = only != null ? only : 1; seed <= (only != null ? only : Long.getLong("trace.labs", LABS)); seed++) {
            arrived += run(seed, reasons);
        }
        if (only == null) {
            assertThat(arrived).as("frames that arrived somewhere").isGreaterThan(LABS * FRAMES / 4);
            assertThat(reasons).contains(DropReason.FORGED_TRANSMIT, DropReason.MAC_CHANGE_REJECTED, DropReason.VLAN_NOT_ALLOWED, DropReason.OVERSIZE,
                    DropReason.WRONG_UPLINK, DropReason.UNKNOWN_UNICAST, DropReason.NO_UPLINK, DropReason.REFLECTED, DropReason.TAG_UNEXPECTED,
                    DropReason.SAME_PORT, DropReason.RESERVED_ADDRESS, DropReason.GROUP_SOURCE);
        }
    }

    private static int run(long seed, EnumSet<DropReason> reasons) {
        var random = new SplittableRandom(seed);
        int arrived = 0;
        try (var lab = MemoryLab.of(yaml(random), 1 + random.nextInt(2))) {
            for (int i = 0; i < FRAMES; i++) {
                disturb(lab, random);
                var sender = SENDERS.get(random.nextInt(SENDERS.size()));
                var frame = frame(random, sender);
                var trace = trace(lab, new TraceQuestion(sender, null, HexFormat.of().formatHex(frame), null, null, null, null, null));
                var outcome = lab.send(sender, frame);
                assertThat(foretold(trace)).as("seed %d, frame %d from %s: %s", seed, i, sender, trace.verdict()).isEqualTo(happened(outcome));
                outcome.drops().forEach(drop -> reasons.add(drop.reason()));
                arrived += trace.arrives() ? 1 : 0;
            }
        }
        return arrived;
    }

    private static void disturb(MemoryLab lab, SplittableRandom random) {
        var host = random.nextBoolean() ? "esx1" : "esx2";
        var pnic = random.nextInt(4) == 0 ? "vmnic1" : "vmnic0";
        switch (random.nextInt(10)) {
            case 0, 1 -> lab.pull(host, pnic);
            case 2 -> lab.plug(host, pnic);
            case 3 -> lab.advanceMillis(120);
            default -> { }
        }
    }

    static TraceView trace(MemoryLab lab, TraceQuestion question) {
        try (var tracer = new Tracer(lab.state())) {
            return tracer.trace(question);
        }
    }

    private static String foretold(TraceView trace) {
        var places = new TreeSet<String>();
        trace.arrivals().forEach(it -> places.add(it.replace(".eth0", "")));
        return places + " " + trace.drops().stream().map(it -> it.at().replaceAll(".*/|\\.eth0|gw ", "") + " " + it.reason()).sorted().toList();
    }

    private static String happened(Outcome outcome) {
        var places = new TreeSet<String>();
        outcome.deliveries().forEach(it -> places.add(it.to().replaceAll("^gw\\..*", "gw")));
        return places + " " + outcome.drops().stream().map(it -> it.where() + " " + it.reason().label()).sorted().toList();
    }
}
