package io.etherloom.model;

import io.etherloom.vswitch.ForwardingTables;
import io.etherloom.vswitch.PortSpec;
import io.etherloom.vswitch.Security;
import io.etherloom.vswitch.SwitchSpec;
import io.etherloom.vswitch.Team;
import io.etherloom.vswitch.VSwitch;
import io.etherloom.vswitch.Vnic;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The virtual switch of the data plane as a subject: configuration becomes compiled tables, frames go through pooled memory.
final class RealVSwitch implements SwitchUnderTest {
    private final SwitchConfig config;
    private final SwitchBench bench = new SwitchBench();
    private final VSwitch subject = new VSwitch(bench.ports());
    private final Map<String, Integer> indexes = new HashMap<>();
    /// In the order in which they connected.
    private final List<SwitchConfig.Port> connected = new ArrayList<>();

    RealVSwitch(SwitchConfig config) {
        this.config = config;
        config.uplinks().forEach(uplink -> indexes.put(uplink, bench.open(uplink)));
        config.ports().forEach(port -> indexes.put(port.name(), bench.open(port.name())));
        config.uplinks().forEach(uplink -> subject.attachUplink(indexes.get(uplink), true));
        config.ports().stream().filter(SwitchConfig.Port::connected).forEach(connected::add);
        apply(0);
    }

    private void apply(long nowNanos) {
        var ports = new ArrayList<PortSpec>();
        for (var uplink : config.uplinks()) {
            ports.add(new PortSpec.Uplink(indexes.get(uplink), 2 + config.uplinks().indexOf(uplink), uplink, 0));
        }
        for (var port : connected) {
            var team = port.team().stream().map(indexes::get).toList();
            var groups = port.groups() == null ? null : List.copyOf(port.groups());
            var vnic = new Vnic(port.mac(), port.mac(), false, groups, port.vnicMtu());
            ports.add(new PortSpec.Access(
                    indexes.get(port.name()), port.id(), port.vlan(), vnic, Security.DEFAULT, Team.portId(team), null, null));
        }
        subject.apply(ForwardingTables.compile(new SwitchSpec(config.mtu(), ports, options())), nowNanos);
    }

    private SwitchSpec.Options options() {
        var options = config.options();
        var path = new SwitchSpec.PathOptions(options.reversePathFwdCheck(), options.minEtherLen(), options.localJumbo(),
                options.nonTsoGtMtuAllowed(), options.keepPriority(), options.reversePolicy(), true, false, true, false, false);
        var teams = new SwitchSpec.TeamOptions(options.upDelayNanos(), 0, 60, true, false, true, true, true, false);
        return new SwitchSpec.Options(path, teams, SwitchSpec.BeaconOptions.DEFAULT, SwitchSpec.NotifyOptions.DEFAULT,
                SwitchSpec.ShaperOptions.DEFAULT);
    }

    @Override
    public Outcome fromPort(int port, byte[] frame, long nowNanos) {
        return bench.carry(subject, indexes.get(SwitchConfig.portName(port)), frame, nowNanos);
    }

    @Override
    public Outcome fromUplink(String uplink, byte[] frame, long nowNanos) {
        return bench.carry(subject, indexes.get(uplink), frame, nowNanos);
    }

    @Override
    public Outcome link(String uplink, boolean up, long nowNanos) {
        subject.linkChanged(indexes.get(uplink), up, nowNanos);
        return Outcome.NOTHING;
    }

    @Override
    public Outcome tick(long nowNanos) {
        subject.tick(nowNanos);
        return Outcome.NOTHING;
    }

    @Override
    public Outcome connect(int port, long nowNanos) {
        connected.add(config.port(port));
        apply(nowNanos);
        return Outcome.NOTHING;
    }

    @Override
    public Outcome disconnect(int port, long nowNanos) {
        connected.remove(config.port(port));
        apply(nowNanos);
        return Outcome.NOTHING;
    }

    @Override
    public void close() {
        bench.close();
    }
}
