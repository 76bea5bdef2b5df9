package io.etherloom.topology;

import java.nio.file.Path;
import java.time.Duration;

/// What a VM of kind `replay` sends.
///
/// @param file        a capture in pcap or pcapng, absolute
/// @param rate        how fast
/// @param loops       how often the whole file is sent, 0 for ever
/// @param rewriteMacs whether the frames get the vNIC's address as their source
/// @param padCut      whether frames that the capture has cut are filled up with zeros; else they are left out
/// @param start       how long after power-on the first frame is sent
public record Replay(Path file, ReplayRate rate, long loops, boolean rewriteMacs, boolean padCut, Duration start) {}
