package io.etherloom.topology;

import java.util.List;

/// What the file says of moves between hosts.
///
/// @param testsVirtualIntranet whether a VM on a vSwitch without uplinks is refused (spec 7.2), vCenter's
///     `config.migrate.test.CompatibleNetworks.VMOnVirtualIntranet`
/// @param hooks                in the order in which they are asked
public record VMotionSettings(boolean testsVirtualIntranet, List<Hook> hooks) {
    /// What holds when the file says nothing.
    public static final VMotionSettings DEFAULT = new VMotionSettings(true, List.of());

    public VMotionSettings {
        hooks = List.copyOf(hooks);
    }
}
