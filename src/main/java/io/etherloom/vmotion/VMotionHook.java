package io.etherloom.vmotion;

import java.time.Instant;
import java.util.List;

/// Takes part in moves. Found by `java.util.ServiceLoader`, as one of this interface's providers, and asked in every move of every lab of the process.
/// Called on a thread of the move's own, one phase after the other; whatever it does must be over at the deadline.
public interface VMotionHook {
    /// A phase of a move is about to begin, or, for `complete` and `rollback`, the move is as good as over.
    ///
    /// @throws Exception in `prepare`, `switchover` and `complete`: the move is taken back; in `rollback` nothing comes of it. A guest that runs at the
    ///     target already stays there, and what was thrown is told. A [Veto] says why in words
    void phase(Call call) throws Exception;

    /// What a hook is told; as JSON to programs and over HTTP.
    ///
    /// @param phase    `prepare`, `switchover` (ports of a guest that is carried stand still), `complete` or `rollback`
    /// @param move     its number
    /// @param ports    connected ones
    /// @param deadline after which nobody waits for the hook, and the move is taken back
    record Call(String phase, long move, String lab, String vm, String from, String to, List<Port> ports, Instant deadline) {}

    /// @param name of the vNIC, `web1.eth0`
    /// @param mac  effective address, `00:50:56:80:00:01`
    record Port(String name, String mac, String portGroup) {}

    /// The hook wants no move.
    final class Veto extends Exception {
        private static final long serialVersionUID = 1;

        /// @param reason for the user, without a full stop
        public Veto(String reason) {
            super(reason);
        }
    }
}
