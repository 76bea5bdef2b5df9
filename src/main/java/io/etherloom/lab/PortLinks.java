package io.etherloom.lab;

import io.etherloom.fabric.PhysicalSwitch;
import io.etherloom.lab.Blueprint.DevicePlan;
import io.etherloom.lab.Blueprint.SwitchPlan;
import io.etherloom.vswitch.VSwitch;
import java.util.HashSet;
import java.util.Map;
import java.util.function.BiConsumer;

/// Finds out which links are up, and tells devices and switches; while all agents stand still.
final class PortLinks {
    private final Agents agents;
    private final Map<String, SwitchRuntime> switches;
    private final BiConsumer<String, Boolean> onPhysicalLink;

    /// @param switches of the lab, by key; grows and shrinks with it
    /// @param onPhysicalLink told the name of a port of a physical switch whose link changes, and whether it is up; it does not wait
    PortLinks(Agents agents, Map<String, SwitchRuntime> switches, BiConsumer<String, Boolean> onPhysicalLink) {
        this.onPhysicalLink = onPhysicalLink;
        this.agents = agents;
        this.switches = switches;
    }

    static boolean isUp(PortRuntime port) {
        var device = port.device();
        return port.plan().isLinkUp() && !port.isErrDisabled() && device != null && device.isInterfaceUp();
    }

    /// Tells the device and the switch of one port how its link is now.
    void tell(SwitchRuntime runtime, PortRuntime port, long nowNanos) {
        var attachment = port.attachment();
        boolean isUp = isUp(port);
        if (attachment == null) {
            return;
        }
        if (isUp != port.isLinkUp()) {
            attachment.device().setLink(isUp);
            port.linkUp(isUp);
            if (runtime.plan() instanceof SwitchPlan.Physical) {
                onPhysicalLink.accept(EventObjects.name(runtime, port), isUp);
            }
            runtime.frameSwitch().linkChanged(port.index(), isUp, nowNanos);
            runtime.agent().timersChanged();
        } else if (!(runtime.frameSwitch() instanceof VSwitch)) {
            runtime.frameSwitch().linkChanged(port.index(), isUp, nowNanos);
        }
    }

    /// Looks at the links of all ports anew.
    void refresh() {
        noteErrDisabled();
        forEachPort((runtime, port) -> tell(runtime, port, agents.nowNanos()));
    }

    /// A port that its BPDU guard has disabled has no link, nor has the other end of its cable, be it plugged in only now (spec 2.20).
    void noteErrDisabled() {
        var cut = new HashSet<String>();
        forEachPort((runtime, port) -> {
            boolean isDisabled = runtime.frameSwitch() instanceof PhysicalSwitch physical && physical.isErrDisabled(port.index());
            port.errDisabled(isDisabled);
            if (isDisabled && port.plan().device() instanceof DevicePlan.CableEnd end) {
                cut.add(end.cable());
            }
        });
        forEachPort((_, port) -> {
            if (port.plan().device() instanceof DevicePlan.CableEnd end && cut.contains(end.cable())) {
                port.errDisabled(true);
            }
        });
    }

    private void forEachPort(BiConsumer<SwitchRuntime, PortRuntime> visitor) {
        switches.values().forEach(runtime -> runtime.ports().values().forEach(port -> visitor.accept(runtime, port)));
    }
}
