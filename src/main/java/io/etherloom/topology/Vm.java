package io.etherloom.topology;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A virtual machine.
///
/// @param name      its name, unique among routers, machines and VMs
/// @param host      name of the host that it runs on
/// @param kind      what it is made of
/// @param poweredOn whether it is on when the lab starts
/// @param nics      its vNICs in order, 10 at most
/// @param run       shell commands started in it, stopped with the lab
/// @param replay    what it sends, of a VM of kind `replay`; null for others
/// @param container what it is made from, of a VM of kind `container`; null for others
/// @param qemu      what it is made of, of a VM of kind `qemu`; null for others
public record Vm(String name, String host, VmKind kind, boolean poweredOn, List<Nic> nics, List<String> run, @Nullable Replay replay,
                 @Nullable Container container, @Nullable Qemu qemu) {
    /// Copies the lists.
    public Vm {
        nics = List.copyOf(nics);
        run = List.copyOf(run);
    }
}
