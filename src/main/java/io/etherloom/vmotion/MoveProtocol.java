package io.etherloom.vmotion;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Which step of a move comes next, whatever became of the one before: the whole of what is decided between the phases, and nothing that is done in them,
/// so that a test goes through every course that it can take.
///
/// ```
/// VALIDATE → RESERVE → ASK_HOOKS → CARRY → AWAIT_SWITCHOVER → HAND_OFF, STUN → TELL_SWITCHOVER → ATTACH → RESUME → NOTIFY → AWAIT_COMPLETE → … → MOVED
///     │         │ a step fails, or somebody gives up                                                    │        │
///  REFUSED      └────────────► BACK → ABANDON → TELL_ROLLBACK → FAILED ◄────────────────────────────────┘        │ a guest that runs at the target stays there:
///                                                                                                                └ what fails then is told, and the move goes on
/// ```
///
/// One thread.
final class MoveProtocol {
    /// How it has ended.
    enum End { REFUSED, MOVED, FAILED }

    /// What kind of move it is.
    ///
    /// @param isCarried a hypervisor carries the guest's memory
    /// @param isDriven  somebody outside says when the ports move and when the move holds
    /// @param isStunned the ports stand still for a while before they move
    /// @param hasHooks  hooks are asked and told
    record Traits(boolean isCarried, boolean isDriven, boolean isStunned, boolean hasHooks) {}

    private final Traits traits;
    private final int maxAttempts;
    private final Deque<Step> ahead = new ArrayDeque<>();
    private final Set<Step> begun = EnumSet.noneOf(Step.class);
    private int attempts;
    private boolean runsAtTarget;
    private @Nullable End end;

    /// @param maxAttempts how often a step of the way back is tried: nothing can be done instead
    MoveProtocol(Traits traits, int maxAttempts) {
        this.traits = traits;
        this.maxAttempts = maxAttempts;
        ahead.addAll(forward());
        begun.add(Step.VALIDATE);
    }

    private List<Step> forward() {
        var steps = new ArrayList<Step>(List.of(Step.VALIDATE, Step.RESERVE));
        add(steps, Step.ASK_HOOKS, traits.hasHooks);
        add(steps, Step.CARRY, traits.isCarried);
        add(steps, Step.AWAIT_SWITCHOVER, traits.isDriven);
        boolean pauses = traits.isStunned || traits.hasHooks;
        add(steps, Step.HAND_OFF, traits.isCarried && !pauses);
        add(steps, Step.STUN, traits.isStunned || traits.isCarried);
        add(steps, Step.TELL_SWITCHOVER, traits.hasHooks);
        add(steps, Step.HAND_OFF, traits.isCarried && pauses);
        steps.add(Step.ATTACH);
        add(steps, Step.RESUME, traits.isCarried);
        steps.add(Step.NOTIFY);
        add(steps, Step.AWAIT_COMPLETE, traits.isDriven);
        add(steps, Step.TELL_COMPLETE, traits.hasHooks);
        steps.add(Step.COMMIT);
        add(steps, Step.END_SOURCE, traits.isCarried);
        return steps;
    }

    private static void add(List<Step> steps, Step step, boolean isWanted) {
        if (isWanted) {
            steps.add(step);
        }
    }

    /// What is to be done now; not after the end.
    Step step() {
        return ahead.getFirst();
    }

    /// How it has ended; null while it goes on.
    @Nullable End end() {
        return end;
    }

    /// Whether the move can still be given up: not on the way back, and not when a guest runs at the target.
    boolean canGiveUp() {
        return end == null && !runsAtTarget && !step().isRollback() && step() != Step.VALIDATE && step() != Step.COMMIT;
    }

    /// The step is done.
    void done() {
        var step = ahead.removeFirst();
        attempts = 0;
        runsAtTarget |= step == Step.RESUME;
        if (ahead.isEmpty()) {
            end = step.isRollback() ? End.FAILED : End.MOVED;
        } else {
            begun.add(step());
        }
    }

    /// The step failed, with or without having done something; or the move is given up before it.
    void failed() {
        var step = step();
        if (step == Step.VALIDATE) {
            ahead.clear();
            end = End.REFUSED;
        } else if (step.isRollback()) {
            if (++attempts == maxAttempts || step == Step.TELL_ROLLBACK) {
                done();
                if (step == Step.ABANDON && begun.contains(Step.RESUME)) {
                    ahead.remove(Step.BACK);      // A guest that cannot be ended at the target keeps its port.
                }
                end = ahead.isEmpty() ? End.FAILED : end;
            }
        } else if (runsAtTarget) {
            done();
        } else {
            goBack();
        }
    }

    private void goBack() {
        ahead.clear();
        attempts = 0;
        // A guest that may run at the target, whatever was heard of it, is ended before its port goes; else the source has its port before its guest.
        boolean mayRunAtTarget = begun.contains(Step.RESUME);
        add(ahead, Step.ABANDON, mayRunAtTarget);
        ahead.add(Step.BACK);
        add(ahead, Step.ABANDON, begun.contains(Step.CARRY) && !mayRunAtTarget);
        add(ahead, Step.TELL_ROLLBACK, begun.contains(Step.ASK_HOOKS));
    }

    private static void add(Deque<Step> steps, Step step, boolean isWanted) {
        if (isWanted) {
            steps.add(step);
        }
    }
}
