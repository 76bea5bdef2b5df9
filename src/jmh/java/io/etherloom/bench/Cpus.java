package io.etherloom.bench;

import java.util.List;

/// Who runs where, the same for everybody who is compared: whatever carries frames in user space, all its threads, on the last
/// processor; generators, probes and the sending iperf3 on the first; the receiving iperf3 between them, with two processors beside
/// the sender.
final class Cpus {
    static final int COUNT = Runtime.getRuntime().availableProcessors();
    static final int SWITCH = COUNT - 1;
    static final int SENDER = 0;
    static final int RECEIVER = COUNT > 2 ? 1 : 0;

    private Cpus() {}

    /// The beginning of a command whose process stays on one processor.
    static List<String> on(int cpu) {
        return List.of("taskset", "-c", Integer.toString(cpu));
    }
}
