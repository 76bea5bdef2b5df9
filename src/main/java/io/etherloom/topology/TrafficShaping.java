package io.etherloom.topology;

/// Shaping of what each port sends into the vSwitch, inherited as one unit (spec 6.1-6.5). On a standard vSwitch nothing else is shaped.
///
/// @param enabled              whether it acts; the figures are kept while it does not, as the product does
/// @param averageBitsPerSecond long-run rate of one port in bit/s, 1 to [#MAX_RATE]
/// @param peakBitsPerSecond    rate while the burst lasts in bit/s, at least the average, at most [#MAX_RATE] (spec 6.3)
/// @param burstOctets          octets that one burst may carry above the average, 1 to [#MAX_BURST] (spec 6.6)
public record TrafficShaping(boolean enabled, long averageBitsPerSecond, long peakBitsPerSecond, long burstOctets) {
    /// Largest rate: 1 Tbit/s.
    public static final long MAX_RATE = 1_000_000_000_000L;
    /// Largest burst: 1 GB of 1024-based octets.
    public static final long MAX_BURST = 1L << 30;
    /// What holds when nobody sets anything: off, and 100 Mbit/s, 100 Mbit/s, 100 MB where it is switched on (spec 6.2).
    public static final TrafficShaping DEFAULT = new TrafficShaping(false, 100_000_000L, 100_000_000L, 100L << 20);

    /// Checks the figures.
    public TrafficShaping {
        if (averageBitsPerSecond < 1 || peakBitsPerSecond < averageBitsPerSecond || peakBitsPerSecond > MAX_RATE) {
            throw new IllegalArgumentException("average " + averageBitsPerSecond + " bit/s, peak " + peakBitsPerSecond + " bit/s");
        }
        if (burstOctets < 1 || burstOctets > MAX_BURST) {
            throw new IllegalArgumentException("burst " + burstOctets + " octets");
        }
    }
}
