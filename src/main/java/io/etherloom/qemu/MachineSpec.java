package io.etherloom.qemu;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a guest is made of.
///
/// @param name        of the VM
/// @param memoryMiB   of the guest
/// @param cpus        virtual processors
/// @param kernel      started without boot loader; null to start from the disk
/// @param initrd      of that kernel, null for none
/// @param append      its command line
/// @param image       disk, null for none
/// @param snapshot    whether what is written to the disk is forgotten when the guest ends
/// @param readOnly    whether the guest cannot write to it
/// @param hasShell    whether it is the guest that Etherloom ships, in which commands can be run
/// @param nics        network adapters
public record MachineSpec(
        String name, int memoryMiB, int cpus, @Nullable Path kernel, @Nullable Path initrd, String append, @Nullable Path image, boolean snapshot,
        boolean readOnly, boolean hasShell, List<NicSpec> nics) {
    public MachineSpec {
        nics = List.copyOf(nics);
    }
}
