package io.etherloom.replay;

/// Where replayed frames go.
public interface FrameTarget {
    /// Address of the port, 48 bits.
    long mac();

    /// Most octets of a frame that are taken.
    int maxLength();

    /// Gives a frame as it stands on the wire; its octets are copied.
    ///
    /// @return false when there is no room now, or none any more
    boolean offer(byte[] wire);

    /// Frames that went on from here.
    long taken();

    /// Whether no frame will ever be taken again.
    boolean isGone();
}
