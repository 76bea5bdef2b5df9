package io.etherloom.scenario;

/// Told of the course of a benchmark, on the thread that runs it.
public interface BenchListener {
    /// Where it stands.
    ///
    /// @param frameSize octets with frame check sequence; 0 where a test has none
    /// @param test      such as `throughput`
    /// @param permille  of the whole, 0 to 1000
    /// @param sentence  what is being tried now
    record Progress(int frameSize, String test, int permille, String sentence) {}

    void progress(Progress progress);

    /// A part is done: a [SizeReport], a [BroadcastReport] or an [AddressReport].
    void result(Object report);
}
