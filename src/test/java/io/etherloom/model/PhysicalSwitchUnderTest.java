package io.etherloom.model;

/// A switch of the emulated fabric as the comparison sees it. One is made per [PhysicalConfig]. Times never go back; links are
/// told only real changes.
public interface PhysicalSwitchUnderTest extends AutoCloseable {
    /// A frame comes in by this port.
    Outcome receive(String port, byte[] frame, long nowNanos);

    /// The link of a port goes up or down.
    Outcome link(String port, boolean up, long nowNanos);

    /// Somebody brings back a port that its BPDU guard has disabled; any other port stays as it is.
    Outcome recover(String port, long nowNanos);

    /// Time has come to this instant and nothing else happened.
    Outcome tick(long nowNanos);

    /// Gives back what the subject holds.
    @Override
    default void close() {}
}
