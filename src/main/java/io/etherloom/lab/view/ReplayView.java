package io.etherloom.lab.view;

import java.util.Map;

/// How far a replay has come, or how it ended.
///
/// @param port     by whose port frames enter, `web1.eth0`
/// @param sent     frames that the switch has received
/// @param octets   of the frames that were given to it, with tags and without frame check sequence
/// @param padded   frames among them that were filled up with zeros
/// @param rounds   how often the end of the file was reached
/// @param skipped  frames that were not sent, by reason
/// @param dropped  frames that ended at the port since the beginning, by reason; those of its guest, too
/// @param nanos    since it began
/// @param end      `running`, `finished`, `limit`, `stopped`, `broken` or `port_gone`
/// @param problem  a sentence where something is wrong, else empty
public record ReplayView(String port, long sent, long octets, long padded, long rounds, Map<String, Long> skipped, Map<String, Long> dropped,
        long nanos, String end, String problem) {}
