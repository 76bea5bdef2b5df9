package io.etherloom.device;

import io.etherloom.frame.Frame;
import org.jspecify.annotations.Nullable;

/// The frame of which a device took a part and then had no room, with a hold of its own, so that this memory is no other frame's meanwhile. The rest is
/// wanted when the same frame is offered again. Owned by the agent thread.
final class BegunFrame {
    private @Nullable Frame frame;
    private int segments;

    /// Segments of this frame that were taken already.
    int segmentsOf(Frame offered) {
        return offered == frame ? segments : 0;
    }

    /// A frame was offered.
    ///
    /// @param isPartly whether only a part of it was taken
    /// @param taken    so many segments
    void offered(boolean isPartly, Frame next, int taken) {
        if (isPartly) {
            next.retain();
        }
        clear();
        frame = isPartly ? next : null;
        segments = taken;
    }

    /// The frame was taken whole, or nobody will offer the rest.
    void clear() {
        if (frame != null) {
            frame.release();
            frame = null;
        }
    }
}
