package io.etherloom.model;

import io.etherloom.fabric.ChannelHash;
import io.etherloom.frame.DropReason;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A learning VLAN switch (IEEE Std 802.1Q, 8.6-8.8) that speaks no spanning tree: BPDUs are flooded like other multicast.
///
/// The bridge has *bridge ports*, called by name: an EtherChannel is one (IEEE Std 802.1AX, 6.2.1), and each port outside channels.
public final class NaivePhysicalSwitch implements PhysicalSwitchUnderTest {
    private record Station(int vlan, long mac) {}

    private record Sighting(String bridgePort, long atNanos) {}

    /// A frame inside the switch, without the tag that was read.
    private record Inside(byte[] body, int vlan, int priority) {}

    private final PhysicalConfig config;
    private final Map<Station, Sighting> learned = new HashMap<>();
    private final Set<String> down = new HashSet<>();
    /// Ports that their BPDU guard has disabled, and when.
    private final Map<String, Long> disabled = new HashMap<>();
    /// Bridge ports that work, and since when.
    private final Map<String, Long> since = new HashMap<>();

    /// Makes the switch with all links coming up at time 0 and nothing learned.
    public NaivePhysicalSwitch(PhysicalConfig config) {
        this.config = config;
        config.ports().forEach(port -> since.put(bridgePort(port), 0L));
    }

    @Override
    public Outcome receive(String name, byte[] frame, long nowNanos) {
        tick(nowNanos);
        var ingress = config.port(name);
        var fault = fault(ingress, frame, nowNanos);
        if (fault != null) {
            return Outcome.dropped(name, fault);
        }
        if (hears(frame)) {
            return Outcome.NOTHING; // 802.1AB: for the switch itself, whatever the port forwards
        }
        var from = bridgePort(ingress);
        if (nowNanos - since.get(from) < delayNanos(from)) { // 802.1D, 7.4: listening
            return Outcome.dropped(name, DropReason.NOT_FORWARDING);
        }
        var misfit = misfit(ingress, frame);
        var wire = WireFrame.parse(frame);
        // A priority tag says no VLAN, but the priority that it says is that of the frame (6.9.1, 6.9.3).
        var priority = wire.tagged() ? wire.priority() : 0;
        var vlan = wire.tagged() && wire.vlan() != 0 ? wire.vlan() : ingress.untagged();
        if (misfit == null) {
            learned.put(new Station(vlan, wire.source()), new Sighting(from, nowNanos)); // also moves a station
        }
        if (!forwards(from, nowNanos)) { // 802.1D, 7.4: learning
            return Outcome.dropped(name, DropReason.NOT_FORWARDING);
        }
        return misfit != null ? Outcome.dropped(name, misfit)
                : relay(name, from, new Inside(wire.body(), vlan, priority), nowNanos);
    }

    private @Nullable DropReason fault(PhysicalConfig.Port ingress, byte[] frame, long nowNanos) {
        if (down.contains(ingress.name())) {
            return DropReason.LINK_DOWN;
        }
        if (WireFrame.truncated(frame)) {
            return DropReason.TRUNCATED;
        }
        if (WireFrame.group(WireFrame.source(frame))) {
            return DropReason.GROUP_SOURCE;
        }
        if (ingress.guard() && bpdu(WireFrame.parse(frame).body()) && !disabled.containsKey(ingress.name())) {
            changed(ingress, nowNanos, () -> disabled.put(ingress.name(), nowNanos));
        }
        return disabled.containsKey(ingress.name()) ? DropReason.BPDU_GUARD : null;
    }

    /// IEEE Std 802.1D, 7.12, and the address that PVST+ uses.
    static boolean bpdu(byte[] body) {
        var destination = WireFrame.mac(body, 0);
        var llc = WireFrame.type(body) <= 1500 && body.length >= 16 && body[14] == 0x42 && body[15] == 0x42;
        return destination == 0x0180_c200_0000L && llc || destination == 0x0100_0ccc_cccdL;
    }

    private boolean hears(byte[] frame) {
        var wire = WireFrame.parse(frame);
        if (wire.tagged() && wire.vlan() != 0) {
            return false;
        }
        return cdp(wire.body()) && config.discovery().hearsCdp() || lldp(wire.body()) && config.discovery().hearsLldp();
    }

    /// SNAP with Cisco's organization code and type 0x2000.
    static boolean cdp(byte[] body) {
        return WireFrame.mac(body, 0) == 0x0100_0ccc_ccccL && WireFrame.type(body) <= 1500 && body.length >= 22
                && HexFormat.of().formatHex(body, 14, 22).equals("aaaa0300000c2000");
    }

    static boolean lldp(byte[] body) {
        return WireFrame.mac(body, 0) == 0x0180_c200_000eL && WireFrame.type(body) == 0x88cc;
    }

    private @Nullable DropReason misfit(PhysicalConfig.Port ingress, byte[] frame) {
        var wire = WireFrame.parse(frame);
        if (wire.body().length - WireFrame.HEADER > config.mtu()) {
            return DropReason.OVERSIZE;
        }
        var carriesVlanTag = wire.tagged() && wire.vlan() != 0;
        if (!ingress.trunk()) {
            return carriesVlanTag ? DropReason.TAG_UNEXPECTED : null;
        }
        var allowed = carriesVlanTag ? ingress.carries(wire.vlan()) : ingress.untagged() != PhysicalConfig.NO_NATIVE;
        return allowed ? null : DropReason.VLAN_NOT_ALLOWED;
    }

    private Outcome relay(String ingress, String from, Inside frame, long nowNanos) {
        var destination = WireFrame.mac(frame.body, 0);
        // 8.6.3, table 8-1, less the bridge group address, which has nobody to consume it here.
        if (destination >= 0x0180_c200_0001L && destination <= 0x0180_c200_000fL
                || destination == 0x0100_0ccc_ccccL && config.discovery().reservesCdp()) {
            return Outcome.dropped(ingress, DropReason.RESERVED_ADDRESS);
        }
        var sighting = WireFrame.group(destination) ? null : learned.get(new Station(frame.vlan, destination));
        if (sighting == null) {
            return flood(ingress, from, frame, nowNanos);
        }
        if (sighting.bridgePort.equals(from)) {
            return Outcome.dropped(ingress, DropReason.SAME_PORT);
        }
        return forwards(sighting.bridgePort, nowNanos) ? new Outcome(List.of(deliver(sighting.bridgePort, frame)), List.of())
                : Outcome.dropped(ingress, DropReason.NOT_FORWARDING);
    }

    private Outcome flood(String ingress, String from, Inside frame, long nowNanos) {
        var deliveries = new ArrayList<Delivery>();
        for (var to : since.keySet()) {
            if (!to.equals(from) && forwards(to, nowNanos) && members(to).getFirst().carries(frame.vlan)) {
                deliveries.add(deliver(to, frame));
            }
        }
        return deliveries.isEmpty() ? Outcome.dropped(ingress, DropReason.NO_RECEIVER)
                : new Outcome(deliveries, List.of());
    }

    private Delivery deliver(String bridgePort, Inside frame) {
        var port = chosen(bridgePort, frame.body);
        return new Delivery(port.name(), frame.vlan == port.untagged() ? frame.body
                : WireFrame.tag(frame.body, frame.priority | frame.vlan));
    }

    private String bridgePort(PhysicalConfig.Port port) {
        var channel = config.channelOf(port.name());
        return channel == null ? port.name() : channel.name();
    }

    private List<PhysicalConfig.Port> members(String bridgePort) {
        for (var channel : config.channels()) {
            if (channel.name().equals(bridgePort)) {
                var members = new ArrayList<PhysicalConfig.Port>();
                channel.ports().forEach(port -> members.add(config.port(port)));
                return members;
            }
        }
        return List.of(config.port(bridgePort));
    }

    private boolean live(PhysicalConfig.Port port) {
        return !down.contains(port.name()) && !disabled.containsKey(port.name());
    }

    /// The home of a bucket is at the remainder by the number of members; a dead one is crossed out, and the quotient chooses among
    /// the rest in the same way.
    private PhysicalConfig.Port chosen(String bridgePort, byte[] body) {
        var candidates = new ArrayList<>(members(bridgePort));
        var channel = config.channelOf(candidates.getFirst().name());
        for (var bucket = channel == null ? 0 : bucket(channel.hash(), body); ; ) {
            var at = bucket % candidates.size();
            if (live(candidates.get(at))) {
                return candidates.get(at);
            }
            bucket /= candidates.size();
            candidates.remove(at);
        }
    }

    /// XOR of all octets of both addresses.
    static int bucket(ChannelHash hash, byte[] body) {
        var from = 0;
        var end = 12;
        if (hash == ChannelHash.SRC_DST_IP && WireFrame.type(body) == 0x0800 && body.length >= 34) {
            from = 26;
            end = 34;
        } else if (hash == ChannelHash.SRC_DST_IP && WireFrame.type(body) == 0x86dd && body.length >= 54) {
            from = 22;
            end = 54;
        }
        var sum = 0;
        for (var at = from; at < end; at++) {
            sum ^= body[at] & 0xff;
        }
        return sum;
    }

    /// The members of a channel were configured alike, so the first speaks for all.
    private long delayNanos(String bridgePort) {
        return members(bridgePort).getFirst().fast() ? 0 : config.forwardDelayNanos();
    }

    private boolean forwards(String bridgePort, long nowNanos) {
        var up = since.get(bridgePort);
        return up != null && nowNanos - up >= 2 * delayNanos(bridgePort);
    }

    /// Does something to a link. A bridge port works while one of its links is live; what was learned on it is forgotten when it ends: the
    /// stations may come back elsewhere.
    private void changed(PhysicalConfig.Port port, long nowNanos, Runnable change) {
        change.run();
        var bridgePort = bridgePort(port);
        var works = false;
        for (var member : members(bridgePort)) {
            works |= live(member);
        }
        if (works) {
            since.putIfAbsent(bridgePort, nowNanos);
        } else {
            since.remove(bridgePort);
            learned.values().removeIf(sighting -> sighting.bridgePort.equals(bridgePort));
        }
    }

    @Override
    public Outcome link(String port, boolean up, long nowNanos) {
        tick(nowNanos);
        changed(config.port(port), nowNanos, () -> {
            if (up) {
                down.remove(port);
            } else {
                down.add(port);
            }
        });
        return Outcome.NOTHING;
    }

    @Override
    public Outcome recover(String port, long nowNanos) {
        tick(nowNanos);
        changed(config.port(port), nowNanos, () -> disabled.remove(port));
        return Outcome.NOTHING;
    }

    @Override
    public Outcome tick(long nowNanos) {
        learned.values().removeIf(sighting -> nowNanos - sighting.atNanos > config.ageingNanos());
        for (var port : config.ports()) {
            var at = disabled.get(port.name());
            if (at != null && config.recoveryNanos() > 0 && nowNanos - at >= config.recoveryNanos()) {
                changed(port, nowNanos, () -> disabled.remove(port.name()));
            }
        }
        return Outcome.NOTHING;
    }
}
