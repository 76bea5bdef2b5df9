package io.etherloom.lab;

import io.etherloom.discovery.Advertisement;
import io.etherloom.discovery.Cdp;
import io.etherloom.discovery.DiscoveryProtocol;
import io.etherloom.discovery.Lldp;
import io.etherloom.discovery.MalformedAdvertisement;
import io.etherloom.discovery.Neighbor;
import io.etherloom.discovery.NeighborTable;
import io.etherloom.discovery.PortDiscovery;
import io.etherloom.lab.Blueprint.Rule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Who is at the other end of the cables, as the ports of all switches have heard it by CDP and LLDP. Agents put frames into rings; [#look]
/// reads them, and forgets those who were not heard for longer than they asked for, whose link is down, or to whom nobody listens any more.
/// Guarded by the lab's lock.
final class Neighbors {
    private static final int LLDP_FIRST = 0x88;
    private static final int LLDP_SECOND = 0xCC;

    private final Map<String, SwitchRuntime> switches;
    private final Map<SwitchAgent, HeardRing> rings = new HashMap<>();
    private final Map<Integer, SwitchRuntime> byNumber = new HashMap<>();
    private final Map<PortRuntime, NeighborTable> tables = new IdentityHashMap<>();
    private volatile Runnable onHeard = () -> { };
    private Listener listener = new Listener() { };
    private int numbers;

    /// @param switches of the lab, by key; grows and shrinks with it
    Neighbors(Map<String, SwitchRuntime> switches) {
        this.switches = switches;
    }

    /// Is told what changes; under the lab's lock.
    interface Listener {
        default void found(SwitchRuntime owner, PortRuntime port, Advertisement said) {}

        /// A neighbour says something else than before.
        default void changed(SwitchRuntime owner, PortRuntime port, Advertisement before, Advertisement said) {}

        /// @param reason in words, such as `link down`
        default void lost(SwitchRuntime owner, PortRuntime port, Advertisement said, String reason) {}
    }

    void listener(Listener next) {
        listener = next;
    }

    /// Has this run on an agent's thread, in the middle of its work, when something was heard; whoever is told has [#look] called soon.
    void onHeard(Runnable next) {
        onHeard = next;
    }

    /// Has a switch that was just made hand over what it hears; while its agent stands still.
    void listenTo(SwitchRuntime runtime) {
        var discoverer = runtime.discoverer();
        if (discoverer != null) {
            int number = numbers++;
            byNumber.put(number, runtime);
            discoverer.ears(rings.computeIfAbsent(runtime.agent(), _ -> new HeardRing(() -> onHeard.run())).of(number));
        }
    }

    /// Reads what was heard, forgets who is gone, and follows ports that came and went.
    ///
    /// @return when the next neighbour is forgotten, `Long.MAX_VALUE` for never
    long look(long nowNanos) {
        rings.values().forEach(ring -> ring.drain(this::heard));
        byNumber.values().removeIf(runtime -> !switches.containsValue(runtime));
        var present = new LinkedHashSet<PortRuntime>();
        long due = Long.MAX_VALUE;
        for (var runtime : switches.values()) {
            for (var port : runtime.ports().values()) {
                var discovery = discovery(port);
                if (discovery != null) {
                    present.add(port);
                    due = Math.min(due, follow(runtime, port, discovery, nowNanos));
                }
            }
        }
        forgetOthers(present);
        return due;
    }

    private long follow(SwitchRuntime runtime, PortRuntime port, PortDiscovery discovery, long nowNanos) {
        var table = tables.computeIfAbsent(port, _ -> new NeighborTable());
        if (!port.isLinkUp()) {
            lost(runtime, port, table.clear(), "link down");
        } else {
            lost(runtime, port, table.clear(it -> !discovery.heard().contains(it.said().protocol())), "no longer listened to");
        }
        lost(runtime, port, table.age(nowNanos), "not heard in time");
        return table.dueNanos();
    }

    private void lost(SwitchRuntime runtime, PortRuntime port, List<Neighbor> lost, String reason) {
        lost.forEach(neighbor -> listener.lost(runtime, port, neighbor.said(), reason));
    }

    /// A port that went away knows nobody; what it knew is no loss of the neighbour's.
    private void forgetOthers(Set<PortRuntime> present) {
        tables.keySet().removeIf(port -> !present.contains(port));
    }

    /// What a port says and hears, null for one of a vNIC.
    private static @Nullable PortDiscovery discovery(PortRuntime port) {
        return switch (port.plan().rule()) {
            case Rule.Uplink uplink -> uplink.discovery();
            case Rule.Physical physical -> physical.discovery();
            case Rule.Access _, Rule.Split _ -> null;
        };
    }

    /// A frame of a port that has no table yet, or none any more, is of another port that had its index.
    private void heard(int switchNumber, int index, byte[] frame, long heardNanos) {
        var runtime = byNumber.get(switchNumber);
        var port = runtime == null ? null : runtime.portAt(index);
        var table = port == null ? null : tables.get(port);
        if (runtime == null || port == null || table == null) {
            return;
        }
        try {
            heard(runtime, port, table, parse(frame), heardNanos);
        } catch (MalformedAdvertisement _) {
            table.malformed();
        }
    }

    private static Advertisement parse(byte[] frame) throws MalformedAdvertisement {
        boolean isLldp = (frame[12] & 0xFF) == LLDP_FIRST && (frame[13] & 0xFF) == LLDP_SECOND;
        return isLldp ? Lldp.parse(frame) : Cdp.parse(frame);
    }

    private void heard(SwitchRuntime runtime, PortRuntime port, NeighborTable table, Advertisement said, long heardNanos) {
        var before = table.known(said);
        switch (table.heard(said, heardNanos)) {
            case FOUND -> listener.found(runtime, port, said);
            case CHANGED -> listener.changed(runtime, port, before == null ? said : before.said(), said);
            case GONE -> listener.lost(runtime, port, before == null ? said : before.said(), "it said goodbye");
            case REFRESHED, REFUSED -> { }
        }
    }

    /// Who was heard on a port; nobody on one that is not known.
    NeighborTable at(PortRuntime port) {
        return tables.getOrDefault(port, new NeighborTable());
    }

    /// Protocols that a port hears, in order.
    static List<DiscoveryProtocol> heardBy(PortRuntime port) {
        var discovery = discovery(port);
        var heard = new ArrayList<DiscoveryProtocol>();
        for (var protocol : DiscoveryProtocol.values()) {
            if (discovery != null && discovery.heard().contains(protocol)) {
                heard.add(protocol);
            }
        }
        return heard;
    }
}
