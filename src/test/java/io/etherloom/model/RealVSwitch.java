package io.etherloom.model;

import io.etherloom.discovery.DiscoveryProtocol;
import io.etherloom.discovery.PortDiscovery;
import io.etherloom.vswitch.ForwardingTables;
import io.etherloom.vswitch.PortSpec;
import io.etherloom.vswitch.SwitchSpec;
import io.etherloom.vswitch.VSwitch;
import io.etherloom.vswitch.Vnic;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The virtual switch of the data plane as a subject: configuration becomes compiled tables, frames go through pooled memory.
final class RealVSwitch implements SwitchUnderTest {
    /// More beacons and RARP frames than any lab makes at one instant.
    private static final int MADE_FRAMES = 96;
    /// So many more than shapers may hold that the pool is never low.
    private static final int HELD_FRAMES = 512;

    private final SwitchConfig config;
    private SwitchSpec.Options options;
    private final SwitchBench bench;
    private final VSwitch subject;
    private final Map<String, Integer> indexes = new HashMap<>();
    /// The ports as they are now, by slot.
    private final Map<Integer, SwitchConfig.Port> ports = new HashMap<>();
    /// Slots in the order in which they connected.
    private final List<Integer> connected = new ArrayList<>();
    private final @Nullable Rehearsed rehearsed;
    private long nowNanos;

    RealVSwitch(SwitchConfig config) {
        this(config, false);
    }

    /// @param isRehearsed whether each frame is foretold before it is carried
    RealVSwitch(SwitchConfig config, boolean isRehearsed) {
        this.config = config;
        options = config.options();
        bench = new SwitchBench(config.ports().stream().anyMatch(SwitchConfig.Port::isShaped) ? HELD_FRAMES : MADE_FRAMES, this::held);
        subject = new VSwitch(bench.ports());
        config.uplinks().forEach(uplink -> indexes.put(uplink, bench.open(uplink)));
        config.uplinks().forEach(uplink -> subject.attachUplink(indexes.get(uplink), true));
        for (var port : config.ports()) {
            indexes.put(port.name(), bench.open(port.name()));
            ports.put(port.id(), port);
            if (port.connected()) {
                connected.add(port.id());
            }
        }
        subject.apply(tables(), 0);
        rehearsed = isRehearsed ? new Rehearsed(subject, bench.names()) : null;
    }

    private Outcome carry(int port, byte[] frame) {
        return rehearsed == null
                ? bench.carry(subject, port, frame, nowNanos)
                : rehearsed.carry(port, frame, nowNanos, () -> bench.carry(subject, port, frame, nowNanos));
    }

    private int held() {
        var held = 0;
        for (var id : connected) {
            for (var direction : List.of(true, false)) {
                var state = subject.shaperState(indexes.get(SwitchConfig.portName(id)), direction, nowNanos);
                held += state == null ? 0 : state.queuedFrames();
            }
        }
        return held;
    }

    private Map<Integer, PortDiscovery> discovery() {
        var discovery = new HashMap<Integer, PortDiscovery>();
        if (config.endsDiscovery()) {
            config.uplinks().forEach(uplink -> discovery.put(indexes.get(uplink),
                    new PortDiscovery(List.of(), Set.of(), EnumSet.allOf(DiscoveryProtocol.class))));
        }
        return discovery;
    }

    private ForwardingTables tables() {
        var specs = new ArrayList<PortSpec>();
        for (var uplink : config.uplinks()) {
            var index = indexes.get(uplink);
            specs.add(new PortSpec.Uplink(index, 2 + index, uplink, SwitchConfig.uplinkMac(index)));
        }
        for (var id : connected) {
            specs.add(spec(Objects.requireNonNull(ports.get(id))));
        }
        return ForwardingTables.compile(new SwitchSpec(config.mtu(), specs, options, discovery()));
    }

    /// Uplinks were opened first, so a team names them by the same indexes in both worlds.
    private PortSpec spec(SwitchConfig.Port port) {
        var guest = port.guest();
        var groups = guest.groups() == null ? null : List.copyOf(guest.groups());
        var vnic = new Vnic(guest.initialMac(), guest.mac(), guest.asksPromiscuous(), groups, guest.vnicMtu());
        return new PortSpec.Access(indexes.get(port.name()), port.id(), port.vlan(), vnic, port.security(), port.team(),
                port.toSwitch(), port.toPort(), port.migrates());
    }

    private Outcome apply(long nowNanos) {
        return bench.run(NaiveVSwitch.WAITED, () -> subject.apply(tables(), nowNanos));
    }

    @Override
    public Outcome fromPort(int port, byte[] frame, long nowNanos) {
        this.nowNanos = nowNanos;
        return carry(indexes.get(SwitchConfig.portName(port)), frame);
    }

    @Override
    public Outcome fromUplink(String uplink, byte[] frame, long nowNanos) {
        this.nowNanos = nowNanos;
        return carry(indexes.get(uplink), frame);
    }

    @Override
    public Outcome link(String uplink, boolean up, long nowNanos) {
        this.nowNanos = nowNanos;
        return bench.run(NaiveVSwitch.WAITED, () -> subject.linkChanged(indexes.get(uplink), up, nowNanos));
    }

    @Override
    public Outcome tick(long nowNanos) {
        this.nowNanos = nowNanos;
        return bench.run(NaiveVSwitch.WAITED, () -> subject.tick(nowNanos));
    }

    @Override
    public long due() {
        return subject.dueNanos();
    }

    @Override
    public Outcome change(SwitchConfig.Port port, long nowNanos) {
        this.nowNanos = nowNanos;
        ports.put(port.id(), port);
        return connected.contains(port.id()) ? apply(nowNanos) : Outcome.NOTHING;
    }

    @Override
    public Outcome set(SwitchSpec.Options next, long nowNanos) {
        this.nowNanos = nowNanos;
        options = next;
        return apply(nowNanos);
    }

    @Override
    public Outcome connect(int port, long nowNanos) {
        this.nowNanos = nowNanos;
        connected.add(port);
        return apply(nowNanos);
    }

    @Override
    public Outcome disconnect(int port, long nowNanos) {
        connected.remove((Integer) port);
        return apply(nowNanos);
    }

    @Override
    public void close() {
        if (rehearsed != null) {
            rehearsed.close();
        }
        bench.close();
    }
}
