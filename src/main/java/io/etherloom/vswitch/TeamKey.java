package io.etherloom.vswitch;

/// What ports have in common that share one team: its policy, and, where beacons decide, the VLAN in which they are sent.
///
/// @param vlan 0-4094 for a team that probes beacons, else [#NOT_PROBED]
record TeamKey(Team team, int vlan) {
    static final int NOT_PROBED = -1;

    static TeamKey of(PortSpec.Access port) {
        if (!port.team().probesBeacons()) {
            return new TeamKey(port.team(), NOT_PROBED);
        }
        return new TeamKey(port.team(), port.vlan() == PortSpec.VLAN_TRUNK ? 0 : port.vlan());
    }

    /// Indexes of the active uplinks, then of the standby ones, each in order.
    int[] members() {
        var members = new int[team.active().size() + team.standby().size()];
        for (int i = 0; i < members.length; i++) {
            int standby = i - team.active().size();
            members[i] = standby < 0 ? team.active().get(i) : team.standby().get(standby);
        }
        return members;
    }
}
