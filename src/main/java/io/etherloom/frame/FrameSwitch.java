package io.etherloom.frame;

/// Something with ports that carries frames from one to others: a vSwitch, a physical switch. It knows neither devices nor the clock:
/// it is given batches and the time, and leaves what is to be sent in the egress queues of its [#ports].
public interface FrameSwitch {
    PortSet ports();

    /// Carries the frames of a batch, which came by this port, to wherever they end, and empties the batch.
    void receive(int port, FrameBatch batch, long nowNanos);

    /// The link of a port came up or went down.
    void linkChanged(int port, boolean isUp, long nowNanos);

    /// Does what is due; what is to be sent is in the egress queues afterwards.
    ///
    /// @return when to call again at the latest, `Long.MAX_VALUE` for never
    long tick(long nowNanos);

    /// A switch that stands where this one stands and follows the same tables, but shares nothing that either of them changes: what is
    /// carried by it leaves no trace in this one. On the agent thread; the twin then belongs to whoever asked, on any one thread. It does
    /// nothing by itself: nobody calls its [#tick].
    ///
    /// @param ports of the twin, with the same indexes opened
    FrameSwitch twin(PortSet ports);

    /// When [#tick] is wanted next; asked after [#receive], which may have begun a wait. `Long.MAX_VALUE` for never.
    default long dueNanos() {
        return Long.MAX_VALUE;
    }
}
