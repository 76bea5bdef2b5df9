package io.etherloom.lab.view;

/// The shaper of one direction of one port. Octets are those of frames on the wire, tag included (spec 6.6).
///
/// @param direction by arrow, since words conflict (spec 6.4): `vm -> switch` or `switch -> vm`
/// @param tokenOctets what may pass above the average now, at most the burst size
/// @param queuedFrames frames that wait, of `queueLimit` that may
/// @param passedOctets since the port was connected, like the next two
/// @param delayedFrames frames that had to wait
/// @param droppedFrames frames that found the queue full: `shaper_full` of the port's drops
public record ShaperView(
        String host, String vSwitch, long portId, String usedBy, String portGroup, String direction, long averageBitsPerSecond,
        long peakBitsPerSecond, long burstOctets, long tokenOctets, int queuedFrames, int queueLimit, long passedOctets,
        long delayedFrames, long droppedFrames) {}
