package io.etherloom.lab.view;

import java.util.List;

/// One emulated host.
///
/// @param advanced its options in the order of the reference
public record HostView(
        String name, String namespace, List<String> vSwitches, List<String> pnics, List<String> vmkernel, int vms, List<Option> advanced) {
    /// One advanced option.
    ///
    /// @param name such as `Net.TeamPolicyUpDelay`
    /// @param defaultValue what holds when the file sets none
    public record Option(String name, int value, int defaultValue) {}
}
