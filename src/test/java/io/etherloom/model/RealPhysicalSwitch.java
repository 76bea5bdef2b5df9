package io.etherloom.model;

import io.etherloom.discovery.DiscoveryProtocol;
import io.etherloom.discovery.PortDiscovery;
import io.etherloom.fabric.PhysicalSwitch;
import io.etherloom.fabric.PhysicalSwitchSpec;
import io.etherloom.fabric.PhysicalTables;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The learning switch of the data plane as a subject.
final class RealPhysicalSwitch implements PhysicalSwitchUnderTest {
    private final SwitchBench bench = new SwitchBench();
    private final PhysicalSwitch subject = new PhysicalSwitch(bench.ports());
    private final Map<String, Integer> indexes = new HashMap<>();
    private final boolean recovers;

    private final @Nullable Rehearsed rehearsed;

    RealPhysicalSwitch(PhysicalConfig config) {
        this(config, false);
    }

    /// @param isRehearsed whether each frame is foretold before it is carried
    RealPhysicalSwitch(PhysicalConfig config, boolean isRehearsed) {
        recovers = config.recoveryNanos() > 0;
        var ports = new ArrayList<PhysicalSwitchSpec.Port>();
        for (var port : config.ports()) {
            int index = bench.open(port.name());
            indexes.put(port.name(), index);
            ports.add(portOf(index, port));
        }
        var channels = new ArrayList<PhysicalSwitchSpec.Channel>();
        for (var channel : config.channels()) {
            var members = new ArrayList<Integer>();
            channel.ports().forEach(port -> members.add(indexes.get(port)));
            channels.add(new PhysicalSwitchSpec.Channel(channel.name(), members, channel.hash()));
        }
        subject.apply(PhysicalTables.compile(new PhysicalSwitchSpec(config.mtu(), config.ageingNanos(),
                PhysicalSwitchSpec.DEFAULT_MAX_STATIONS, ports, channels, config.forwardDelayNanos(), config.recoveryNanos(),
                discovery(config.discovery()), config.discovery().reservesCdp())), 0);
        indexes.values().forEach(index -> subject.linkChanged(index, true, 0));
        rehearsed = isRehearsed ? new Rehearsed(subject, bench.names()) : null;
    }

    private Map<Integer, PortDiscovery> discovery(PhysicalConfig.Discovery wanted) {
        var heard = EnumSet.noneOf(DiscoveryProtocol.class);
        if (wanted.hearsCdp()) {
            heard.add(DiscoveryProtocol.CDP);
        }
        if (wanted.hearsLldp()) {
            heard.add(DiscoveryProtocol.LLDP);
        }
        var discovery = new HashMap<Integer, PortDiscovery>();
        indexes.values().forEach(index -> discovery.put(index, new PortDiscovery(List.of(), heard, heard)));
        return discovery;
    }

    private static PhysicalSwitchSpec.Port portOf(int index, PhysicalConfig.Port port) {
        return vlansOf(index, port).withBpduGuard(port.guard()).withPortFast(port.fast());
    }

    private static PhysicalSwitchSpec.Port vlansOf(int index, PhysicalConfig.Port port) {
        if (!port.trunk()) {
            return PhysicalSwitchSpec.Port.access(index, port.untagged());
        }
        var tagged = new BitSet();
        port.tagged().forEach(tagged::set);
        int nativeVlan = port.untagged() == PhysicalConfig.NO_NATIVE ? PhysicalSwitchSpec.Port.NO_VLAN : port.untagged();
        return PhysicalSwitchSpec.Port.trunk(index, tagged, nativeVlan);
    }

    @Override
    public Outcome receive(String port, byte[] frame, long nowNanos) {
        if (recovers) {      // Else not, since the path has to see by itself that a station has aged.
            subject.tick(nowNanos);
        }
        int index = indexes.get(port);
        return rehearsed == null
                ? bench.carry(subject, index, frame, nowNanos)
                : rehearsed.carry(index, frame, nowNanos, () -> bench.carry(subject, index, frame, nowNanos));
    }

    @Override
    public Outcome link(String port, boolean up, long nowNanos) {
        subject.tick(nowNanos);
        subject.linkChanged(indexes.get(port), up, nowNanos);
        return Outcome.NOTHING;
    }

    @Override
    public Outcome recover(String port, long nowNanos) {
        subject.tick(nowNanos);
        subject.recover(indexes.get(port), nowNanos);
        return Outcome.NOTHING;
    }

    @Override
    public Outcome tick(long nowNanos) {
        subject.tick(nowNanos);
        return Outcome.NOTHING;
    }

    @Override
    public void close() {
        if (rehearsed != null) {
            rehearsed.close();
        }
        bench.close();
    }
}
