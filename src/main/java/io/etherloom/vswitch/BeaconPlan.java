package io.etherloom.vswitch;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/// Who sends beacons in which VLAN, compiled from the teams that probe (spec 4.26, 4.27). Immutable by convention.
///
/// @param teams teams that probe beacons
/// @param vids the VLAN of each of them
/// @param speakers in the order of VLANs, those of the first [SwitchSpec.BeaconOptions#maxVlans]
record BeaconPlan(TeamKey[] teams, int[] vids, Speaker[] speakers) {
    /// One uplink in one VLAN.
    ///
    /// @param isAlternate sends in every other cycle only, in turn with its one peer (spec 4.29)
    record Speaker(int uplink, int vid, boolean isAlternate, int turn) {}

    static BeaconPlan of(List<TeamKey> all, SwitchSpec.BeaconOptions options) {
        var teams = all.stream().filter(key -> key.vlan() != TeamKey.NOT_PROBED).toArray(TeamKey[]::new);
        var byVlan = new TreeMap<Integer, TreeMap<Integer, Speaker>>();
        for (var key : teams) {
            int[] members = key.members();
            for (int turn = 0; turn < members.length; turn++) {
                boolean isAlternate = members.length == 2 && options.twoNicSeconds() == 2;
                var speaker = new Speaker(members[turn], key.vlan(), isAlternate, turn);
                byVlan.computeIfAbsent(key.vlan(), _ -> new TreeMap<>())
                        .merge(members[turn], speaker, (one, other) -> one.isAlternate() ? other : one);
            }
        }
        var speakers = new ArrayList<Speaker>();
        byVlan.values().stream().limit(options.maxVlans()).forEach(vlan -> speakers.addAll(vlan.values()));
        int[] vids = new int[teams.length];
        for (int i = 0; i < teams.length; i++) {
            vids[i] = teams[i].vlan();
        }
        return new BeaconPlan(teams, vids, speakers.toArray(Speaker[]::new));
    }

    /// Whether beacons are sent in a VLAN.
    boolean probes(int vid) {
        for (var speaker : speakers) {
            if (speaker.vid() == vid) {
                return true;
            }
        }
        return false;
    }
}
