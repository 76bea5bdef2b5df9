package io.etherloom.cli;

/// The end of a replay by a signal: the lab is asked to end it, and then tells what was sent.
final class ReplayEnding {
    private volatile int code = ExitCode.OK;

    ReplayEnding(LabClient client, String port) {
        var signals = new Signals();
        signals.install();
        Thread.ofPlatform().daemon().name("signals").start(() -> {
            try {
                // Ctrl-C is how a replay is meant to end.
                code = signals.await();
                client.delete("/v1/replay/" + LabClient.segment(port));
            } catch (InterruptedException _) {
                // The process is ending.
            } catch (Failure _) {
                // It has ended by itself.
            }
        });
    }

    /// The exit code for how it ended.
    int code() {
        return code;
    }
}
