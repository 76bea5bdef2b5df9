package io.etherloom.lab.view;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// One VM, physical machine or router of the lab.
///
/// @param host the emulated host; `-` for machines and routers of the physical network
/// @param power `on` or `off`
/// @param namespace name of its network namespace, empty when it has none (memory endpoints)
/// @param status what it is doing, in words; empty but for a VM of kind `replay` that is on
public record VmView(String name, String host, String kind, String power, String namespace, List<NicView> nics, String status) {
    /// Without a status.
    public VmView(String name, String host, String kind, String power, String namespace, List<NicView> nics) {
        this(name, host, kind, power, namespace, nics, "");
    }

    /// One vNIC.
    ///
    /// @param portId null while it has no port
    public record NicView(
            int index, String name, String portGroup, String mac, List<String> addresses, boolean connected, @Nullable Long portId) {}
}
