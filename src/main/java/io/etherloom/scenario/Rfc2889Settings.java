package io.etherloom.scenario;

import java.util.List;

/// What [Rfc2889] is to measure.
///
/// @param from               a VM (`web1`), one of its vNICs (`web1/1`), a vmk or a physical machine
/// @param to                 where broadcasts are counted; empty for all VMs of the sender's VLAN. For addresses the first of them
/// @param frameSizes         of broadcasts: 64 to 9018 octets with frame check sequence
/// @param tests              names in [#ALL_TESTS]
/// @param trialMillis        how long a trial sends
/// @param resolutionPpm      how exact rates are, in millionths of them
/// @param lossTolerancePpm   what may be lost all the same, in millionths
/// @param maxFramesPerSecond highest rate that is offered; 0 for as fast as the generator goes
/// @param maxAddresses       most addresses with which a table is filled
/// @param conformantRest     whether trials are 9 s apart
public record Rfc2889Settings(
        String from, List<String> to, List<Integer> frameSizes, List<String> tests, long trialMillis, long resolutionPpm, long lossTolerancePpm,
        long maxFramesPerSecond, int maxAddresses, boolean conformantRest) {
    /// RFC 2889, 5.10, 5.7, 5.8.
    public static final List<String> ALL_TESTS = List.of("broadcast", "address-capacity", "learning-rate");
    /// Twice the table of a physical switch here.
    public static final int MAX_ADDRESSES = 65_536;

    private static final int MAX_RECEIVERS = 64;
    private static final int PPM = 1_000_000;

    public Rfc2889Settings {
        to = List.copyOf(to);
        frameSizes = List.copyOf(frameSizes);
        tests = List.copyOf(tests);
        Rfc2544Settings.require(!from.isEmpty(), "from names a VM");
        Rfc2544Settings.require(!to.contains(from), "from and to are both " + from + "; name other VMs");
        Rfc2544Settings.require(to.size() <= MAX_RECEIVERS, "to names " + MAX_RECEIVERS + " VMs at most, not " + to.size());
        Rfc2544Settings.requireSizes(frameSizes);
        Rfc2544Settings.requireTests(tests, ALL_TESTS);
        Rfc2544Settings.requireRange("the duration of a trial in ms", trialMillis, 100, 3_600_000);
        Rfc2544Settings.requireRange("the resolution in ppm", resolutionPpm, 100, PPM / 2);
        Rfc2544Settings.requireRange("the loss tolerance in ppm", lossTolerancePpm, 0, PPM / 2);
        Rfc2544Settings.requireRange("the highest rate in frames/s", maxFramesPerSecond, 0, Rfc2544Settings.MAX_RATE);
        Rfc2544Settings.requireRange("the number of addresses", maxAddresses, 1, MAX_ADDRESSES);
    }

    SizeTests.Limits limits() {
        return new SizeTests.Limits(trialMillis, trialMillis, 1, 1, resolutionPpm, lossTolerancePpm, maxFramesPerSecond, 1);
    }

    boolean has(String test) {
        return tests.contains(test);
    }

    /// Receivers at most, each of which has a ring of 16 MiB.
    static int maxReceivers() {
        return MAX_RECEIVERS;
    }
}
