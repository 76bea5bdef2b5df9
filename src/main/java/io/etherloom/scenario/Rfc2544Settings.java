package io.etherloom.scenario;

import java.util.List;
import java.util.Set;

/// What [Rfc2544] is to measure. Frame sizes are with frame check sequence, as in RFC 2544, 9: 64 there are 60 octets for an interface.
///
/// @param from                 a VM (`web1`), one of its vNICs (`web1/1`), a vmk or a physical machine
/// @param to                   another
/// @param bidirectional        whether both send; rates are of each direction
/// @param frameSizes           64 to 9018 octets
/// @param tests                names in [#ALL_TESTS]
/// @param trialMillis          how long a trial of throughput or loss sends (RFC 2544, 24: 60 s)
/// @param latencyMillis        the same for latency (26.2: 120 s)
/// @param latencyRepetitions   how often (26.2: 20)
/// @param burstRepetitions     how often the longest burst is sought (26.4: 50)
/// @param resolutionPpm        how exact the throughput is, in millionths of it
/// @param lossTolerancePpm     what may be lost all the same, in millionths; 0 by the RFC
/// @param maxFramesPerSecond   highest rate that is offered; 0 for as fast as the generator goes
/// @param maxBurstFrames       longest burst that is tried
/// @param conformantRest       whether trials are 9 s apart, as RFC 2544, 23 wants it
public record Rfc2544Settings(
        String from, String to, boolean bidirectional, List<Integer> frameSizes, List<String> tests, long trialMillis, long latencyMillis,
        int latencyRepetitions, int burstRepetitions, long resolutionPpm, long lossTolerancePpm, long maxFramesPerSecond, long maxBurstFrames,
        boolean conformantRest) {
    /// RFC 2544, 9.1 for Ethernet, and the jumbo frame of a path with MTU 9000.
    public static final List<Integer> ALL_SIZES = List.of(64, 128, 256, 512, 1024, 1280, 1518, 9018);
    /// RFC 2544, 26.1, 26.2, 26.3, 26.4.
    public static final List<String> ALL_TESTS = List.of("throughput", "latency", "loss", "back-to-back");
    /// Higher rates are not asked of a generator in software.
    public static final long MAX_RATE = 100_000_000;
    /// Two seconds of the highest rates.
    public static final long MAX_BURST = 10_000_000;

    private static final long HOUR_MILLIS = 3_600_000;
    private static final int PPM = 1_000_000;

    public Rfc2544Settings {
        frameSizes = List.copyOf(frameSizes);
        tests = List.copyOf(tests);
        require(!from.isEmpty() && !to.isEmpty(), "from and to each name a VM");
        require(!from.equals(to), "from and to are both " + from + "; name two VMs");
        requireSizes(frameSizes);
        requireTests(tests, ALL_TESTS);
        requireRange("the duration of a trial in ms", trialMillis, 100, HOUR_MILLIS);
        requireRange("the duration of a latency trial in ms", latencyMillis, 100, HOUR_MILLIS);
        requireRange("the number of latency trials", latencyRepetitions, 1, 1000);
        requireRange("the number of searches for the longest burst", burstRepetitions, 1, 1000);
        requireRange("the resolution in ppm", resolutionPpm, 100, PPM / 2);
        requireRange("the loss tolerance in ppm", lossTolerancePpm, 0, PPM / 2);
        requireRange("the highest rate in frames/s", maxFramesPerSecond, 0, MAX_RATE);
        requireRange("the longest burst in frames", maxBurstFrames, 1, MAX_BURST);
    }

    static void requireSizes(List<Integer> frameSizes) {
        require(!frameSizes.isEmpty(), "at least one frame size is needed");
        for (int size : frameSizes) {
            require(size >= 64 && size <= 9018, "a frame has 64 to 9018 octets with its check sequence, not " + size
                + "; the sizes of the RFCs are " + ALL_SIZES);
        }
    }

    static void requireTests(List<String> tests, List<String> known) {
        require(!tests.isEmpty() && Set.copyOf(known).containsAll(tests), "tests are " + String.join(", ", known) + ", not " + String.join(", ", tests));
    }

    static void requireRange(String what, long value, long smallest, long largest) {
        require(value >= smallest && value <= largest, what + " is " + smallest + " to " + largest + ", not " + value);
    }

    static void require(boolean holds, String sentence) {
        if (!holds) {
            throw new IllegalArgumentException(sentence);
        }
    }

    SizeTests.Limits limits() {
        return new SizeTests.Limits(trialMillis, latencyMillis, latencyRepetitions, burstRepetitions, resolutionPpm, lossTolerancePpm,
            maxFramesPerSecond, maxBurstFrames);
    }

    boolean has(String test) {
        return tests.contains(test);
    }
}
