package io.etherloom.qemu;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/// A network adapter of a guest.
///
/// @param index     its place, from 0; it decides the PCI slot
/// @param driver    QEMU's name of the adapter: `virtio-net-pci`, `e1000`, `e1000e`, `vmxnet3`
/// @param mac       initial address, `00:50:56:80:00:01`
/// @param mtu       octets of layer-2 payload, told to a guest with virtio
/// @param transport how frames leave QEMU
public record NicSpec(int index, String driver, String mac, int mtu, Transport transport) {
    private static final int USUAL_MTU = 1500;

    /// QEMU's netdev.
    public enum Transport {
        /// QEMU listens on a stream socket; each frame stands behind its length.
        STREAM,
        /// A datagram each frame, from QEMU's socket to another.
        DGRAM,
        /// A TAP whose descriptor QEMU is given.
        TAP
    }

    /// Whether the guest has the same piece of hardware; its MTU is the guest's own affair once it runs.
    boolean isSameAdapter(NicSpec other) {
        return index == other.index && driver.equals(other.driver) && mac.equals(other.mac) && transport == other.transport;
    }

    /// Of the adapter, in QMP.
    public String id() {
        return "nic" + index;
    }

    String netdevId() {
        return "net" + index;
    }

    /// Whether its netdev can be made only when QEMU runs, and then the adapter, too.
    boolean needsDescriptor() {
        return transport == Transport.TAP;
    }

    /// The socket of QEMU for this adapter, unless it has a TAP.
    public Path socket(Path folder) {
        return folder.resolve("n" + index);
    }

    /// The socket to which QEMU sends datagrams.
    public Path peerSocket(Path folder) {
        return folder.resolve("p" + index);
    }

    /// For `netdev_add`, and flat for the command line. That of a TAP takes the descriptor of the netdev's name, which QEMU must have been given.
    Map<String, Object> netdev(Path folder) {
        return switch (transport) {
            case STREAM -> {
                var netdev = new LinkedHashMap<String, Object>();
                netdev.put("type", "stream");
                netdev.put("id", netdevId());
                netdev.put("server", true);
                netdev.put("addr", address(socket(folder)));
                yield netdev;
            }
            case DGRAM -> {
                var netdev = new LinkedHashMap<String, Object>();
                netdev.put("type", "dgram");
                netdev.put("id", netdevId());
                netdev.put("local", address(socket(folder)));
                netdev.put("remote", address(peerSocket(folder)));
                yield netdev;
            }
            // Frames without vnet header: the TAP was made so.
            case TAP -> {
                var netdev = new LinkedHashMap<String, Object>();
                netdev.put("type", "tap");
                netdev.put("id", netdevId());
                netdev.put("fd", netdevId());
                yield netdev;
            }
        };
    }

    private static Map<String, Object> address(Path socket) {
        var address = new LinkedHashMap<String, Object>();
        address.put("type", "unix");
        address.put("path", socket.toString());
        return address;
    }

    /// For `device_add`. Without boot ROM, since nobody boots from these networks.
    Map<String, Object> device() {
        var device = new LinkedHashMap<String, Object>();
        device.put("driver", driver);
        device.put("id", id());
        device.put("netdev", netdevId());
        device.put("mac", mac);
        device.put("bus", QemuCommand.slot(index));
        device.put("romfile", "");
        if (driver.startsWith("virtio") && mtu > USUAL_MTU) {
            device.put("host_mtu", mtu);
        }
        return device;
    }
}
