package io.etherloom.vmotion;

import java.util.Comparator;
import java.util.List;

/// How far a move has come, or what became of it.
///
/// @param id        counts the moves of a lab from 1; 0 for a dry run
/// @param began     ISO-8601, UTC
/// @param state     `running`; `prepared` or `switched`, where whoever drives it has the word; `checked` (a dry run), `moved`, `refused`, or `failed`, after
///     which the VM is where it was
/// @param reason    why it was refused or failed, and what went wrong after there was no way back; else empty
/// @param phases    those that were gone through, in order
/// @param gapMicros for which no port of the VM worked; 0 when that was not reached. What the VM sends meanwhile waits in its interface
/// @param frames    what became of those that came for the VM meanwhile
/// @param peers     the outage as others saw it
/// @param guest     how long the hypervisor says that the guest stood still, and how much longer its ports did
/// @param nics      connected ones
public record MoveReport(long id, String began, String vm, String from, String to, String state, String reason, List<Phase> phases, long gapMicros,
        Frames frames, Peers peers, Guest guest, List<Nic> nics, List<Finding> findings) {
    /// How long all phases took together.
    long micros() {
        return phases.stream().mapToLong(Phase::micros).sum();
    }

    /// Whether nothing more happens.
    public boolean isOver() {
        return switch (state) {
            case "running", "prepared", "switched" -> false;
            default -> true;
        };
    }

    /// The first fault that refused it; a warning where it was strict; `refused` when the checks themselves failed.
    String refusal() {
        return findings.stream().sorted(Comparator.comparing(it -> !it.isFatal())).findFirst().map(Finding::fault).orElse("refused");
    }

    /// @param name   `validate`, `prepare`, `switchover`, `notify`, `complete` or `rollback`
    /// @param micros that it took
    public record Phase(String name, long micros) {}

    /// Frames on the wire that came while the ports stood still.
    ///
    /// @param lost        dropped as `PORT_DISABLED` (spec 7.9)
    /// @param buffered    kept, which is beyond what the product does
    /// @param duplicated  that the VM got at both hosts, of the last and the first 256 unicast ones; one that a peer has sent twice is among them
    public record Frames(long lost, long buffered, long duplicated) {}

    /// 0 where there was no traffic before and after.
    ///
    /// @param silenceMicros from the last frame of the VM at the source to its first at the target
    /// @param deafMicros    from the last frame that it got at the source to the first at the target
    public record Peers(long silenceMicros, long deafMicros) {}

    /// 0 where no guest is carried.
    ///
    /// @param downtimeMicros by the hypervisor
    /// @param stoppedMicros  from its word that the guest has stopped to its word that it runs again
    /// @param waitedMicros   of that, when the guest was all there at the target and waited for its ports: their own part of the outage
    public record Guest(long downtimeMicros, long stoppedMicros, long waitedMicros) {}

    /// @param name         `web1.eth0`
    /// @param uplinkBefore by which it sent at the source, `void` for none (spec 8.8)
    /// @param uplinkAfter  by which it sends at the target, empty when it did not come there
    /// @param rarpsSent    for it at the target, up to the end of the move; more may follow (spec 4.42)
    public record Nic(String name, String uplinkBefore, String uplinkAfter, long rarpsSent) {}
}
