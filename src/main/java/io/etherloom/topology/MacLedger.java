package io.etherloom.topology;

import io.etherloom.topology.Yaml.Mapping;
import io.etherloom.topology.Yaml.Scalar;
import io.etherloom.topology.Yaml.Sequence;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// Every MAC address of the lab: gives out derived ones that nobody else has, and notices written ones that two stations share.
///
/// A derived address is a hash of names, so it is the same in every run and does not change when other parts of the lab do; only when
/// two hashes meet does the one that stands later in the file move on.
final class MacLedger {
    /// vCenter's range, 00:50:56:80:00:00 to 00:50:56:bf:ff:ff (spec 1.37).
    private static final long VM_BASE = 0x00_50_56_80_00_00L;
    private static final long VM_MASK = 0x3f_ff_ffL;
    /// 00:50:56:60:00:00 to 00:50:56:6f:ff:ff (spec 1.36).
    private static final long VMKERNEL_BASE = 0x00_50_56_60_00_00L;
    private static final long VMKERNEL_MASK = 0x0f_ff_ffL;
    /// Locally administered (IEEE Std 802, 8.4.4), for hardware that has no maker.
    private static final long HARDWARE_BASE = 0x02_00_00_00_00_00L;
    private static final long HARDWARE_MASK = 0xff_ff_ff_ff_ffL;
    /// What the virtual address of a pNIC takes over from its own (spec 1.37).
    private static final long PNIC_MASK = 0x0f_ff_ffL;

    private final String lab;
    private final Set<Long> taken = new HashSet<>();
    private final Set<Long> takenByPnics = new HashSet<>();
    private final Map<Long, Item> written = new HashMap<>();

    MacLedger(String lab, Yaml root) {
        this.lab = lab;
        reserve(root);
    }

    /// Written addresses come first, wherever they stand, so that no derived one takes them.
    private void reserve(Yaml node) {
        switch (node) {
            case Mapping mapping -> {
                for (var entry : mapping.entries().values()) {
                    if (entry.key().text().equals("mac") && entry.value() instanceof Scalar scalar) {
                        var mac = MacNotation.parse(scalar.text());
                        if (mac != null) {
                            taken.add(mac);
                        }
                    }
                    reserve(entry.value());
                }
            }
            case Sequence sequence -> sequence.items().forEach(this::reserve);
            case Scalar _ -> { }
        }
    }

    long forVm(String vm, int nic) {
        return derive(VM_BASE, VM_MASK, "vm/" + vm + "/" + nic);
    }

    long forVmKernel(String host, String name) {
        return derive(VMKERNEL_BASE, VMKERNEL_MASK, "vmk/" + host + "/" + name);
    }

    /// For pNICs: apart in their last 20 bits, too, so that no two send beacons from one virtual address (spec 1.37, 4.28).
    long forPnic(String host, String name) {
        long mac = forHardware("pnic", host + "/" + name);
        while (!takenByPnics.add(mac & PNIC_MASK)) {
            mac = forHardware("pnic", host + "/" + name);
        }
        return mac;
    }

    /// For routers and machines.
    long forHardware(String kind, String name) {
        return derive(HARDWARE_BASE, HARDWARE_MASK, kind + "/" + name);
    }

    private long derive(long base, long mask, String what) {
        long hash = hash(lab + "/" + what);
        long mac = base | (hash & mask);
        while (!taken.add(mac)) {
            mac = base | ((mac + 1) & mask);
        }
        return mac;
    }

    /// Notes an address that the file gives to a station.
    void write(long mac, Item item) {
        var first = written.putIfAbsent(mac, item);
        if (first != null) {
            item.warning(MacNotation.format(mac) + " is also the address of " + first.where()
                + "; frames reach one of the two, and the fabric sees the address flap (spec 9.17). Use 'auto', or change one");
        }
    }

    /// FNV-1a, then a finish that spreads its weak low bits. It must never change: addresses in users' notes depend on it.
    static long hash(String text) {
        long hash = 0xcbf29ce484222325L;
        for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (octet & 0xff)) * 0x100000001b3L;
        }
        hash = (hash ^ (hash >>> 32)) * 0x9e3779b97f4a7c15L;
        return hash ^ (hash >>> 29);
    }
}
