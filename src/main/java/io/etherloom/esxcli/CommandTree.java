package io.etherloom.esxcli;

import java.util.List;

/// Every command that there is, in the product's name spaces (spec 8.10).
final class CommandTree {
    private CommandTree() {}

    static Namespace root() {
        return spaces("", "", spaces("network", "The network of this host.",
                DiagCommands.diag(), InterfaceCommands.ip(), NicCommands.nic(), PortCommands.port(), PortCommands.vm(), vSwitch()),
            spaces("system", "This host as a whole.",
                new Namespace("hostname", "The name of this host.", List.of(), SystemCommands.hostname()),
                spaces("settings", "What can be set on this host.",
                    new Namespace("advanced", "Advanced options.", List.of(), SystemCommands.advanced())),
                new Namespace("version", "What runs here.", List.of(), SystemCommands.version())));
    }

    private static Namespace vSwitch() {
        var policies = "Failover, security and traffic shaping";
        return spaces("vswitch", "Virtual switches.",
            new Namespace("standard", "Standard vSwitches.", List.of(
                spaces("policy", policies + " of a vSwitch.", PolicyCommands.ofVSwitches()),
                new Namespace("portgroup", "Port groups of standard vSwitches.",
                    List.of(spaces("policy", policies + " of a port group.", PolicyCommands.ofPortGroups())), PortGroupCommands.commands()),
                new Namespace("uplink", "pNICs that are uplinks of standard vSwitches.", List.of(), VSwitchCommands.uplinks())),
                VSwitchCommands.commands()));
    }

    private static Namespace spaces(String name, String help, Namespace... namespaces) {
        return new Namespace(name, help, List.of(namespaces), List.of());
    }
}
