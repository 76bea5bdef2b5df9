package io.etherloom.model;

import static io.etherloom.model.SwitchConfig.GUEST_TAGGING;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The ports as they are now: which are connected, in their order, and who has which address.
final class NaivePorts {
    private final Map<Integer, SwitchConfig.Port> ports = new HashMap<>();
    /// Slots of the connected ports, the one connected last at the end.
    private final List<Integer> connected = new ArrayList<>();
    private List<SwitchConfig.Port> connectedNow = List.of();

    NaivePorts(SwitchConfig config) {
        for (var port : config.ports()) {
            ports.put(port.id(), port);
        }
    }

    SwitchConfig.Port port(int id) {
        return Objects.requireNonNull(ports.get(id));
    }

    boolean isConnected(int id) {
        return connected.contains(id);
    }

    List<SwitchConfig.Port> connected() {
        return connectedNow;
    }

    private void list() {
        connectedNow = connected.stream().map(this::port).toList();
    }

    void connect(int id) {
        connected.remove((Integer) id);
        connected.add(id);
        list();
    }

    void disconnect(int id) {
        connected.remove((Integer) id);
        list();
    }

    void replace(SwitchConfig.Port next) {
        ports.put(next.id(), next);
        list();
    }

    /// 5.7: the guest has an address that it may not have.
    static boolean isSilenced(SwitchConfig.Port port) {
        return !port.security().allowsMacChanges() && port.guest().mac() != port.guest().initialMac();
    }

    /// 5.6-5.8
    static long effectiveMac(SwitchConfig.Port port) {
        return isSilenced(port) ? port.guest().initialMac() : port.guest().mac();
    }

    /// The port that has this address in this VLAN. Of several the one connected last has it, one of this VLAN before one that
    /// carries all of them.
    SwitchConfig.@Nullable Port owner(int vlan, long mac) {
        SwitchConfig.@Nullable Port owner = null;
        for (var port : connected()) {
            var carries = port.vlan() == vlan || port.vlan() == GUEST_TAGGING;
            if (effectiveMac(port) == mac && carries && (owner == null || owner.tagsByItself() || !port.tagsByItself())) {
                owner = port;
            }
        }
        return owner;
    }
}
