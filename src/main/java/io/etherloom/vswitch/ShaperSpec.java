package io.etherloom.vswitch;

/// Traffic shaping of one direction of one port (spec 6.1-6.7). Octets are those of frames on the wire, tag included, without frame
/// check sequence (spec 6.6).
///
/// @param averageBitsPerSecond above 0
/// @param peakBitsPerSecond at least the average
/// @param burstOctets what may pass above the average in one burst, above 0
public record ShaperSpec(long averageBitsPerSecond, long peakBitsPerSecond, long burstOctets) {
    public ShaperSpec {
        if (averageBitsPerSecond <= 0 || peakBitsPerSecond < averageBitsPerSecond || burstOctets <= 0) {
            throw new IllegalArgumentException("average " + averageBitsPerSecond + ", peak " + peakBitsPerSecond + ", burst " + burstOctets);
        }
    }
}
