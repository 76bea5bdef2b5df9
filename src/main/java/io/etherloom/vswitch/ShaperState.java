package io.etherloom.vswitch;

/// How a shaper stands; counts since the port was connected.
///
/// @param tokenOctets what may pass above the average now, at most the burst size
/// @param queuedFrames frames that wait
/// @param passedOctets octets that went through
/// @param delayedFrames frames that had to wait
/// @param droppedFrames frames that found the queue full
public record ShaperState(
        ShaperSpec spec, long tokenOctets, int queuedFrames, int queueLimit, long passedOctets, long delayedFrames, long droppedFrames) {}
