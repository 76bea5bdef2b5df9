package io.etherloom.lab;

/// One VM's ports on their way to another host: what a VMotion does to the lab, step by step. Every method may be called from any thread, blocks until it
/// is done, and may be repeated; a step that fails has moved nothing.
///
/// ```
/// LabControl.prepareMove   ports are kept free at both hosts, the move is in the journal
/// carry                    a guest is carried from now on
/// stun                     the ports stand still; what comes for them is kept or dropped                      (spec 7.4, 7.9)
/// attach                   those at the source go and those at the target come, in one command of all agents  (spec 7.4)
/// complete                 the move holds, also after a kill
/// back                     instead of any of these: the ports are, and work, at the source                    (spec 7.11)
/// close                    at the end of both
/// ```
///
/// The journal says before each step what the next start makes of it: with `attach` in it a move that a kill interrupts is finished, before it undone.
public interface PortMove extends AutoCloseable {
    /// The guest is carried from now on, until its ports stand still. What they have given to its hypervisor and the guest has not got by then is thrown away, so
    /// they give little at a time, and with a buffer remember what they give: what came after the guest had stopped is given again.
    ///
    /// @param bufferOctets about so many of each port that are remembered; 0 for none
    void carry(long bufferOctets);

    /// Has the ports stand still, as a hypervisor does between its two guests. Not needed where no guest is carried.
    ///
    /// @param bufferOctets of what comes for each port meanwhile that are kept and handed over; 0 keeps nothing
    /// @param stoppedNanos when the guest had stopped, by `System.nanoTime`: what came since then is kept, too, when it is remembered; `Long.MAX_VALUE` for a
    ///     guest that is not carried
    void stun(long bufferOctets, long stoppedNanos);

    /// Has the ports at the target take the place of those at the source; what was kept is in them before anything else.
    ///
    /// @throws LabException when something stands against it now; then the ports stand still at the source, or work there
    void attach();

    /// The ports work at the source, wherever they were.
    void back();

    /// Says in the journal that the move holds.
    ///
    /// @throws LabException when it does not, because the file was applied meanwhile, or when the journal cannot be written
    void complete();

    /// Ends the reservation and the watching, and leaves the ports where they are. Never throws.
    @Override
    void close();

    /// Nanoseconds from the moment at which the ports at the source worked last to the one at which those at the target did; 0 before that.
    long gapNanos();

    /// Frames on the wire that came for ports that stood still and were kept.
    long held();

    /// Those of them that a port has got since.
    long handedOver();

    /// Frames that were lost: dropped by ports that stood still, or kept for a port that then went.
    long lost();

    /// Unicast frames of the last 256 that the VM got at the source which were among the first 256 at the target, too. A peer that sends the very same
    /// octets twice makes one of these.
    long duplicated();

    /// Whether each vNIC has sent a frame and got one since the move began, so that there is something from which [#silenceNanos] and [#deafNanos] count.
    boolean isHeard();

    /// Whether the VM had sent or got a frame in the last tenth of a second before its ports stood still or moved, so that [#silenceNanos] or [#deafNanos] may soon be known.
    boolean isBusy();

    /// Nanoseconds from the last frame that the VM sent by a port at the source to the first at the target, the longest of its vNICs: the silence that
    /// its peers hear, be it for want of anything to say. 0 while nothing was sent at both.
    long silenceNanos();

    /// Nanoseconds from the last frame that the VM got at the source to the first at the target, the longest of its vNICs; 0 while nothing came to both.
    long deafNanos();
}
