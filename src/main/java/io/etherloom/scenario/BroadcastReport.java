package io.etherloom.scenario;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Broadcasts of one frame size (RFC 2889, 5.10).
///
/// @param frameSize   octets with frame check sequence
/// @param skipped     why nothing was measured, empty when it was
/// @param receivers   ports at which each broadcast has to arrive
/// @param unreachable ports that no broadcast reaches, with the reason; they are left out
public record BroadcastReport(
        String test, int frameSize, String skipped, List<String> receivers, List<String> unreachable, SizeReport.@Nullable Throughput throughput,
        SizeReport.@Nullable Latency latency) {
    public BroadcastReport {
        receivers = List.copyOf(receivers);
        unreachable = List.copyOf(unreachable);
    }
}
