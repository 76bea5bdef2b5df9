package io.etherloom.topology;

import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A vNIC of a VM.
///
/// @param index        its place in the VM, from 0; the guest's interface is `eth` with this number
/// @param vSwitch      name of the vSwitch of its port group, on the VM's host
/// @param portGroup    label of its port group on that vSwitch
/// @param mac          initial address: 48 bits, never a group address; derived from lab, VM and index for `mac: auto` (spec 1.37, 5.6)
/// @param connected    whether it is plugged in (spec 1.9)
/// @param adapterType  information only
/// @param mtu          octets of layer-2 payload; the vSwitch's unless the file says
/// @param queues       of its TAP, 1 to 8
/// @param addresses    its addresses, may be empty
/// @param gateways     at most one per address family
/// @param effectiveMac address that the guest set; [#mac] unless the file says. A namespace's guest decides itself, so it is [#mac] there (spec 2.33, 5.6)
/// @param promiscuous  whether the guest asks to see everything; false for a namespace, whose guest decides itself (spec 5.2)
/// @param multicast    group addresses that the guest registered in ascending order, or null for "wants all", the default (spec 2.27, 2.33)
public record Nic(int index, String vSwitch, String portGroup, long mac, boolean connected, AdapterType adapterType, int mtu, int queues,
                  List<InterfaceAddress> addresses, List<InetAddress> gateways, long effectiveMac, boolean promiscuous,
                  @Nullable List<Long> multicast) {
    /// Copies the lists.
    public Nic {
        addresses = List.copyOf(addresses);
        gateways = List.copyOf(gateways);
        multicast = multicast == null ? null : List.copyOf(multicast);
    }
}
