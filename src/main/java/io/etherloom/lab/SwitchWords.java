package io.etherloom.lab;

import io.etherloom.frame.CapturePoint;
import io.etherloom.frame.DropReason;

/// Puts into words what one switch decides about frames, with the values that decide and where these come from. Made from what the switch
/// follows at one moment, and immutable but for what a [Standings] finds out anew; used by any one thread.
interface SwitchWords {
    /// Why a frame ended.
    ///
    /// @param port index of the port that counted it
    Explanation drop(DropReason reason, int port, SeenFrame frame);

    /// What is decided about a frame that a capture would see at this point.
    ///
    /// @param frame with the tag that it has there
    Explanation stage(CapturePoint point, int port, SeenFrame frame);

    /// Whether a frame is changed or placed at this point, so that a capture should say how.
    boolean isDecided(CapturePoint point, int port);
}
