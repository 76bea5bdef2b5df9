package io.etherloom.lab;

import java.time.Duration;

/// One live migration of a running guest between two hosts: what its hypervisor does around the switchover of its ports. The calls come in this
/// order, from one thread; [#abandon] may come instead of any of them.
///
/// ```
/// untilStopped   the target is begun, memory is copied; the guest runs at the source until this returns, then nowhere
/// handOff        what is left of it is on its way to the target
///                (meanwhile the ports stand still, and move to the devices that the target has)
/// resume         the guest runs at the target when this returns
/// done           nothing is left at the source
/// ```
public interface GuestMigration {
    /// Begins the guest at the target, copies its memory and stops it at the source.
    ///
    /// @throws LabException when a side refuses or dies, or when it takes longer; the guest then runs at the source, or is gone if the source died
    void untilStopped(Duration timeout);

    /// Has the source send the rest to the target, which keeps the guest standing still; returns without waiting for that, so that ports move in the time
    /// that it takes anyway. There is nothing to be seen of it in the network.
    ///
    /// @throws LabException when the source refuses or is gone
    void handOff();

    /// Has the target go on; once it does there is no way back. Whoever called moves the ports back when it fails, and calls [#abandon].
    ///
    /// @throws LabException when the target does not run in time
    void resume(Duration timeout);

    /// Ends what is left at the source.
    void done();

    /// Ends what was begun at the target, and has the guest run on at the source; no fault when there is nothing to do.
    ///
    /// @throws LabException when the source does not answer; it may be asked again
    void abandon();

    /// How long the guest stood still as its hypervisor reports it; 0 before [#resume].
    long downtimeNanos();

    /// When the guest stopped, by `System.nanoTime`; after [#untilStopped].
    long stoppedAtNanos();

    /// From the moment at which the lab saw the guest stop to the one at which it saw the guest resume; 0 before that.
    long stoppedNanos();

    /// Of that, how long the guest was all there at the target and had to wait for its ports; 0 before that.
    long waitedNanos();
}
