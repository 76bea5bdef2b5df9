package io.etherloom.bench;

import io.etherloom.linux.Processes;
import java.util.List;

/// One of those that are compared, made and waiting: it carries frames between `eth0` of two or more namespaces.
///
/// While others have their turn its processes are stopped, so that one that polls takes nothing from them.
///
/// @param left namespace that sends; its `eth0` has the address [#SENDER]
/// @param receivers namespaces that receive; the first one's `eth0` has the address [#RECEIVER]
/// @param processes that carry the frames; none when the kernel does
record Peer(Subject subject, String left, List<String> receivers, List<Process> processes) {
    static final String INTERFACE = "eth0";

    /// IPv4 address of the sending side, the same for all, as they live in namespaces of their own.
    static final String SENDER = "10.9.0.1";
    static final String RECEIVER = "10.9.0.2";
    static final int PREFIX = 24;

    /// `<asm-generic/signal.h>`.
    private static final int SIGCONT = 18;
    private static final int SIGSTOP = 19;

    String right() {
        return receivers.getFirst();
    }

    void pause() {
        processes.forEach(it -> Processes.kill(it.pid(), SIGSTOP));
    }

    void resume() {
        processes.forEach(it -> Processes.kill(it.pid(), SIGCONT));
    }
}
