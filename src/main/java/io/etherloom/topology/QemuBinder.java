package io.etherloom.topology;

import io.etherloom.topology.Qemu.Netdev;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// Binds what only VMs of kind `qemu` have. That files are there is found out here, with line and column.
final class QemuBinder {
    private static final List<String> KEYS = List.of("memory", "cpus", "kernel", "initrd", "append", "netdev", "snapshot", "readOnly");
    /// The word for the guest that Etherloom ships.
    private static final String BUILTIN = "builtin";
    private static final int MEMORY_MIB = 128;
    private static final int MIN_MEMORY_MIB = 32;
    private static final int MAX_MEMORY_MIB = 1 << 20;
    private static final int MAX_CPUS = 64;

    private QemuBinder() {}

    /// @param vm       body of the VM
    /// @param topology file of the topology, beside which relative paths begin
    /// @return null when the VM is of another kind
    /// @param nics     bodies of its vNICs
    static @Nullable Qemu bind(Section vm, List<Section> nics, VmKind kind, String topology) {
        if (kind != VmKind.QEMU) {
            refuse(vm, KEYS);
            nics.forEach(nic -> refuse(nic, List.of("netdev")));
            return null;
        }
        var image = file(vm.get("image"), topology, true);
        var kernelItem = vm.get("kernel");
        var kernel = file(kernelItem, topology, true);
        boolean isShipped = kernelItem == null ? image == null : kernelItem.is(BUILTIN);
        var initrdItem = vm.get("initrd");
        if (initrdItem != null && kernel == null) {
            initrdItem.error("belongs to a kernel; write kernel: too, or remove it");
        }
        boolean snapshot = diskFlag(vm, "snapshot", image);
        boolean readOnly = diskFlag(vm, "readOnly", image);
        if (snapshot && readOnly) {
            vm.item().error("has snapshot and readOnly; a disk that cannot be written needs no snapshot, so remove one");
        }
        var appendItem = vm.get("append");
        var append = appendItem == null ? null : appendItem.text();
        if (appendItem != null && !isShipped && kernel == null) {
            appendItem.error("is the command line of a kernel, and this VM starts from its disk; write kernel: too, or remove it");
        }
        var fallback = netdev(vm.get("netdev"), Netdev.STREAM);
        var netdevs = new ArrayList<Netdev>();
        nics.forEach(nic -> netdevs.add(netdev(nic.get("netdev"), fallback)));
        return new Qemu(isShipped, image, memory(vm.get("memory")), vm.integer("cpus", 1, MAX_CPUS, 1), kernel, kernel == null ? null : file(initrdItem, topology, false),
            append == null ? "" : append, snapshot, readOnly, netdevs);
    }

    private static void refuse(Section body, List<String> keys) {
        for (var key : keys) {
            var item = body.get(key);
            if (item != null) {
                item.error("only a VM of kind qemu has it; remove it, or write kind: qemu");
            }
        }
    }

    private static boolean diskFlag(Section vm, String key, @Nullable Path image) {
        var item = vm.get(key);
        boolean isSet = vm.flag(key, false);
        if (item != null && isSet && image == null) {
            item.error("is of a disk, and this VM has none; name one with image:, or remove it");
        }
        return isSet;
    }

    private static int memory(@Nullable Item item) {
        var octets = item == null ? null : Units.bytes(item, "M");
        if (item == null || octets == null) {
            return MEMORY_MIB;
        }
        long mebibytes = octets >> 20;
        if (octets % (1 << 20) != 0 || mebibytes < MIN_MEMORY_MIB || mebibytes > MAX_MEMORY_MIB) {
            item.error("'" + item.text() + "' is no whole number of MB between " + MIN_MEMORY_MIB + "M and 1024G");
            return MEMORY_MIB;
        }
        return (int) mebibytes;
    }

    private static Netdev netdev(@Nullable Item item, Netdev fallback) {
        var text = item == null ? null : item.text();
        if (item == null || text == null) {
            return fallback;
        }
        var words = words();
        var meaning = words.get(text);
        if (meaning == null) {
            item.error("'" + text + "' is no netdev" + Suggestion.withAllowed(text, words.keySet(), words.keySet()));
        }
        return meaning == null ? fallback : meaning;
    }

    private static SequencedMap<String, Netdev> words() {
        var words = new LinkedHashMap<String, Netdev>();
        for (var netdev : Netdev.values()) {
            words.put(netdev.toString(), netdev);
        }
        return words;
    }

    private static @Nullable Path file(@Nullable Item item, String topology, boolean mayBeBuiltin) {
        var text = item == null ? null : item.text();
        if (item == null || text == null || mayBeBuiltin && text.equals(BUILTIN)) {
            return null;
        }
        try {
            var file = Path.of(topology).toAbsolutePath().resolveSibling(text).normalize();
            if (!Files.exists(file)) {
                item.error(file + " does not exist; paths begin beside the topology file" + (mayBeBuiltin ? ", and builtin is the guest that Etherloom ships" : ""));
            } else if (Files.isDirectory(file) || !Files.isReadable(file)) {
                item.error(file + (Files.isDirectory(file) ? " is a folder" : " cannot be read"));
            }
            return file;
        } catch (InvalidPathException e) {
            item.error("'" + text + "' is no path: " + e.getReason());
            return null;
        }
    }
}
