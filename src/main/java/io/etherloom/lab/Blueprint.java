package io.etherloom.lab;

import io.etherloom.discovery.PortDiscovery;
import io.etherloom.topology.AdapterType;
import io.etherloom.topology.Container;
import io.etherloom.topology.EtherChannel;
import io.etherloom.topology.InterfaceAddress;
import io.etherloom.topology.PhysicalPort;
import io.etherloom.topology.Qemu;
import io.etherloom.topology.Replay;
import io.etherloom.vswitch.Balancing;
import io.etherloom.vswitch.Security;
import io.etherloom.vswitch.ShaperSpec;
import io.etherloom.vswitch.SwitchSpec;
import io.etherloom.vswitch.Team;
import io.etherloom.vswitch.Vnic;
import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.IntStream;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Everything that shall exist in a running lab, flat and keyed by name, as [BlueprintCompiler] derives it from a topology and from
/// what was switched by hand. Two blueprints are compared piece by piece to find what must change: a piece that is equal in both is not
/// touched. Immutable by convention: nobody changes the maps after the compiler.
///
/// @param endpoints namespaces (or guests in memory) by their name in the lab
/// @param switches vSwitches by `host/vSwitch`, physical switches and routers by name
/// @param cables by name
/// @param ports by [PortPlan#key], in the order in which they are connected
record Blueprint(
        SequencedMap<String, EndpointPlan> endpoints,
        SequencedMap<String, SwitchPlan> switches,
        SequencedMap<String, CablePlan> cables,
        SequencedMap<String, PortPlan> ports) {
    /// Nothing exists: where every lab begins and ends.
    static Blueprint nothing() {
        return new Blueprint(new LinkedHashMap<>(), new LinkedHashMap<>(), new LinkedHashMap<>(), new LinkedHashMap<>());
    }

    /// Endpoints with a namespace that another one replaces: a container has none that outlives it.
    Set<String> remadeIn(Blueprint next) {
        return endpoints.values().stream().filter(it -> next.endpoints.get(it.name()) instanceof EndpointPlan other
                && !it.inMemory() && !other.inMemory() && !Objects.equals(it.container(), other.container())).map(EndpointPlan::name).collect(Collectors.toSet());
    }

    /// The same without these endpoints and what they are plugged into.
    Blueprint without(Set<String> names) {
        var rest = new Blueprint(new LinkedHashMap<>(endpoints), switches, cables, new LinkedHashMap<>(ports));
        rest.endpoints.keySet().removeAll(names);
        rest.ports.values().removeIf(port -> port.device().place().filter(names::contains).isPresent());
        return rest;
    }

    /// What an endpoint is.
    enum Role {
        VM, EXTERNAL, MACHINE, ROUTER, HOST;

        /// Whether its interfaces are vNICs.
        boolean isVm() {
            return this == VM || this == EXTERNAL;
        }
    }

    /// Something with interfaces: a VM, a machine, a router, or a host with its vmks.
    ///
    /// @param inMemory no namespace of ours: frames come and go as bytes, the interface is taken outside, or the guest is a process
    /// @param run shell commands started inside
    /// @param replay what it sends by its first interface, null for nothing
    /// @param container whose namespace it is, null for one of our own
    /// @param machine what runs it, of a guest of QEMU; null for others
    record EndpointPlan(
            String name, Role role, boolean inMemory, boolean forwards, List<InterfacePlan> interfaces, List<String> run, @Nullable Replay replay,
            @Nullable Container container, @Nullable MachinePlan machine) {
        EndpointPlan(String name, Role role, boolean inMemory, boolean forwards, List<InterfacePlan> interfaces, List<String> run) {
            this(name, role, inMemory, forwards, interfaces, run, null, null, null);
        }

        /// What its interfaces are, whether plugged in or not.
        List<DevicePlan> devices() {
            return IntStream.range(0, interfaces.size()).mapToObj(this::device).toList();
        }

        private DevicePlan device(int index) {
            var plan = interfaces.get(index);
            if (machine != null) {
                return new DevicePlan.Qemu(name, machine.host(), machine.settings(), plan, machine.nics().get(index));
            }
            return role == Role.EXTERNAL ? new DevicePlan.ExternalTap(name, plan)
                    : inMemory ? new DevicePlan.Memory(name, plan.name()) : new DevicePlan.Interface(name, plan);
        }
    }

    /// A QEMU guest on a host: each host that a guest is on runs a process of its own.
    ///
    /// @param hasNetwork whether the host has VMkernel ports, so that the process runs in the host's namespace
    /// @param settings without vNICs
    /// @param nics one for each interface
    record MachinePlan(String host, boolean hasNetwork, Qemu settings, List<NicHardware> nics) {}

    /// What a vNIC of a QEMU guest is.
    record NicHardware(AdapterType adapter, Qemu.Netdev netdev) {}

    /// One interface inside an endpoint, which is the TAP's own.
    ///
    /// @param queues of the TAP, at least one
    record InterfacePlan(
            String name, long mac, int mtu, int queues, List<InterfaceAddress> addresses, List<InetAddress> gateways) {}

    /// A switch of any kind.
    sealed interface SwitchPlan {
        /// A standard vSwitch.
        ///
        /// @param portsetBase portset of the host's first vSwitch (spec 1.10)
        record Virtual(String host, String name, int portsetBase, int mtu, int drainMillis, SwitchSpec.Options options)
                implements SwitchPlan {}

        /// A switch of the physical network.
        ///
        /// @param reservesCdp whether frames to the address of CDP end there
        record Physical(
                String name, int mtu, long ageingNanos, long forwardDelayNanos, long errDisableRecoveryNanos, List<EtherChannel> channels,
                boolean reservesCdp)
                implements SwitchPlan {}

        /// A router's VLAN interfaces; the VLAN of port 1, 2, …
        record Splitter(String name, List<Integer> vids) implements SwitchPlan {}
    }

    /// A cable between two ports.
    ///
    /// @param first what [DevicePlan.CableEnd#isFirst] is plugged into, `tor1/1`
    /// @param second the other end, `esx1/vmnic0`
    record CablePlan(String first, String second) {
        String name() {
            return first + " - " + second;
        }
    }

    /// A port and what is plugged into it.
    ///
    /// @param switchKey its switch
    /// @param name unique on the switch: `web1.eth0`, `vmk0`, `vmnic0`, `24`
    record PortPlan(String switchKey, String name, Rule rule, DevicePlan device, int queueLimit, boolean isLinkUp) {
        static String key(String switchKey, String name) {
            return switchKey + "|" + name;
        }

        String key() {
            return key(switchKey, name);
        }
    }

    /// What holds for a port; the switch's kind decides which.
    sealed interface Rule {
        /// A vNIC or vmk.
        ///
        /// @param vnic what is known of it before its guest was asked
        /// @param shaper of what the guest sends, null for none
        record Access(
                String portGroup, int vlan, Vnic vnic, Security security, TeamPlan team, @Nullable ShaperSpec shaper)
                implements Rule {}

        /// A pNIC.
        ///
        /// @param mac its virtual address, from which beacons come
        /// @param discovery what it says and hears (spec 8.1)
        record Uplink(long mac, PortDiscovery discovery) implements Rule {}

        /// A port of a physical switch.
        record Physical(PhysicalPort port, PortDiscovery discovery) implements Rule {}

        /// A port of a splitter.
        record Split(int index) implements Rule {}
    }

    /// The team of a port, its uplinks by name (see [Team]).
    record TeamPlan(
            Balancing balancing, boolean probesBeacons, boolean notifies, boolean failsBack, List<String> active, List<String> standby) {}

    /// What is plugged into a port. Equal plans are one device, which stays open when its port changes.
    sealed interface DevicePlan {
        /// The endpoint whose names and routes the device takes part in; empty for others.
        default Optional<String> place() {
            return this instanceof Interface mine ? Optional.of(mine.endpoint()) : Optional.empty();
        }

        /// An interface of an endpoint.
        record Interface(String endpoint, InterfacePlan plan) implements DevicePlan {}

        /// An interface of an endpoint in memory.
        record Memory(String endpoint, String name) implements DevicePlan {}

        /// A vNIC of a QEMU guest, as the process of one host has it.
        ///
        /// @param settings of the guest: others are another process
        record Qemu(String endpoint, String host, io.etherloom.topology.Qemu settings, InterfacePlan plan, NicHardware hardware) implements DevicePlan {
            @Override
            public Optional<String> place() {
                return Optional.of(endpoint + " on " + host);
            }

            int index() {
                return Integer.parseInt(plan.name().substring("eth".length()));
            }

            /// Whether this is the same vNIC, be it on another host.
            boolean isSameNic(DevicePlan other) {
                return other instanceof Qemu it && it.endpoint.equals(endpoint) && it.plan.name().equals(plan.name())
                        && it.plan.mac() == plan.mac() && it.hardware.equals(hardware);
            }
        }
        /// A TAP that somebody outside takes into a namespace of his own, where it may get another name.
        record ExternalTap(String endpoint, InterfacePlan plan) implements DevicePlan {}

        /// A TAP of the machine.
        record HostTap(String name) implements DevicePlan {}

        /// One end of a cable.
        record CableEnd(String cable, boolean isFirst) implements DevicePlan {}
    }
}
