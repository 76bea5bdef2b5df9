package io.etherloom.model;

/// A virtual switch as the comparison sees it: events in, frames and drops out. One is made per [SwitchConfig].
///
/// The times given never go back. The comparison wraps every subject in [PacedSwitch], so a subject is told only of real changes
/// (never of a link that is up coming up), and [#tick] is called at each instant at which a delay ends, before any later event.
/// Unknown ports and uplinks are never named.
public interface SwitchUnderTest extends AutoCloseable {
    /// The guest at this port sends a frame.
    Outcome fromPort(int port, byte[] frame, long nowNanos);

    /// The wire brings a frame.
    Outcome fromUplink(String uplink, byte[] frame, long nowNanos);

    /// The link of an uplink goes up or down; the switch hears of it now.
    Outcome link(String uplink, boolean up, long nowNanos);

    /// Time has come to this instant and nothing else happened.
    Outcome tick(long nowNanos);

    /// A vNIC connects to its port.
    Outcome connect(int port, long nowNanos);

    /// The vNIC leaves its port. A guest may go on sending: its frames end as `PORT_DISABLED`.
    Outcome disconnect(int port, long nowNanos);

    /// Gives back what the subject holds (a pool, devices).
    @Override
    default void close() {}
}
