package io.etherloom.replay;

import java.util.Map;

/// How far a replay has come, or how it ended.
///
/// @param sent    frames that the switch has received
/// @param octets  of the frames that were given to it
/// @param padded  frames among them that were filled up with zeros
/// @param rounds  how often the end of the file was reached
/// @param skipped frames that were not sent, by reason; only reasons that happened
/// @param nanos   since the first frame was due
/// @param end     how it ended
/// @param problem a sentence, where it ended because something is wrong; else empty
public record ReplayReport(long sent, long octets, long padded, long rounds, Map<SkipReason, Long> skipped, long nanos, End end, String problem) {
    public ReplayReport {
        skipped = Map.copyOf(skipped);
    }

    /// How a replay ended.
    public enum End {
        /// It has not.
        RUNNING,
        /// The file was sent as often as was asked for.
        FINISHED,
        /// A limit of frames or time was reached.
        LIMIT,
        /// Somebody ended it.
        STOPPED,
        /// The file is broken, or has a packet that is no Ethernet frame; what was before it was sent.
        BROKEN,
        /// The port has gone.
        PORT_GONE
    }
}
