package io.etherloom.topology;

import java.util.SequencedMap;

/// An ESX host, `like:` already resolved.
///
/// @param name      its name, unique in the lab
/// @param advanced  effective advanced options
/// @param pnics     by name, in the file's order
/// @param vSwitches by name, in the file's order
/// @param vmkernel  by name, in the file's order
public record Host(String name, AdvancedOptions advanced, SequencedMap<String, Pnic> pnics,
                   SequencedMap<String, VSwitch> vSwitches, SequencedMap<String, VmKernel> vmkernel) {
    /// Copies the maps.
    public Host {
        pnics = Ordered.copyOf(pnics);
        vSwitches = Ordered.copyOf(vSwitches);
        vmkernel = Ordered.copyOf(vmkernel);
    }
}
