package io.etherloom.lab;

import io.etherloom.frame.CapturePoint;
import io.etherloom.frame.DropReason;

/// The decisions of one vSwitch in words.
record VSwitchWords(VSwitchFacts facts) implements SwitchWords {
    @Override
    public Explanation drop(DropReason reason, int port, SeenFrame frame) {
        return new VSwitchDrops(facts).of(reason, port, frame);
    }

    @Override
    public Explanation stage(CapturePoint point, int port, SeenFrame frame) {
        return new VSwitchStages(facts).of(point, port, frame);
    }
}
