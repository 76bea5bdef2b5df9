package io.etherloom.lab;

import io.etherloom.discovery.Advertisement;
import io.etherloom.discovery.Capability;
import io.etherloom.discovery.DiscoveryProtocol;
import io.etherloom.discovery.Neighbor;
import io.etherloom.discovery.NeighborTable;
import io.etherloom.lab.view.NeighborView;
import io.etherloom.topology.Host;
import io.etherloom.topology.LinkDiscovery;
import io.etherloom.topology.VSwitch;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Shows who is at the other end of pNICs and of the ports of physical switches that something is plugged into.
record NeighborViews(LabState state, long nowNanos) {
    private static final long SECOND_NANOS = 1_000_000_000L;

    List<NeighborView> neighbors() {
        state.converger().neighbors().look(nowNanos);
        var views = new ArrayList<NeighborView>();
        state.topology().hosts().values().forEach(host -> host.pnics().keySet().forEach(pnic -> views.addAll(pnic(host, pnic))));
        for (var physical : state.topology().fabric().switches().values()) {
            var runtime = state.converger().switches().get(physical.name());
            for (var port : physical.ports().values()) {
                var plugged = runtime == null ? null : runtime.ports().get(port.name());
                if (runtime != null && plugged != null) {
                    var off = port.linkDiscovery() ? "linkDiscovery of " + physical.name() + " is off" : "linkDiscovery of this port is off";
                    views.addAll(port(physical.name(), LabState.NONE, runtime, plugged, off));
                }
            }
        }
        return views;
    }

    private List<NeighborView> pnic(Host host, String pnic) {
        for (var vSwitch : host.vSwitches().values()) {
            var runtime = state.converger().switches().get(BlueprintCompiler.switchKey(host.name(), vSwitch.name()));
            var port = runtime == null ? null : runtime.ports().get(pnic);
            if (runtime != null && port != null && vSwitch.uplinks().contains(pnic)) {
                return port(host.name(), vSwitch.name(), runtime, port, deaf(vSwitch));
            }
        }
        return List.of(new NeighborView(host.name(), pnic, LabState.NONE, "is no uplink of a vSwitch", null));
    }

    private static String deaf(VSwitch vSwitch) {
        var operation = vSwitch.linkDiscovery().operation();
        return "linkDiscovery.operation of " + vSwitch.name() + " is " + operation
                + (operation == LinkDiscovery.Operation.ADVERTISE ? ", which does not listen" : "");
    }

    private List<NeighborView> port(String owner, String vSwitch, SwitchRuntime runtime, PortRuntime port, String deaf) {
        var table = state.converger().neighbors().at(port);
        if (table.neighbors().isEmpty()) {
            return List.of(new NeighborView(owner, port.plan().name(), vSwitch, reason(runtime, port, table, deaf), null));
        }
        return table.neighbors().stream().map(it -> new NeighborView(owner, port.plan().name(), vSwitch, null, words(it))).toList();
    }

    private String reason(SwitchRuntime runtime, PortRuntime port, NeighborTable table, String deaf) {
        var heard = Neighbors.heardBy(port);
        if (!port.isLinkUp()) {
            return "link down" + last(table);
        }
        if (heard.isEmpty()) {
            return deaf;
        }
        long since = runtime.agent().commands().call(() -> Objects.requireNonNull(runtime.discoverer()).listeningSinceNanos(port.index()));
        var names = heard.stream().map(DiscoveryProtocol::name).collect(Collectors.joining(" or "));
        var text = "heard no " + names + " for " + Math.max(0, (nowNanos - since) / SECOND_NANOS) + " s" + last(table);
        return table.malformedFrames() == 0 ? text : text + "; frames that could not be read: " + table.malformedFrames();
    }

    private String last(NeighborTable table) {
        var last = table.lastLost();
        return last == null ? "" : "; " + last.said().device() + " port " + last.said().port() + " was heard "
                + (nowNanos - last.heardNanos()) / SECOND_NANOS + " s ago";
    }

    private NeighborView.Heard words(Neighbor neighbor) {
        Advertisement said = neighbor.said();
        return new NeighborView.Heard(said.protocol().label(), said.device(), said.port(), said.chassis(), said.platform(), said.version(),
                said.capabilities().stream().sorted().map(Capability::label).toList(),
                said.addresses().stream().map(InetAddress::getHostAddress).toList(), number(said.nativeVlan()), number(said.mtu()),
                number(said.maxFrame()), said.isFullDuplex() == null ? null : said.isFullDuplex() ? "full" : "half", text(said.vtpDomain()),
                text(said.portDescription()), (nowNanos - neighbor.heardNanos()) / SECOND_NANOS, said.ttlSeconds());
    }

    private static @Nullable Integer number(int said) {
        return said == 0 ? null : Integer.valueOf(said);
    }

    private static @Nullable String text(String said) {
        return said.isEmpty() ? null : said;
    }
}
