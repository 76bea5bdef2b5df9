package io.etherloom.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What Wireshark reads in the frames that are sent.
final class TsharkAdvertisementIT {
    private static final long SOURCE = 0x0200_0000_0011L;

    @TempDir
    Path folder;

    /// Names of one to 64 letters, with a last octet below 80 and above: the checksum of CDP is peculiar for odd lengths.
    private static List<byte[]> frames() {
        var frames = new ArrayList<byte[]>();
        for (int length = 1; length <= 64; length++) {
            var address = InetAddress.ofLiteral("10.0." + length + "." + (length % 2 == 0 ? 200 : 11));
            frames.add(Cdp.frame(new Advertisement(DiscoveryProtocol.CDP, "h".repeat(length), "vmnic0", 180, "", "", "VMware ESX", "Etherloom host",
                    Set.of(Capability.SWITCH), List.of(address), 7, 1500, 0, true, "campus", null), SOURCE));
        }
        frames.add(Lldp.frame(new Advertisement(DiscoveryProtocol.LLDP, "02:00:00:00:00:11", "Gi1/0/1", 120, "tor1", "to esx1", "", "a switch",
                Set.of(Capability.BRIDGE), List.of(InetAddress.ofLiteral("10.0.0.2")), 10, 0, 9234, null, "", true), SOURCE));
        frames.add(Lldp.farewell(new Advertisement(DiscoveryProtocol.LLDP, "tor1", "Gi1/0/1", 120, "", "", "", "", Set.of(), List.of(), 0, 0, 0, null, "",
                null), SOURCE));
        return frames;
    }

    private Path file() throws Exception {
        var bytes = ByteBuffer.allocate(1 << 20).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(0xA1B2C3D4).putShort((short) 2).putShort((short) 4).putLong(0).putInt(65_535).putInt(1);
        for (var frame : frames()) {
            bytes.putInt(1).putInt(0).putInt(frame.length).putInt(frame.length).put(frame);
        }
        return Files.write(folder.resolve("said.pcap"), Arrays.copyOf(bytes.array(), bytes.position()));
    }

    private List<String> tshark(String... words) throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/tshark")), "needs the program tshark");
        var command = new ArrayList<>(List.of("tshark", "-r", file().toString()));
        command.addAll(List.of(words));
        var process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        try (var out = process.inputReader()) {
            return out.lines().toList();
        }
    }

    /// Spec 8.1: nothing is malformed or worth a remark, and every checksum is good.
    @Test
    void everyFrameIsWellFormed() throws Exception {
        assertThat(tshark("-Y", "_ws.malformed || _ws.expert")).isEmpty();
        assertThat(tshark("-Y", "cdp.checksum.status == \"Good\"")).hasSize(64);
        assertThat(tshark("-Y", "lldp")).hasSize(2);
    }

    @Test
    void everyFieldIsRead() throws Exception {
        assertThat(tshark("-c", "1", "-T", "fields", "-E", "separator=|", "-e", "cdp.version", "-e", "cdp.ttl", "-e", "cdp.deviceid", "-e", "cdp.portid",
                "-e", "cdp.capabilities", "-e", "cdp.software_version", "-e", "cdp.platform", "-e", "cdp.vtp_management_domain", "-e", "cdp.native_vlan",
                "-e", "cdp.duplex", "-e", "cdp.mtu", "-e", "cdp.nrgyz.ip_address")).singleElement().asString()
                .startsWith("2|180|h|vmnic0|0x00000008|Etherloom host|VMware ESX|campus|7|1|1500|");
        assertThat(tshark("-Y", "lldp.time_to_live == 120", "-T", "fields", "-E", "separator=|", "-e", "lldp.chassis.id.mac", "-e", "lldp.port.id",
                "-e", "lldp.port.desc", "-e", "lldp.tlv.system.name", "-e", "lldp.tlv.system.desc", "-e", "lldp.tlv.enable_system_cap",
                "-e", "lldp.mgn.addr.ip4", "-e", "lldp.ieee.802_1.port_vlan.id", "-e", "lldp.ieee.802_3.max_frame_size"))
                .containsExactly("02:00:00:00:00:11|Gi1/0/1|to esx1|tor1|a switch|0x0004|10.0.0.2|10|9234");
        assertThat(tshark("-Y", "lldp.time_to_live == 0", "-T", "fields", "-e", "lldp.port.id")).containsExactly("Gi1/0/1");
    }
}
