package io.etherloom.topology;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/// One value that somebody set by hand on a running lab, in place of what the file says. Immutable.
///
/// Settings are applied to the file's own structure before it is bound ([Topology#parse(String, String, List)]), so they are validated, inherited and
/// shown exactly as if they stood in the file, with [Origin#BY_HAND] as their origin.
///
/// @param kind  what the object is
/// @param host  name of the host that it is on, or is; for a NIC the name of its VM, for a VM its own
/// @param name  the label (`LABEL` or `SWITCH/LABEL`) of a port group, the name of a vSwitch, the index of a NIC; empty for a host and a VM
/// @param path  the key below the object as in the file, for example `security.forgedTransmits`; for a host the advanced option's key
/// @param value the value in YAML, for example `reject`, `yes` or `[vmnic1]`
public record Setting(Kind kind, String host, String name, String path, String value) {
    /// The path that says whether the object is there at all: `yes`, `no`, or [#ANEW]. The name of a port group is `SWITCH/LABEL` then. For a VM, of which the
    /// file says nothing, the value is the mapping that would stand there.
    public static final String EXISTS = "exists";

    /// Value of [#EXISTS]: there, without what the file says of it.
    public static final String ANEW = "new";

    /// Value of a policy of a port group: what the vSwitch says, whatever the file says of the port group.
    public static final String INHERIT = "inherit";

    private static final List<String> POLICIES = List.of("security.promiscuousMode", "security.macChanges", "security.forgedTransmits",
        "teaming.loadBalancing", "teaming.failureDetection", "teaming.notifySwitches", "teaming.failback", "teaming.failoverOrder",
        "teaming.failoverOrder.active", "teaming.failoverOrder.standby", "teaming.failoverOrder.unused", "trafficShaping", "trafficShaping.enabled",
        "trafficShaping.averageBandwidth", "trafficShaping.peakBandwidth", "trafficShaping.burstSize");

    /// What kind of object a setting is about.
    public enum Kind {
        /// A port group of a standard vSwitch: `esx1/DMZ`.
        PORT_GROUP("portgroup", "HOST/LABEL"),
        /// A standard vSwitch: `esx1/vSwitch0`.
        V_SWITCH("vswitch", "HOST/SWITCH"),
        /// A host and its advanced options: `esx1`.
        HOST("host", "HOST"),
        /// A vNIC whose guest does not decide itself: `web1/0`.
        NIC("nic", "VM/INDEX"),
        /// A VMkernel port of a host: `esx1/vmk1`.
        VMKERNEL("vmkernel", "HOST/VMK"),
        /// A VM, whose host a VMotion changes: `web1`. Not set by users themselves, since a move has conditions. One of kind external comes and goes by
        /// its existence.
        VM("vm", "VM");

        private final String word;
        private final String target;

        Kind(String word, String target) {
            this.word = word;
            this.target = target;
        }

        /// Those that `etherloom set` takes.
        public static List<Kind> settable() {
            return Arrays.stream(values()).filter(kind -> kind != VM).toList();
        }

        /// Whether one name is enough: it stands on nothing else.
        private boolean isAlone() {
            return this == HOST || this == VM;
        }

        /// How the command line names it: `portgroup`.
        public String word() {
            return word;
        }

        /// Every path that can be set on such an object, in the order of the reference.
        public List<String> paths() {
            return switch (this) {
                case PORT_GROUP -> Stream.of(List.of("vlan"), POLICIES, List.of(EXISTS)).flatMap(List::stream).toList();
                case V_SWITCH -> Stream.of(List.of("mtu", "ports", "uplinks", "linkDiscovery", "linkDiscovery.protocol", "linkDiscovery.operation"),
                    POLICIES, List.of(EXISTS)).flatMap(List::stream).toList();
                case HOST -> Arrays.stream(AdvancedOption.values()).map(AdvancedOption::key).toList();
                case NIC -> List.of("effectiveMac", "promiscuous", "multicast");
                case VMKERNEL -> List.of("portGroup", "ip", "gateway", "mac", "mtu", "services", EXISTS);
                case VM -> List.of("host", EXISTS);
            };
        }
    }

    /// Reads what a user typed.
    ///
    /// @param target     the object: `esx1/DMZ`, `esx1/vSwitch0`, `esx1`, `web1/0`
    /// @param assignment `KEY=VALUE`; the value may hold further equals signs, and blanks around either are ignored
    /// @throws IllegalArgumentException with a sentence when the form is wrong or such a key cannot be set; whether object and value
    ///                                  fit the lab is found out by [Topology#parse(String, String, List)]
    public static Setting parse(Kind kind, String target, String assignment) {
        int equals = assignment.indexOf('=');
        if (equals < 1) {
            throw new IllegalArgumentException("'" + assignment + "' is no setting; write KEY=VALUE, for example " + example(kind));
        }
        int slash = target.indexOf('/');
        boolean isHost = kind.isAlone();
        if (isHost ? slash >= 0 || target.isBlank() : slash < 1 || slash == target.length() - 1) {
            throw new IllegalArgumentException("'" + target + "' names no " + kind.word + "; write " + kind.target);
        }
        var setting = new Setting(kind, isHost ? target : target.substring(0, slash), isHost ? "" : target.substring(slash + 1),
            assignment.substring(0, equals).strip(), assignment.substring(equals + 1).strip());
        var trouble = setting.pathTrouble();
        if (!trouble.isEmpty()) {
            throw new IllegalArgumentException(trouble);
        }
        return setting;
    }

    private static String example(Kind kind) {
        return switch (kind) {
            case PORT_GROUP, V_SWITCH -> "security.forgedTransmits=reject";
            case HOST -> "Net.TeamPolicyUpDelay=0";
            case NIC -> "promiscuous=yes";
            case VMKERNEL -> "mtu=9000";
            case VM -> "host=esx2";
        };
    }

    /// Why the path cannot be set on such an object; empty when it can.
    String pathTrouble() {
        var paths = kind.paths();
        return paths.contains(path) ? "" : "'" + path + "' cannot be set on a " + kind.word + Suggestion.withAllowed(path, paths, paths);
    }

    /// Whether it may be [#INHERIT].
    boolean isInherit() {
        return kind == Kind.PORT_GROUP && POLICIES.contains(path);
    }

    /// The object as the user named it: `esx1/DMZ`.
    public String target() {
        return kind.isAlone() ? host : host + "/" + name;
    }

    /// What stands in place of `file:line:column` in problems: `set portgroup esx1/DMZ`.
    String command() {
        return "set " + kind.word + " " + target();
    }

    /// The setting as a user would type it: `set portgroup esx1/DMZ security.forgedTransmits=reject`.
    @Override
    public String toString() {
        return command() + " " + path + "=" + value;
    }
}
