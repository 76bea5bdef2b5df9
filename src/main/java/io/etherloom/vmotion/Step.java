package io.etherloom.vmotion;

/// What a move does, one after the other; each belongs to a phase that users see.
enum Step {
    VALIDATE("validate"),
    /// Ports at the target are kept free, and the move stands in the journal.
    RESERVE("prepare"),
    /// Hooks may veto.
    ASK_HOOKS("prepare"),
    /// A guest's memory is copied; when it is, the guest stands still.
    CARRY("prepare"),
    /// Whoever drives the move says when.
    AWAIT_SWITCHOVER("prepare"),
    /// What is left of a guest is on its way: before the ports stand still, or after them where the move pauses, so that the source has its guest as long as it may be wanted back.
    HAND_OFF("switchover"),
    /// The ports stand still at the source.
    STUN("switchover"),
    /// Hooks are told, while nothing is anywhere yet.
    TELL_SWITCHOVER("switchover"),
    /// The ports are at the target.
    ATTACH("switchover"),
    /// The guest runs at the target.
    RESUME("switchover"),
    /// RARPs are on their way.
    NOTIFY("notify"),
    /// Whoever drives the move says that its guest runs.
    AWAIT_COMPLETE("notify"),
    TELL_COMPLETE("complete"),
    /// The move stands in the journal as done.
    COMMIT("complete"),
    /// What is left of the guest at the source is ended.
    END_SOURCE("complete"),

    /// The ports are, and work, at the source.
    BACK("rollback"),
    /// The guest runs on at the source, and nothing of it is at the target.
    ABANDON("rollback"),
    TELL_ROLLBACK("rollback");

    private final String phase;

    Step(String phase) {
        this.phase = phase;
    }

    /// `validate`, `prepare`, `switchover`, `notify`, `complete` or `rollback`.
    String phase() {
        return phase;
    }

    boolean isRollback() {
        return phase.equals("rollback");
    }
}
