package io.etherloom.scenario;

import io.etherloom.lab.LabControl;
import io.etherloom.lab.view.PortView;
import io.etherloom.traffic.TrafficPort;
import java.util.Optional;

/// In which VLAN a VM is, by the port of its vNIC.
final class Vlans {
    private Vlans() {}

    /// The port of a vSwitch at which a generator sits; empty for a physical machine.
    static Optional<PortView> portOf(LabControl lab, String name) {
        return lab.ports().stream().filter(port -> name.equals(Ledger.name(port.host() + "/" + port.vSwitch(), port.usedBy()))).findFirst();
    }

    /// A sentence for two that are not in the same VLAN, else nothing.
    static String difference(LabControl lab, TrafficPort from, TrafficPort to) {
        var first = portOf(lab, from.name());
        var second = portOf(lab, to.name());
        if (first.isEmpty() || second.isEmpty() || first.get().vlan() == second.get().vlan()) {
            return "";
        }
        return "; " + from.name() + " is in VLAN " + first.get().vlan() + ", " + to.name() + " in VLAN " + second.get().vlan()
            + ", and test frames are not routed";
    }
}
