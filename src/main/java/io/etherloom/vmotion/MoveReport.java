package io.etherloom.vmotion;

import java.util.Comparator;
import java.util.List;

/// What became of a move.
///
/// @param id        counts the moves of a lab from 1; 0 for a dry run
/// @param began     ISO-8601, UTC
/// @param state     `checked` (a dry run), `moved`, `refused` or `failed`, after which it is where it was
/// @param reason    why it was refused or failed, else empty
/// @param phases    those that were gone through, in order
/// @param gapMicros from the disabling of the ports at the source to the enabling of those at the target; 0 when that was not reached. What the VM
///     sends meanwhile waits in its interface; what comes for it is dropped at the source (spec 7.9)
/// @param nics      connected ones
public record MoveReport(long id, String began, String vm, String from, String to, String state, String reason, List<Phase> phases, long gapMicros,
        List<Nic> nics, List<Finding> findings) {
    /// How long all phases took together.
    long micros() {
        return phases.stream().mapToLong(Phase::micros).sum();
    }

    /// The first fault that refused it; a warning where it was strict.
    String refusal() {
        return findings.stream().sorted(Comparator.comparing(it -> !it.isFatal())).findFirst().map(Finding::fault).orElse("");
    }

    /// @param name   `validate`, `switchover`, `notify`, `complete` or `rollback`
    /// @param micros that it took
    public record Phase(String name, long micros) {}

    /// @param name         `web1.eth0`
    /// @param uplinkBefore by which it sent at the source, `void` for none (spec 8.8)
    /// @param uplinkAfter  by which it sends at the target, empty when it did not come there
    /// @param rarpsSent    for it at the target, up to the end of the move; more may follow (spec 4.42)
    public record Nic(String name, String uplinkBefore, String uplinkAfter, long rarpsSent) {}
}
