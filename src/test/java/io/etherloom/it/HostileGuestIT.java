package io.etherloom.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Whatever a guest sends, the lab lives, every frame is accounted for, and no fault reaches the agent. `-Dseed=` runs a case again.
class HostileGuestIT {
    private static final String TOPOLOGY = """
        name: LAB
        fabric:
          switches: { tor1: { ports: { "1": { trunk: all }, "2": { trunk: all } } } }
        hosts:
          esx1:
            pnics: { vmnic0: { link: tor1/1 } }
            vSwitches:
              vSwitch0: { portGroups: { Ten: { vlan: 10 } } }
              vSwitch1: { uplinks: [vmnic0], portGroups: { Trunk: { vlan: 4095 } } }
          esx2:
            pnics: { vmnic0: { link: tor1/2 } }
            vSwitches: { vSwitch1: { uplinks: [vmnic0], portGroups: { Trunk: { vlan: 4095 } } } }
        vms:
          a: { host: esx1, nics: [ { portGroup: Ten, ip: 10.9.0.1/24 } ] }
          b: { host: esx1, nics: [ { portGroup: Ten, ip: 10.9.0.2/24 } ] }
          t: { host: esx1, nics: [ { portGroup: Trunk, ip: 10.9.1.1/24 } ] }
          u: { host: esx2, nics: [ { portGroup: Trunk, ip: 10.9.1.2/24 } ] }
        """;
    private static final int FRAMES = 3_000;

    @TempDir
    private Path folder;

    private LocalLab lab;
    private long seed;
    private Random random;

    @BeforeEach
    void startLab() throws Exception {
        Need.root();
        Need.programs("ping");
        lab = LocalLab.start(folder, TOPOLOGY);
        seed = Long.getLong("seed", System.nanoTime());
        random = new Random(seed);
    }

    @AfterEach
    void leavesNothing() throws Exception {
        if (lab != null) lab.close();
    }

    @Test
    void accountsForEveryRawFrame() throws Exception {
        long sent = flood(lab.guest("a"), lab.guest("b").mac(), false);
        assertAccounted(sent);
    }

    @Test
    void accountsForFramesWithForgedOffloadHeaders() throws Exception {
        long sent = flood(lab.guest("a").withVnetHeader(), lab.guest("b").mac(), true);
        assertAccounted(sent);
    }

    @Test
    void carriesAnythingFromATaggingGuestAcrossTheFabricAndLives() throws Exception {
        flood(lab.guest("t").withVnetHeader(), lab.guest("u").mac(), true);
        flood(lab.guest("u"), lab.guest("t").mac(), false);
        lab.assertReaches("t", "10.9.1.2");
        assertNoFault();
    }

    /// @return how many the guest's kernel took
    private long flood(Guest guest, String peer, boolean withHeader) throws Exception {
        long sent = 0;
        for (int i = 0; i < FRAMES; i++) {
            var frame = frame(guest.mac(), peer, withHeader);
            // What the kernel refuses (EINVAL, EMSGSIZE) is no frame; a full queue is a matter of waiting.
            long result = guest.send(frame);
            if (result >= 0) sent++;
            if (i % 100 == 99) awaitDrained("a.eth0");
        }
        return sent;
    }

    /// The guest's queue holds 1,000 frames: more at once would be dropped by its kernel.
    private void awaitDrained(String port) throws Exception {
        long before = -1;
        for (long now = lab.port(port).inFrames(); now != before; now = lab.port(port).inFrames()) {
            before = now;
            Thread.yield();
        }
    }

    private byte[] frame(String own, String peer, boolean withHeader) {
        int length = random.nextInt(4) == 0 ? 14 + random.nextInt(20) : 14 + random.nextInt(1_500);
        var frame = new byte[(withHeader ? 10 : 0) + length];
        random.nextBytes(frame);
        int start = withHeader ? 10 : 0;
        var hex = HexFormat.of();
        switch (random.nextInt(4)) {
            case 0, 1 -> System.arraycopy(hex.parseHex(peer), 0, frame, start, 6);
            case 2 -> System.arraycopy(hex.parseHex(Guest.BROADCAST), 0, frame, start, 6);
            default -> { }
        }
        if (random.nextBoolean()) System.arraycopy(hex.parseHex(own), 0, frame, start + 6, 6);
        var types = new String[] {"0800", "86dd", "8100", "88a8", "0806", "0000"};
        if (random.nextInt(3) > 0) System.arraycopy(hex.parseHex(types[random.nextInt(types.length)]), 0, frame, start + 12, 2);
        if (withHeader) header(frame, length);
        return frame;
    }

    /// `struct virtio_net_hdr`: u8 flags, u8 gso_type, u16 hdr_len, gso_size, csum_start, csum_offset, in the machine's order.
    private void header(byte[] frame, int length) {
        frame[0] = (byte) random.nextInt(4);
        frame[1] = (byte) new int[] {0, 0, 1, 3, 4, 5, 0x81, 0xff}[random.nextInt(8)];
        int[] fields = {random.nextInt(length + 10), random.nextInt(2_000), random.nextInt(length + 4), random.nextInt(40)};
        for (int i = 0; i < fields.length; i++) {
            frame[2 + 2 * i] = (byte) fields[i];
            frame[3 + 2 * i] = (byte) (fields[i] >> 8);
        }
    }

    /// The switch has these two ports only, so each frame comes out of the other one or is dropped.
    private void assertAccounted(long sent) throws Exception {
        Await.until("all " + sent + " frames have come (seed " + seed + "): " + lab.port("a.eth0"), () -> {
            var port = lab.port("a.eth0");
            return port.inFrames() + port.drops().getOrDefault("device_queue", 0L) >= sent;
        });
        lab.assertReaches("a", "10.9.0.2");
        Await.until("in = out + drops (seed " + seed + "): " + lab.lab().ports(), () -> {
            long in = 0;
            long ended = 0;
            for (var name : java.util.List.of("a.eth0", "b.eth0")) {
                var port = lab.port(name);
                in += port.inFrames();
                ended += port.outFrames() + port.dropped() - port.drops().getOrDefault("device_queue", 0L);
            }
            return in == ended;
        });
        assertThat(lab.port("b.eth0").outFrames()).as("some were good (seed " + seed + ")").isGreaterThan(sent / 10);
        assertNoFault();
    }

    private void assertNoFault() throws Exception {
        assertThat(lab.metrics("agent_errors_total")).as("seed " + seed).isNotEmpty().allMatch(line -> line.endsWith(" 0.0"));
        // A frame of the moment is no loss: the fabric and the guests' own kernels go on speaking.
        Await.until("no buffer is lost (seed " + seed + ")", () -> values("frame_pool_free").equals(values("frame_pool_capacity")));
    }

    private java.util.List<String> values(String metric) {
        return lab.metrics(metric).stream().map(line -> line.replaceAll(".* ", "")).toList();
    }
}
