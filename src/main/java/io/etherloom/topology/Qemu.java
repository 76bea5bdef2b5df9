package io.etherloom.topology;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What a VM of kind `qemu` is made of.
///
/// @param isShipped whether it is the guest that `./build guest` makes, be it with a disk; then it has no kernel of its own
/// @param image     disk, absolute; null for none
/// @param memoryMiB memory of the guest in MiB
/// @param cpus      virtual processors
/// @param kernel    started without boot loader, absolute; null for none
/// @param initrd    of that kernel, absolute; null for none
/// @param append    command line of that kernel, or more words for that of the shipped guest
/// @param snapshot  whether what is written to the disk is forgotten at power-off
/// @param readOnly  whether the disk cannot be written
/// @param netdevs   how frames leave QEMU, for each vNIC
public record Qemu(
        boolean isShipped, @Nullable Path image, int memoryMiB, int cpus, @Nullable Path kernel, @Nullable Path initrd, String append, boolean snapshot, boolean readOnly,
        List<Netdev> netdevs) {
    public Qemu {
        netdevs = List.copyOf(netdevs);
    }

    /// How the frames of a vNIC leave QEMU.
    public enum Netdev {
        /// A unix stream socket, each frame behind its length.
        STREAM,
        /// A unix datagram for each frame.
        DGRAM,
        /// A TAP of QEMU's, and a packet socket on its interface.
        TAP;

        /// The word that a topology file uses.
        @Override
        public String toString() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }

        static String words() {
            return Arrays.stream(values()).map(Netdev::toString).collect(Collectors.joining(", "));
        }
    }

    /// The same but for its vNICs.
    public Qemu withoutNics() {
        return new Qemu(isShipped, image, memoryMiB, cpus, kernel, initrd, append, snapshot, readOnly, List.of());
    }
}
