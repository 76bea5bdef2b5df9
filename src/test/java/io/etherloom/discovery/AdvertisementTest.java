package io.etherloom.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Frames of CDP and LLDP, octet by octet, and what hostile ones do.
final class AdvertisementTest {
    private static final long SOURCE = 0x0200_0000_0011L;
    private static final HexFormat HEX = HexFormat.of();
    private static final long SEED = Long.getLong("seed", new Random().nextLong());

    private static Advertisement cdp(String device) {
        return new Advertisement(DiscoveryProtocol.CDP, device, "vmnic0", 180, device, "", "VMware ESX", "Etherloom host", Set.of(Capability.SWITCH),
                List.of(InetAddress.ofLiteral("10.0.0.11"), InetAddress.ofLiteral("2001:db8::11")), 7, 1500, 0, true, "campus", null);
    }

    private static Advertisement lldp(String chassis) {
        return new Advertisement(DiscoveryProtocol.LLDP, chassis, "Gi1/0/1", 120, "tor1", "to esx1", "", "a switch", Set.of(Capability.BRIDGE, Capability.ROUTER),
                List.of(InetAddress.ofLiteral("10.0.0.2"), InetAddress.ofLiteral("2001:db8::2")), 10, 0, 9234, null, "", true);
    }

    private static Advertisement named(String systemName) {
        return new Advertisement(DiscoveryProtocol.LLDP, "x", "b", 120, systemName, "", "", "", Set.of(), List.of(), 0, 0, 0, null, "", null);
    }

    /// The smallest frame of each, as the octets stand on the wire.
    @Test
    void framesHaveTheirOctets() {
        var said = new Advertisement(DiscoveryProtocol.CDP, "a", "b", 180, "", "", "", "", Set.of(Capability.SWITCH), List.of(), 0, 0, 0, null, "", null);
        assertThat(HEX.formatHex(Cdp.frame(said, SOURCE))).isEqualTo("01000ccccccc" + "020000000011" + "0026" + "aaaa0300000c2000" + "02b4" + "93bc"
                + "0001000561" + "0003000562" + "0004000800000008" + "00050004" + "00060004" + "00".repeat(60 - 14 - 0x26));
        var port = new Advertisement(DiscoveryProtocol.LLDP, "02:00:00:00:00:11", "b", 120, "", "", "", "", Set.of(), List.of(), 0, 0, 0, null, "", null);
        assertThat(HEX.formatHex(Lldp.farewell(port, SOURCE))).isEqualTo("0180c200000e" + "020000000011" + "88cc" + "020704020000000011" + "04020562"
                + "06020000" + "0000" + "00".repeat(60 - 14 - 9 - 4 - 4 - 2));
    }

    @Test
    void whatIsSaidIsRead() throws MalformedAdvertisement {
        assertThat(Cdp.parse(Cdp.frame(cdp("esx1"), SOURCE))).isEqualTo(cdp("esx1"));
        assertThat(Lldp.parse(Lldp.frame(lldp("02:00:00:00:00:11"), SOURCE))).isEqualTo(lldp("02:00:00:00:00:11"));
        assertThat(Lldp.parse(Lldp.frame(lldp("a name"), SOURCE))).isEqualTo(lldp("a name"));
        assertThat(Lldp.parse(Lldp.farewell(lldp("a name"), SOURCE)).ttlSeconds()).isZero();
    }

    /// The checksum of an odd number of octets: the last is the lower half of a word, and from 80 on counts as a negative number less one.
    @Test
    void theChecksumOfCdpIsPeculiar() {
        assertThat(Cdp.checksum(HEX.parseHex("02b40000"))).isEqualTo(0xFD4B);
        assertThat(Cdp.checksum(HEX.parseHex("02b4000041"))).as("an odd octet is the lower half").isEqualTo(0xFD0A);
        assertThat(Cdp.checksum(HEX.parseHex("02b40000ff"))).as("fffe is added").isEqualTo(0xFD4C);
        assertThat(Cdp.checksum(HEX.parseHex("02b4000080"))).as("ff7f is added").isEqualTo(0xFDCB);
    }

    @Test
    void addressesThatAreNoIpArePassedOver() throws MalformedAdvertisement {
        var said = new Advertisement(DiscoveryProtocol.LLDP, "02:00:00:00:00:11", "b", 120, "", "", "", "", Set.of(), List.of(), 0, 0, 0, null, "", null);
        assertThat(HEX.formatHex(Lldp.frame(said, SOURCE))).as("the MAC address where there is no other").contains("100e" + "07" + "06" + "020000000011");
        assertThat(Lldp.parse(Lldp.frame(said, SOURCE)).addresses()).isEmpty();
    }

    /// A terminal that shows a name obeys no neighbour.
    @Test
    void textIsMadeHarmless() throws MalformedAdvertisement {
        var frame = Lldp.frame(named("a\u001b[31mb___c\nd"), SOURCE);
        int at = HEX.formatHex(frame).indexOf("5f5f5f") / 2;
        System.arraycopy(new byte[] {(byte) 0xE2, (byte) 0x80, (byte) 0xAE}, 0, frame, at, 3);      // U+202E turns the direction of text.
        assertThat(Lldp.parse(frame).systemName()).isEqualTo("a?[31mb?c d");
    }

    @Test
    void brokenFramesAreRefusedWithAReason() {
        var whole = Cdp.frame(cdp("esx1"), SOURCE);
        assertThatThrownBy(() -> Cdp.parse(Arrays.copyOf(whole, 40))).isInstanceOf(MalformedAdvertisement.class).hasMessageContaining("length field");
        var flipped = whole.clone();
        flipped[whole.length - 1] ^= 1;
        assertThatThrownBy(() -> Cdp.parse(flipped)).isInstanceOf(MalformedAdvertisement.class).hasMessage("its checksum is wrong");
        var lldp = Lldp.frame(lldp("x"), SOURCE);
        assertThatThrownBy(() -> Lldp.parse(Arrays.copyOf(lldp, 20))).isInstanceOf(MalformedAdvertisement.class);
        var swapped = lldp.clone();
        swapped[14] = 4;
        assertThatThrownBy(() -> Lldp.parse(swapped)).isInstanceOf(MalformedAdvertisement.class).hasMessageContaining("chassis ID, port ID and time to live come first");
    }

    /// Whatever comes, a parser gives an advertisement or says what is wrong, and what it gives can be shown.
    @Test
    void hostileFramesNeverBreakTheParsers() {
        var random = new Random(SEED);
        var seeds = List.of(Cdp.frame(cdp("esx1"), SOURCE), Cdp.frame(cdp("esx12"), SOURCE), Lldp.frame(lldp("x"), SOURCE),
                Lldp.frame(lldp("02:00:00:00:00:11"), SOURCE), Lldp.farewell(lldp("x"), SOURCE));
        int read = 0;
        for (int i = 0; i < 100_000; i++) {
            var frame = mutated(random, seeds.get(random.nextInt(seeds.size())));
            read += isRead(frame, random.nextInt(4) == 0 ? random : null);
        }
        assertThat(read).as("mutated frames that could still be read, seed %d", SEED).isGreaterThan(1000);
    }

    private static byte[] mutated(Random random, byte[] original) {
        var frame = original.clone();
        for (int change = random.nextInt(6); change >= 0; change--) {
            frame[14 + random.nextInt(frame.length - 14)] = (byte) (random.nextBoolean() ? random.nextInt() : random.nextInt(4));
        }
        if (random.nextInt(5) == 0) {
            frame = Arrays.copyOf(frame, random.nextInt(frame.length + 40));
        }
        return frame;
    }

    /// A CDP frame whose checksum was spoilt gets a good one, else nothing behind it would be tried.
    private static int isRead(byte[] frame, Random random) {
        try {
            boolean isLldp = frame.length > 13 && frame[12] == (byte) 0x88;
            if (random != null) {
                random.nextBytes(frame);
            } else if (!isLldp) {
                mend(frame);
            }
            var said = isLldp ? Lldp.parse(frame) : Cdp.parse(frame);
            assertThat((said.device() + said.port() + said.platform() + said.version() + said.vtpDomain() + said.portDescription()).chars())
                    .noneMatch(Character::isISOControl);
            assertThat(said.chassis()).isNotEmpty();
            assertThat(said.port()).isNotEmpty();
            assertThat(said.addresses()).hasSizeLessThanOrEqualTo(8);
            return 1;
        } catch (MalformedAdvertisement malformed) {
            assertThat(malformed).hasMessageMatching(".+");
            return 0;
        }
    }

    private static void mend(byte[] frame) {
        int length = frame.length < 26 ? 0 : (frame[12] & 0xFF) << 8 | frame[13] & 0xFF;
        if (length > 12 && length + 14 <= frame.length) {
            frame[24] = 0;
            frame[25] = 0;
            int checksum = Cdp.checksum(Arrays.copyOfRange(frame, 22, 14 + length));
            frame[24] = (byte) (checksum >>> 8);
            frame[25] = (byte) checksum;
        }
    }
}
