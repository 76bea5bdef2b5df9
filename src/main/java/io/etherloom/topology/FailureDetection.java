package io.etherloom.topology;

import java.util.List;

/// How a team finds out that an uplink is dead. Output uses the vSphere client's word, whatever spelling the file used.
public enum FailureDetection {
    /// The uplink's own link state, the default (spec 4.24).
    LINK_STATUS("linkStatus", "link"),
    /// Link state, and beacons that the uplinks of a team send each other (spec 4.25-4.33).
    BEACON_PROBING("beaconProbing", "beacon");

    private final String word;
    private final List<String> spellings;

    FailureDetection(String word, String... otherSpellings) {
        this.word = word;
        this.spellings = Spelling.all(word, otherSpellings);
    }

    /// What a file may write: the canonical word, then esxcli's, in any case.
    List<String> spellings() {
        return spellings;
    }

    /// The canonical word.
    @Override
    public String toString() {
        return word;
    }
}
