package io.etherloom.lab;

import io.etherloom.discovery.Advertisement;
import io.etherloom.event.Details;
import io.etherloom.event.EventLog;
import io.etherloom.event.EventType;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/// Says in events who was found, changed and lost at the other end of a cable; by the news, since neighbours are also looked at while all agents
/// stand still.
record NeighborEvents(EventLog events, News news) implements Neighbors.Listener {
    @Override
    public void found(SwitchRuntime owner, PortRuntime port, Advertisement said) {
        post(EventType.NEIGHBOR_FOUND, owner, port, said, "hears " + name(said) + ".");
    }

    @Override
    public void changed(SwitchRuntime owner, PortRuntime port, Advertisement before, Advertisement said) {
        post(EventType.NEIGHBOR_CHANGED, owner, port, said, "hears other things of " + name(said) + ": " + String.join(", ", changes(before, said)) + ".");
    }

    @Override
    public void lost(SwitchRuntime owner, PortRuntime port, Advertisement said, String reason) {
        post(EventType.NEIGHBOR_LOST, owner, port, said, "has lost " + name(said) + ": " + reason + ".");
    }

    private void post(EventType type, SwitchRuntime owner, PortRuntime port, Advertisement said, String what) {
        var object = EventObjects.name(owner, port);
        news.add(time -> events.post(time, type, object, object + " " + what,
                Details.of("device", said.device()).and("port", said.port()).and("protocol", said.protocol().label())));
    }

    private static String name(Advertisement said) {
        return said.device() + " port " + said.port() + " by " + said.protocol().label();
    }

    private static List<String> changes(Advertisement before, Advertisement said) {
        var changes = new ArrayList<String>();
        change(changes, "name", before.systemName(), said.systemName());
        change(changes, "native VLAN", before.nativeVlan(), said.nativeVlan());
        change(changes, "MTU", before.mtu(), said.mtu());
        change(changes, "frame size", before.maxFrame(), said.maxFrame());
        change(changes, "addresses", texts(before), texts(said));
        change(changes, "platform", before.platform(), said.platform());
        change(changes, "time to live", before.ttlSeconds(), said.ttlSeconds());
        return changes.isEmpty() ? List.of("details") : changes;
    }

    private static List<String> texts(Advertisement said) {
        return said.addresses().stream().map(InetAddress::getHostAddress).toList();
    }

    private static void change(List<String> changes, String what, Object before, Object now) {
        if (!before.equals(now)) {
            changes.add(what + " " + before + " -> " + now);
        }
    }
}
