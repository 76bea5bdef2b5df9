package io.etherloom.topology;

/// How a team finds out that an uplink is dead.
public enum FailureDetection {
    /// The uplink's own link state.
    LINK_STATUS("linkStatus");

    private final String word;

    FailureDetection(String word) {
        this.word = word;
    }

    /// The canonical word.
    @Override
    public String toString() {
        return word;
    }
}
