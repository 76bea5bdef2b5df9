package io.etherloom.topology;

import java.net.InetAddress;
import java.util.List;

/// A VMkernel port: an interface of the host itself on a port like any other.
///
/// @param name      `vmk` and a number
/// @param vSwitch   name of the vSwitch of its port group
/// @param portGroup label of its port group on that vSwitch
/// @param mac       48 bits: the first pNIC's for vmk0 under Net.FollowHardwareMac, else in 00:50:56:60-6f unless the file says (spec 1.36)
/// @param addresses its addresses, may be empty
/// @param gateways  at most one per address family
/// @param mtu       octets of layer-2 payload
/// @param services  what it is for, such as `management`; only `vmotion` is asked for
public record VmKernel(String name, String vSwitch, String portGroup, long mac, List<InterfaceAddress> addresses,
                       List<InetAddress> gateways, int mtu, List<String> services) {
    /// Copies the lists.
    public VmKernel {
        addresses = List.copyOf(addresses);
        gateways = List.copyOf(gateways);
        services = List.copyOf(services);
    }
}
