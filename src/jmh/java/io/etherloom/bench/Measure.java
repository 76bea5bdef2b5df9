package io.etherloom.bench;

/// One thing that is measured, for everybody who can be compared in it. See the package for how to add one.
interface Measure {
    /// What `--only` calls it.
    String id();

    /// What is being done, in a few words.
    String title();

    /// Whether a run of this extent includes it.
    default boolean isIn(Arguments.Extent extent) {
        return extent != Arguments.Extent.QUICK;
    }

    /// Measures all rounds and adds the values to [Run#results]. What it starts belongs to [Run#scratch], which the caller closes.
    ///
    /// @throws Unavailable if this machine can measure it for nobody
    /// @throws IllegalStateException if something failed that had worked
    void measure(Run run) throws Unavailable;
}
