package io.etherloom.topology;

import java.net.InetAddress;
import java.util.List;

/// A vNIC of a VM.
///
/// @param index       its place in the VM, from 0; the guest's interface is `eth` with this number
/// @param vSwitch     name of the vSwitch of its port group, on the VM's host
/// @param portGroup   label of its port group on that vSwitch
/// @param mac         48 bits, never a group address; derived from lab, VM and index for `mac: auto` (spec 1.37)
/// @param connected   whether it is plugged in (spec 1.9)
/// @param adapterType information only
/// @param mtu         octets of layer-2 payload; the vSwitch's unless the file says
/// @param addresses   its addresses, may be empty
/// @param gateways    at most one per address family
public record Nic(int index, String vSwitch, String portGroup, long mac, boolean connected, AdapterType adapterType, int mtu,
                  List<InterfaceAddress> addresses, List<InetAddress> gateways) {
    /// Copies the lists.
    public Nic {
        addresses = List.copyOf(addresses);
        gateways = List.copyOf(gateways);
    }
}
