package io.etherloom.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import org.junit.jupiter.api.Test;

/// Adapters for which the shipped guest has no driver, and a kernel that is not Linux: iPXE, which has drivers of its own and answers pings.
class QemuDriversIT extends OneLab {
    private static final String KERNEL = "/usr/lib/ipxe/ipxe.lkrn";
    private static final String TOPOLOGY = """
        name: LAB
        hosts:
          esx1: { vSwitches: { vSwitch0: { portGroups: { Net: { vlan: 10 } } } } }
        vms:
          box: { host: esx1, nics: [ { portGroup: Net, ip: [10.0.0.1/24, 10.0.1.1/24, 10.0.2.1/24] } ] }
          ipxe:
            host: esx1
            kind: qemu
            kernel: KERNEL
            initrd: script.ipxe
            nics:
              - { portGroup: Net, adapterType: e1000, netdev: tap }
              - { portGroup: Net, adapterType: e1000e }
              - { portGroup: Net, adapterType: vmxnet3, netdev: dgram }
        """.replace("KERNEL", KERNEL);

    @Test
    void everyAdapterCarriesFramesByItsOwnDriver() throws Exception {
        Need.root();
        Need.qemu();
        Need.file(KERNEL, "iPXE: apt-get install ipxe");
        var script = new StringBuilder("#!ipxe\n");
        for (int i = 0; i < 3; i++) {
            script.append("ifopen net%d\nset net%d/ip 10.0.%d.31\nset net%d/netmask 255.255.255.0\n".formatted(i, i, i, i));
        }
        Files.writeString(folder.resolve("script.ipxe"), script + ":loop\nsleep 3600\ngoto loop\n");
        start(TOPOLOGY, "ping");
        for (int i = 0; i < 3; i++) {
            var address = "10.0." + i + ".31";
            Await.until("the adapter " + i + " answers", () -> lab.reaches("box", address));
            var port = lab.port("ipxe.eth" + i);
            assertThat(port.inFrames()).as("of ipxe.eth" + i).isGreaterThanOrEqualTo(3);
            assertThat(lab.exec("box", "ip", "neigh", "show", address).out()).contains(port.mac());
        }
    }
}
