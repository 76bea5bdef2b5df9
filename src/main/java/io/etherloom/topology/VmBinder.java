package io.etherloom.topology;

import io.etherloom.topology.Binding.Addresses;
import io.etherloom.topology.Item.Named;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// Binds the VMs, once all hosts are known.
final class VmBinder {
    /// Spec 1.26.
    static final int MAX_NICS = 10;
    private static final int MAX_QUEUES = 8;
    private static final List<String> KINDS = Arrays.stream(VmKind.values()).filter(kind -> kind != VmKind.EXTERNAL).map(VmKind::toString).toList();
    private static final SequencedMap<String, AdapterType> ADAPTERS = adapters();

    private final Binding binding;
    private final Attachments attachments;
    private final SequencedMap<String, Host> hosts;
    private final String file;

    /// @param file of the topology, beside which other files are found
    VmBinder(Binding binding, Attachments attachments, SequencedMap<String, Host> hosts, String file) {
        this.file = file;
        this.binding = binding;
        this.attachments = attachments;
        this.hosts = hosts;
    }

    private static SequencedMap<String, AdapterType> adapters() {
        var adapters = new LinkedHashMap<String, AdapterType>();
        for (var adapter : AdapterType.values()) {
            adapters.put(adapter.toString(), adapter);
        }
        return adapters;
    }

    SequencedMap<String, Vm> bind(List<Named> entries) {
        var vms = new LinkedHashMap<String, Vm>();
        for (var entry : entries) {
            if (binding.claimNode(entry, "VM")) {
                vms.put(entry.name(), vm(entry));
            }
        }
        return vms;
    }

    private Vm vm(Named entry) {
        var body = entry.value().section(Keys.VM);
        var hostItem = body.required("host", "name the host that it runs on");
        var host = hostItem == null ? null : host(hostItem);
        var kind = kind(body.get("kind"));
        boolean poweredOn = power(body.get("power"));
        var nics = new ArrayList<Nic>();
        var bodies = new ArrayList<Section>();
        int index = 0;
        for (var item : body.list("nics")) {
            if (index == MAX_NICS) {
                item.error("is one vNIC too many; a VM has " + MAX_NICS + " at most (spec 1.26)");
                break;
            }
            var nicBody = item.section(Keys.NIC);
            bodies.add(nicBody);
            var nic = nic(entry.name(), kind, host, poweredOn, index++, nicBody, nics);
            if (nic != null) {
                nics.add(nic);
            }
        }
        var replay = ReplayBinder.bind(body, kind, file);
        var container = Container.bind(body, kind);
        if (kind == VmKind.REPLAY) {
            checkReplay(body, entry, index);
        }
        var qemu = QemuBinder.bind(body, bodies, kind, file);
        if (qemu != null && !qemu.isShipped() && body.get("run") instanceof Item run) {
            run.error("commands run only in the guest that Etherloom ships; remove it, or write kernel: builtin");
        }
        return new Vm(entry.name(), host == null ? "" : host.name(), kind, poweredOn, nics, Binding.run(body), replay, container, qemu);
    }

    /// The kernel of a guest takes one default route of an address family.
    private static void refuseSecondRoute(@Nullable Item item, List<InetAddress> gateways, List<Nic> earlier) {
        for (var other : earlier) {
            for (var gateway : other.gateways()) {
                if (item != null && gateways.stream().anyMatch(own -> own.getAddress().length == gateway.getAddress().length)) {
                    item.error("is a second default route: vNIC " + other.index() + " has " + InterfaceAddress.text(gateway)
                        + ", and a VM has one of an address family; keep one");
                }
            }
        }
    }

    /// It is nothing but what sends: no place for commands, and one vNIC that frames leave by.
    private static void checkReplay(Section body, Named entry, int nics) {
        var run = body.get("run");
        if (run != null) {
            run.error("a VM of kind replay has no inside where commands could run; remove it");
        }
        if (nics != 1) {
            entry.value().error("a VM of kind replay sends by one vNIC, and this one has " + nics);
        }
    }

    private @Nullable Host host(Item item) {
        var name = item.text();
        var host = name == null ? null : hosts.get(name);
        if (name != null && host == null) {
            item.error("there is no host '" + name + "'" + Suggestion.withAllowed(name, hosts.keySet(), hosts.keySet()));
        }
        return host;
    }

    private static VmKind kind(@Nullable Item item) {
        var text = item == null ? null : item.text();
        if (item == null || text == null) {
            return VmKind.NAMESPACE;
        }
        return switch (text) {
            case "namespace" -> VmKind.NAMESPACE;
            case "memory" -> VmKind.MEMORY;
            case "replay" -> VmKind.REPLAY;
            case "qemu" -> VmKind.QEMU;
            case "container" -> VmKind.CONTAINER;
            case "external" -> {
                if (!Settings.isByHand(item.node())) {
                    item.error("VMs of kind external come by hand, for example as containers of Docker (docs/docker.md); write container or namespace");
                }
                yield VmKind.EXTERNAL;
            }
            default -> {
                item.error("'" + text + "' is no kind of VM" + Suggestion.withAllowed(text, KINDS, KINDS));
                yield VmKind.NAMESPACE;
            }
        };
    }

    /// on or off; yes and no would do for a boolean, but a VM's power is no boolean to an administrator.
    private static boolean power(@Nullable Item item) {
        var text = item == null ? "on" : item.text();
        if (item != null && text != null && !text.equals("on") && !text.equals("off")) {
            item.error("'" + text + "' is neither on nor off; allowed: on, off");
        }
        return !"off".equals(text);
    }

    private @Nullable Nic nic(String vm, VmKind kind, @Nullable Host host, boolean poweredOn, int index, Section body,
                              List<Nic> earlier) {
        boolean connected = body.flag("connected", true);
        var label = body.required("portGroup", "name a port group of the VM's host");
        var group = label == null || host == null ? null : attachments.attach(host, label, poweredOn && connected);
        var adapter = adapter(body, kind);
        var addresses = Addresses.of(body);
        var gateways = AddressNotation.gateways(body.get("gateway"), addresses.values(), addresses.whole());
        if (kind.hasNamespace() || kind == VmKind.QEMU) {
            refuseSecondRoute(body.get("gateway"), gateways, earlier);
        }
        var mtuItem = body.get("mtu");
        var mtu = mtuItem == null ? null : mtuItem.integer(68, 9000, "");
        int queues = body.integer("queues", 1, MAX_QUEUES, 1);
        var queuesItem = body.get("queues");
        if (queuesItem != null && !kind.hasNamespace()) {
            queuesItem.error("only a namespace or a container has a TAP with queues; remove it, or make the VM kind: namespace");
        }
        long mac = mac(vm, index, body.get("mac"));
        var asked = GuestWishes.bind(body, kind.decidesItself() ? "a " + kind : kind == VmKind.QEMU && adapter == AdapterType.VIRTIO ? "virtio" : "", mac);
        if (group == null || host == null) {
            return null;
        }
        int switchMtu = host.vSwitches().get(group.vSwitch()).mtu();
        if (mtuItem != null && mtu != null && mtu > switchMtu) {
            mtuItem.warning(Attachments.aboveMtu(mtu, group.vSwitch(), switchMtu));
        }
        addresses.claim(binding.addresses(), attachments.network(host, group), poweredOn && connected);
        return new Nic(index, group.vSwitch(), group.name(), mac, connected, adapter, mtu == null ? switchMtu : mtu, queues, addresses.values(), gateways,
            asked.effectiveMac(), asked.promiscuous(), asked.multicast());
    }

    private static AdapterType adapter(Section body, VmKind kind) {
        var adapter = body.word("adapterType", ADAPTERS, kind == VmKind.QEMU ? AdapterType.VIRTIO : AdapterType.VMXNET3);
        var item = body.get("adapterType");
        if (item != null && kind == VmKind.QEMU && adapter == AdapterType.FLEXIBLE) {
            item.error("'flexible' is no adapter of QEMU; allowed: virtio, vmxnet3, e1000, e1000e");
        } else if (item != null && kind != VmKind.QEMU && adapter == AdapterType.VIRTIO) {
            item.error("only a VM of kind qemu has 'virtio'; allowed: vmxnet3, e1000, e1000e, flexible");
        }
        return adapter;
    }

    private long mac(String vm, int index, @Nullable Item item) {
        var written = item == null || item.is("auto") ? null : MacNotation.station(item);
        if (item == null || written == null) {
            return binding.macs().forVm(vm, index);
        }
        // The manual range is 00:50:56:00:00:00 to 00:50:56:3f:ff:ff (spec 1.37).
        if (written >> 22 != 0x00_50_56_00_00_00L >> 22) {
            item.warning(MacNotation.format(written) + " is outside 00:50:56:00:00:00-00:50:56:3f:ff:ff, the range for written addresses; "
                + "vCenter would refuse it (spec 1.37)");
        }
        binding.macs().write(written, item);
        return written;
    }
}
