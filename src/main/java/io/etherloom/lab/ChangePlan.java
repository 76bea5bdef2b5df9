package io.etherloom.lab;

import io.etherloom.lab.view.PlanView;
import io.etherloom.topology.AdvancedOption;
import io.etherloom.topology.Container;
import io.etherloom.topology.Fabric;
import io.etherloom.topology.Host;
import io.etherloom.topology.Nic;
import io.etherloom.topology.Origin;
import io.etherloom.topology.PhysicalPort;
import io.etherloom.topology.PhysicalSwitch;
import io.etherloom.topology.Pnic;
import io.etherloom.topology.Policy;
import io.etherloom.topology.PortGroup;
import io.etherloom.topology.Qemu;
import io.etherloom.topology.Replay;
import io.etherloom.topology.SwitchDiscovery;
import io.etherloom.topology.Topology;
import io.etherloom.topology.VSwitch;
import io.etherloom.topology.Vm;
import io.etherloom.topology.VmKernel;
import io.etherloom.wire.MacAddress;
import java.net.InetAddress;
import java.time.Duration;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What differs between a running lab and a file, in the words of the file: pure data, found by comparing records. Empty when nothing has
/// to be done.
public final class ChangePlan {
    private static final String BY_HAND = " (" + Origin.BY_HAND.label() + ")";

    private final List<PlanView> steps = new ArrayList<>();

    private ChangePlan() {}

    /// @param byHand what was switched by hand in the running lab and would be put back
    static List<PlanView> between(Topology running, Overrides byHand, Topology wanted) {
        var plan = new ChangePlan();
        plan.value("lab " + wanted.name(), "profile", running.profile(), wanted.profile());
        plan.value("lab " + wanted.name(), "agents.idle", running.agents().idle().word(), wanted.agents().idle().word());
        plan.fabric(running.fabric(), wanted.fabric());
        plan.maps("host", "", running.hosts(), wanted.hosts(), plan::host);
        plan.maps("vm", "", running.vms(), wanted.vms(), (before, after) -> plan.vm(before, byHand, after));
        running.vms().forEach((name, before) -> {
            if (before.equals(wanted.vms().get(name)) && !byHand.isExternal(name)) {
                plan.vm(before, byHand, before);      // The file is the same, but something may have been switched by hand.
            }
        });
        return List.copyOf(plan.steps);
    }

    /// Everything that a lab started from this file adds.
    public static List<PlanView> fromNothing(Topology wanted) {
        var plan = new ChangePlan();
        wanted.fabric().switches().keySet().forEach(name -> plan.step("add", "physical switch " + name, ""));
        wanted.fabric().links().forEach(link -> plan.step("add", "link " + link.a() + " - " + link.b(), ""));
        wanted.fabric().routers().keySet().forEach(name -> plan.step("add", "router " + name, ""));
        wanted.fabric().machines().keySet().forEach(name -> plan.step("add", "machine " + name, ""));
        wanted.fabric().taps().forEach(tap -> plan.step("add", "tap " + tap.name(), "at " + tap.port()));
        wanted.hosts().values().forEach(host -> {
            plan.step("add", "host " + host.name(), "");
            host.vSwitches().values().forEach(vSwitch -> plan.step("add", "vSwitch " + host.name() + "/" + vSwitch.name(),
                    "uplinks " + vSwitch.uplinks()));
            host.vSwitches().values().forEach(vSwitch -> vSwitch.portGroups().values().forEach(
                    group -> plan.step("add", "port group " + host.name() + "/" + group.name(), "vlan " + group.vlan())));
            host.vmkernel().values().forEach(vmk -> plan.step("add", "vmkernel " + host.name() + "/" + vmk.name(), ""));
        });
        wanted.vms().values().forEach(vm -> plan.step("add", "vm " + vm.name(), "on " + vm.host()));
        return List.copyOf(plan.steps);
    }

    private void fabric(Fabric before, Fabric after) {
        maps("physical switch", "", before.switches(), after.switches(), this::physicalSwitch);
        lists("link", before.links(), after.links(), link -> link.a() + " - " + link.b() + (link.blocked() ? " (blocked)" : ""));
        maps("router", "", before.routers(), after.routers(), (old, next) -> step("change", "router " + next.name(), "made anew"));
        maps("machine", "", before.machines(), after.machines(), (old, next) -> {
            value("machine " + next.name(), "link", old.link(), next.link());
            value("machine " + next.name(), "addresses", old.addresses(), next.addresses());
            value("machine " + next.name(), "gateways", old.gateways(), next.gateways());
            value("machine " + next.name(), "run", old.run(), next.run());
            mac("machine " + next.name(), old.mac(), next.mac());
        });
        lists("tap", before.taps(), after.taps(), tap -> tap.name() + " at " + tap.port());
    }

    private void physicalSwitch(PhysicalSwitch before, PhysicalSwitch after) {
        var object = "physical switch " + after.name();
        value(object, "mtu", before.mtu(), after.mtu());
        value(object, "ageing", words(before.ageing()), words(after.ageing()));
        value(object, "forwardDelay", words(before.forwardDelay()), words(after.forwardDelay()));
        value(object, "errDisableRecovery", words(before.errDisableRecovery()), words(after.errDisableRecovery()));
        discovery(object, before.linkDiscovery(), after.linkDiscovery());
        maps("etherChannel", after.name() + "/", before.etherChannels(), after.etherChannels(), (old, next) -> {
            var channel = "etherChannel " + after.name() + "/" + next.name();
            value(channel, "ports", old.ports(), next.ports());
            value(channel, "hash", old.hash(), next.hash());
        });
        maps("port", after.name() + "/", before.ports(), after.ports(), (old, next) -> {
            var port = "port " + after.name() + "/" + next.name();
            if (!describe(old).equals(describe(next))) {
                step("change", port, describe(old) + " -> " + describe(next));
            }
            value(port, "portFast", yes(old.portFast()), yes(next.portFast()));
            value(port, "bpduGuard", yes(old.bpduGuard()), yes(next.bpduGuard()));
            value(port, "linkDiscovery", yes(old.linkDiscovery()), yes(next.linkDiscovery()));
        });
    }

    private void discovery(String object, SwitchDiscovery before, SwitchDiscovery after) {
        value(object, "linkDiscovery.cdp", before.cdp(), after.cdp());
        value(object, "linkDiscovery.lldp", yes(before.lldp()), yes(after.lldp()));
        value(object, "linkDiscovery.cdpInterval", words(before.cdpInterval()), words(after.cdpInterval()));
        value(object, "linkDiscovery.cdpHoldtime", words(before.cdpHoldtime()), words(after.cdpHoldtime()));
        value(object, "linkDiscovery.lldpInterval", words(before.lldpInterval()), words(after.lldpInterval()));
        value(object, "linkDiscovery.lldpHoldMultiplier", before.lldpHoldMultiplier(), after.lldpHoldMultiplier());
        value(object, "linkDiscovery.platform", before.platform(), after.platform());
        value(object, "linkDiscovery.vtpDomain", before.vtpDomain(), after.vtpDomain());
        value(object, "linkDiscovery.managementAddress", address(before.managementAddress()), address(after.managementAddress()));
    }

    private static String address(@Nullable InetAddress address) {
        return address == null ? "none" : address.getHostAddress();
    }

    /// As the file may say it.
    private static String words(Duration duration) {
        return duration.toMillis() % 1000 == 0 ? duration.toSeconds() + "s" : duration.toMillis() + "ms";
    }

    private static String yes(boolean flag) {
        return flag ? "yes" : "no";
    }

    private static String describe(PhysicalPort port) {
        return switch (port) {
            case PhysicalPort.Access access -> "access " + access.vlan();
            case PhysicalPort.Trunk trunk ->
                "trunk " + trunk.vlans() + " native " + (trunk.nativeVlan() == 0 ? "none" : trunk.nativeVlan());
        };
    }

    private void host(Host before, Host after) {
        var prefix = after.name() + "/";
        for (var option : AdvancedOption.values()) {
            value("host " + after.name(), option.toString(), option.text(before.advanced().value(option)), option.text(after.advanced().value(option)));
        }
        maps("pnic", prefix, before.pnics(), after.pnics(), (old, next) -> value("pnic " + prefix + next.name(), "plugged into", place(old), place(next)));
        maps("vSwitch", prefix, before.vSwitches(), after.vSwitches(), (old, next) -> vSwitch(prefix, old, next));
        maps("vmkernel", prefix, before.vmkernel(), after.vmkernel(), (old, next) -> vmkernel(prefix, old, next));
    }

    private static String place(Pnic pnic) {
        return switch (pnic) {
            case Pnic.Cabled cabled -> cabled.link().toString();
            case Pnic.Tap tap -> "tap " + tap.tap();
        };
    }

    private void vSwitch(String prefix, VSwitch before, VSwitch after) {
        var object = "vSwitch " + prefix + after.name();
        value(object, "mtu", before.mtu(), after.mtu());
        value(object, "ports", before.ports(), after.ports());
        value(object, "uplinks", before.uplinks(), after.uplinks());
        value(object, "linkDiscovery.protocol", before.linkDiscovery().protocol(), after.linkDiscovery().protocol());
        value(object, "linkDiscovery.operation", before.linkDiscovery().operation(), after.linkDiscovery().operation());
        policy(object, before.policy(), after.policy());
        maps("port group", prefix, before.portGroups(), after.portGroups(), (old, next) -> portGroup(prefix, old, next));
    }

    private void portGroup(String prefix, PortGroup before, PortGroup after) {
        var object = "port group " + prefix + after.name();
        value(object, "vlan", before.vlan(), after.vlan());
        policy(object, before.policy(), after.policy());
    }

    /// Each value that differs. Of a unit of which no value differs, that it comes from another place now.
    private void policy(String object, Policy before, Policy after) {
        var old = PolicyWords.values(before);
        var next = PolicyWords.values(after);
        var changedUnits = new HashSet<String>();
        for (int i = 0; i < next.size(); i++) {
            var was = old.get(i);
            var is = next.get(i);
            if (!was.text().equals(is.text())) {
                boolean wasByHand = was.origin() == Origin.BY_HAND && is.origin() != Origin.BY_HAND;
                value(object, is.policy(), was.text() + (wasByHand ? BY_HAND : ""), is.text() + (is.origin() == Origin.BY_HAND ? BY_HAND : ""));
                changedUnits.add(is.unit());
            }
        }
        for (int i = 0; i < next.size(); i++) {
            var was = old.get(i);
            var is = next.get(i);
            if (was.origin() != is.origin() && changedUnits.add(is.unit())) {
                step("change", object, is.unit() + ", " + words(was.origin()) + " -> " + words(is.origin()));
            }
        }
    }

    private static String words(Origin origin) {
        return switch (origin) {
            case PROFILE -> "default";
            case VSWITCH -> "of the vSwitch";
            case PORT_GROUP -> "of the port group";
            case BY_HAND -> origin.label();
        };
    }

    private void vmkernel(String prefix, VmKernel before, VmKernel after) {
        var object = "vmkernel " + prefix + after.name();
        value(object, "port group", before.portGroup(), after.portGroup());
        value(object, "addresses", before.addresses(), after.addresses());
        value(object, "gateways", before.gateways(), after.gateways());
        value(object, "mtu", before.mtu(), after.mtu());
        value(object, "services", before.services(), after.services());
        mac(object, before.mac(), after.mac());
    }

    private void vm(Vm before, Overrides byHand, Vm after) {
        var object = "vm " + after.name();
        value(object, "host", before.host(), after.host());
        value(object, "kind", before.kind(), after.kind());
        value(object, "power", power(byHand.isPowered(before.name(), before.poweredOn())), power(after.poweredOn()));
        value(object, "run", before.run(), after.run());
        replay(object, before.replay(), after.replay());
        qemu(object, before.qemu(), after.qemu());
        container(object, before.container(), after.container());
        for (int i = 0; i < Math.max(before.nics().size(), after.nics().size()); i++) {
            var nic = "nic " + after.name() + "/" + i;
            if (i >= before.nics().size()) {
                step("add", nic, "in " + after.nics().get(i).portGroup());
            } else if (i >= after.nics().size()) {
                step("remove", nic, "");
            } else {
                nic(nic, before.nics().get(i), byHand.isConnected(before.name(), i, before.nics().get(i).connected()), after.nics().get(i));
            }
        }
    }

    private void replay(String object, @Nullable Replay before, @Nullable Replay after) {
        if (before != null && after != null) {
            value(object, "replay.file", before.file(), after.file());
            value(object, "replay.rate", before.rate(), after.rate());
            value(object, "replay.loop", loops(before), loops(after));
            value(object, "replay.rewriteMacs", yes(before.rewriteMacs()), yes(after.rewriteMacs()));
            value(object, "replay.padCut", yes(before.padCut()), yes(after.padCut()));
            value(object, "replay.start", words(before.start()), words(after.start()));
        }
    }

    private void qemu(String object, @Nullable Qemu before, @Nullable Qemu after) {
        if (before != null && after != null) {
            value(object, "image", words(before.image()), words(after.image()));
            value(object, "memory", before.memoryMiB() + "M", after.memoryMiB() + "M");
            value(object, "cpus", before.cpus(), after.cpus());
            value(object, "kernel", kernel(before), kernel(after));
            value(object, "initrd", words(before.initrd()), words(after.initrd()));
            value(object, "append", before.append(), after.append());
            value(object, "snapshot", yes(before.snapshot()), yes(after.snapshot()));
            value(object, "readOnly", yes(before.readOnly()), yes(after.readOnly()));
            value(object, "netdev", before.netdevs(), after.netdevs());
        }
    }

    private static String kernel(Qemu qemu) {
        return qemu.isShipped() ? "builtin" : words(qemu.kernel());
    }

    private static String words(@Nullable Path file) {
        return file == null ? "none" : file.toString();
    }

    private void container(String object, @Nullable Container before, @Nullable Container after) {
        if (before != null && after != null) {
            value(object, "image", before.image(), after.image());
            value(object, "command", before.command(), after.command());
            value(object, "environment", before.environment(), after.environment());
            value(object, "pull", yes(before.pulls()), yes(after.pulls()));
        }
    }

    private static String loops(Replay replay) {
        return replay.loops() == 0 ? "yes" : Long.toString(replay.loops());
    }

    private static String power(boolean isOn) {
        return isOn ? "on" : "off";
    }

    private void nic(String object, Nic before, boolean isConnected, Nic after) {
        value(object, "vSwitch", before.vSwitch(), after.vSwitch());
        value(object, "port group", before.portGroup(), after.portGroup());
        value(object, "adapter type", before.adapterType(), after.adapterType());
        value(object, "connected", yes(isConnected), yes(after.connected()));
        value(object, "addresses", before.addresses(), after.addresses());
        value(object, "gateways", before.gateways(), after.gateways());
        value(object, "mtu", before.mtu(), after.mtu());
        value(object, "queues", before.queues(), after.queues());
        mac(object, before.mac(), after.mac());
        value(object, "effectiveMac", effectiveMac(before), effectiveMac(after));
        value(object, "promiscuous", yes(before.promiscuous()), yes(after.promiscuous()));
        value(object, "multicast", groups(before), groups(after));
    }

    private void mac(String object, long before, long after) {
        value(object, "mac", MacAddress.format(before), MacAddress.format(after));
    }

    /// A guest that set no address has the initial one, whatever that is.
    private static String effectiveMac(Nic nic) {
        return nic.effectiveMac() == nic.mac() ? "initial" : MacAddress.format(nic.effectiveMac());
    }

    private static String groups(Nic nic) {
        var groups = nic.multicast();
        return groups == null ? "all" : groups.stream().map(MacAddress::format).toList().toString();
    }

    private void value(String object, String name, Object before, Object after) {
        if (!before.equals(after)) {
            step("change", object, name + " " + before + " -> " + after);
        }
    }

    private void step(String action, String object, String detail) {
        steps.add(new PlanView(action, object, detail));
    }

    private <T> void maps(String kind, String prefix, Map<String, T> existing, Map<String, T> after, BiConsumer<T, T> compare) {
        existing.keySet().stream().filter(name -> !after.containsKey(name)).forEach(name -> step("remove", kind + " " + prefix + name, ""));
        after.forEach((name, next) -> {
            var old = existing.get(name);
            if (old == null) {
                step("add", kind + " " + prefix + name, "");
            } else if (!Objects.equals(old, next)) {
                int before = steps.size();
                compare.accept(old, next);
                if (steps.size() == before) {
                    step("change", kind + " " + prefix + name, "");      // Never silent: something differs that has no words of its own.
                }
            }
        });
    }

    private <T> void lists(String kind, List<T> before, List<T> after, Function<T, String> describe) {
        before.stream().filter(it -> !after.contains(it)).forEach(it -> step("remove", kind + " " + describe.apply(it), ""));
        after.stream().filter(it -> !before.contains(it)).forEach(it -> step("add", kind + " " + describe.apply(it), ""));
    }
}
