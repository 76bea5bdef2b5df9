package io.etherloom.topology;

/// How a port of a team is given its uplink. Output uses the vSphere client's word, whatever spelling the file used.
public enum LoadBalancing {
    /// By the port's id over the active uplinks, the default (spec 4.1).
    ORIGINATING_VIRTUAL_PORT("originatingVirtualPort");

    private final String word;

    LoadBalancing(String word) {
        this.word = word;
    }

    /// The canonical word.
    @Override
    public String toString() {
        return word;
    }
}
