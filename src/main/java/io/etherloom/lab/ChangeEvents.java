package io.etherloom.lab;

import io.etherloom.event.Details;
import io.etherloom.event.EventLog;
import io.etherloom.event.EventType;
import io.etherloom.lab.view.PlanView;
import io.etherloom.topology.Setting;
import io.etherloom.topology.Vm;
import java.time.Instant;
import java.util.List;

/// Tells what somebody has changed in the lab, once it is done, and with the time at which it began, since its effects come after that.
final class ChangeEvents {
    private final String lab;
    private final EventLog log;
    private Instant begun;

    /// @param lab its name
    ChangeEvents(String lab, EventLog log) {
        this.lab = lab;
        this.log = log;
        begun = log.now();
    }

    /// A change begins.
    void begin() {
        begun = log.now();
    }

    /// The lab follows its file; where nothing was to be changed nothing has happened.
    void applied(List<PlanView> steps) {
        if (!steps.isEmpty()) {
            var words = steps.stream().map(ChangeEvents::words).toList();
            log.post(begun, EventType.PLAN_APPLIED, lab, "The lab follows its file: " + EventObjects.enumerated(words) + ".", Details.none().andNames("steps", words));
        }
    }

    private static String words(PlanView step) {
        return step.action() + " " + step.object() + (step.detail().isEmpty() ? "" : " (" + step.detail() + ")");
    }

    /// @param assignments `key=value`; nothing behind the `=` gave the key back to the file
    void set(Setting.Kind kind, String target, List<String> assignments) {
        log.post(begun, EventType.SETTINGS_CHANGED, target, "Set by hand on " + kind.word() + " " + target + ": " + EventObjects.enumerated(assignments) + ".",
                Details.of("kind", kind.word()).andNames("settings", assignments));
    }

    void power(String vm, boolean isOn) {
        log.post(begun, isOn ? EventType.VM_POWERED_ON : EventType.VM_POWERED_OFF, vm, vm + " was powered " + (isOn ? "on." : "off."), Details.none());
    }

    void external(Vm vm, boolean isThere) {
        log.post(begun, isThere ? EventType.VM_ARRIVED : EventType.VM_LEFT, vm.name(), vm.name() + (isThere ? " has come to " : " has left ") + vm.host() + ".",
                Details.of("host", vm.host()).andNames("portGroups", vm.nics().stream().map(nic -> nic.portGroup()).toList()));
    }

    void connected(Vm vm, int nic, boolean isConnected) {
        var name = vm.name() + ".eth" + nic;
        log.post(begun, isConnected ? EventType.NIC_CONNECTED : EventType.NIC_DISCONNECTED, name, name + " was " + (isConnected ? "connected." : "disconnected."),
                Details.none());
    }

    /// @param end of the cable, `esx1/vmnic0` or `tor1/24`
    void cable(String end, boolean isUp) {
        log.post(begun, isUp ? EventType.CABLE_PLUGGED : EventType.CABLE_PULLED, end, "The cable at " + end + " was " + (isUp ? "plugged in." : "pulled."),
                Details.none());
    }
}
