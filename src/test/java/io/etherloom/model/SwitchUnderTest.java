package io.etherloom.model;

import io.etherloom.vswitch.SwitchSpec;

/// A virtual switch as the comparison sees it: events in, frames and drops out. One is made per [SwitchConfig].
///
/// The times given never go back. The comparison wraps every subject in [PacedSwitch], so a subject is told only of real changes
/// (never of a link that is up coming up), and [#tick] is called at each instant that it says by [#due], before any later event.
/// Unknown ports and uplinks are never named.
public interface SwitchUnderTest extends AutoCloseable {
    /// The guest at this port sends a frame.
    Outcome fromPort(int port, byte[] frame, long nowNanos);

    /// The wire brings a frame.
    Outcome fromUplink(String uplink, byte[] frame, long nowNanos);

    /// The link of an uplink goes up or down; the switch hears of it now.
    Outcome link(String uplink, boolean up, long nowNanos);

    /// Time has come to this instant and nothing else happened; returns what the switch does by itself.
    Outcome tick(long nowNanos);

    /// When the switch wants its next tick, `Long.MAX_VALUE` for never; not before the last event.
    long due();

    /// A guest did something (another address, promiscuity, groups), or the policies of its port changed.
    Outcome change(SwitchConfig.Port port, long nowNanos);

    /// The options of the host are these from now on.
    Outcome set(SwitchSpec.Options options, long nowNanos);

    /// What one uplink sends does not reach the other any more, or does so again: a cut somewhere in the fabric, which [PacedSwitch]
    /// plays.
    default Outcome cut(String from, String to, boolean isCut, long nowNanos) {
        return Outcome.NOTHING;
    }

    /// The wire brings a beacon of another host in this VLAN; it looks like those of this switch, so [PacedSwitch] makes it.
    default Outcome foreignBeacon(String uplink, int vlan, long nowNanos) {
        return Outcome.NOTHING;
    }

    /// A vNIC connects to its port.
    Outcome connect(int port, long nowNanos);

    /// The vNIC leaves its port. A guest may go on sending: its frames end as `PORT_DISABLED`.
    Outcome disconnect(int port, long nowNanos);

    /// Gives back what the subject holds (a pool, devices).
    @Override
    default void close() {}
}
