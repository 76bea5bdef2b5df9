package io.etherloom.vmotion;

import static org.assertj.core.api.Assertions.assertThat;

import io.etherloom.vmotion.MoveProtocol.End;
import io.etherloom.vmotion.MoveProtocol.Traits;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Goes through every course of a move: each step does its work or not, says so or not, is given up before, or is the last thing that the process does.
/// The world of the model is what a step does to ports, guest and journal, written from the contracts of `PortMove` and `GuestMigration`.
class MoveProtocolTest {
    private static final int ATTEMPTS = 3;
    private static final List<Traits> KINDS = kinds();

    private enum Port { WORKS, STILL, OFF }

    private enum Guest { RUNS, STOPPED, GONE }

    private enum Journal { NOTHING, PREPARE, ATTACH, COMPLETE, BACK }

    /// What becomes of a step.
    private enum Outcome {
        DONE, FAILED_BEFORE, FAILED_AFTER, GIVEN_UP, KILLED_BEFORE, KILLED_AFTER;

        boolean hasEffect() {
            return this == DONE || this == FAILED_AFTER || this == KILLED_AFTER;
        }

        boolean isKill() {
            return this == KILLED_BEFORE || this == KILLED_AFTER;
        }
    }

    /// Everything that must be right at each instant.
    private static final class World {
        private final Traits traits;
        private Port source = Port.WORKS;
        private Port target = Port.OFF;
        private Guest here = Guest.RUNS;
        private Guest there = Guest.GONE;
        private Journal journal = Journal.NOTHING;
        private boolean isHandedOff;

        World(Traits traits) {
            this.traits = traits;
        }

        void perform(Step step) {
            switch (step) {
                case RESERVE -> journal = Journal.PREPARE;
                case CARRY -> {
                    here = Guest.STOPPED;
                    there = Guest.STOPPED;
                }
                case HAND_OFF -> {
                    assertThat(List.of(here, there)).containsOnly(Guest.STOPPED);
                    isHandedOff = true;
                }
                case STUN -> {
                    journal = Journal.ATTACH;
                    source = Port.STILL;
                }
                case ATTACH -> {
                    journal = Journal.ATTACH;
                    source = Port.OFF;
                    target = Port.WORKS;
                }
                case RESUME -> {
                    assertThat(isHandedOff).as("all of the guest is at the target").isTrue();
                    there = Guest.RUNS;
                }
                case COMMIT -> journal = Journal.COMPLETE;
                case END_SOURCE -> here = Guest.GONE;
                case BACK -> {
                    target = Port.OFF;
                    source = Port.WORKS;
                    journal = Journal.BACK;
                }
                case ABANDON -> {
                    there = Guest.GONE;
                    here = Guest.RUNS;
                }
                case VALIDATE, ASK_HOOKS, AWAIT_SWITCHOVER, TELL_SWITCHOVER, NOTIFY, AWAIT_COMPLETE, TELL_COMPLETE, TELL_ROLLBACK -> { }
            }
        }

        void requireSound(List<String> course) {
            assertThat(source == Port.WORKS && target == Port.WORKS).as("two enabled ports of one address: %s", course).isFalse();
            assertThat(here == Guest.RUNS && there == Guest.RUNS).as("two guests run: %s", course).isFalse();
            if (traits.isCarried()) {
                assertThat(there == Guest.RUNS && target != Port.WORKS).as("a guest runs at the target without its port: %s", course).isFalse();
            }
        }

        /// Where the next start after a kill has the VM.
        boolean isAtTargetAfterKill() {
            return journal == Journal.ATTACH || journal == Journal.COMPLETE;
        }
    }

    private static List<Traits> kinds() {
        var kinds = new ArrayList<Traits>();
        for (int bits = 0; bits < 16; bits++) {
            kinds.add(new Traits((bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0, (bits & 8) != 0));
        }
        return kinds;
    }

    private int courses;
    private final Set<String> ends = new HashSet<>();
    private final Set<Step> seen = new HashSet<>();

    /// Spec 7.4, 7.11: never two enabled ports, never two guests, and in the end the VM works at one side, with a journal that says which.
    @Test
    void everyCourseEndsWithTheVmAtOneSide() {
        for (var traits : KINDS) {
            explore(traits, new ArrayList<>());
        }
        assertThat(courses).as("courses").isGreaterThan(9_000);
        assertThat(seen).containsExactlyInAnyOrder(Step.values());
        assertThat(ends).contains("MOVED at target", "FAILED at source", "REFUSED at source", "killed: finished", "killed: undone", "not even back", "not abandoned");
    }

    /// Repeats a course, and goes on from its end in every way; two things that go wrong are enough on the way there, and on the way back so many that a step is not tried any more.
    private void explore(Traits traits, List<Outcome> outcomes) {
        var protocol = new MoveProtocol(traits, ATTEMPTS);
        var world = new World(traits);
        var course = new ArrayList<String>(List.of(traits.toString()));
        int badOnTheWay = 0;
        int badOnTheWayBack = 0;
        for (var outcome : outcomes) {
            var step = protocol.step();
            seen.add(step);
            course.add(step + " " + outcome);
            if (outcome != Outcome.DONE && step.isRollback()) {
                badOnTheWayBack++;
            } else if (outcome != Outcome.DONE) {
                badOnTheWay++;
            }
            if (outcome.hasEffect()) {
                world.perform(step);
            }
            world.requireSound(course);
            if (outcome.isKill()) {
                requireRecoverable(protocol, world, course);
                return;
            }
            if (outcome == Outcome.DONE) {
                protocol.done();
            } else {
                protocol.failed();
            }
            if (protocol.end() != null) {
                requireEnd(protocol, world, course);
                return;
            }
        }
        for (var next : Outcome.values()) {
            boolean isFine = next == Outcome.DONE || (protocol.step().isRollback() ? badOnTheWayBack < ATTEMPTS : badOnTheWay < 2);
            boolean isPossible = next != Outcome.GIVEN_UP || protocol.canGiveUp();
            // An attachment is whole or has not happened; so is what the journal says of it.
            isPossible &= next != Outcome.FAILED_AFTER || protocol.step() != Step.ATTACH;
            if (isFine && isPossible) {
                var longer = new ArrayList<>(outcomes);
                longer.add(next);
                explore(traits, longer);
            }
        }
    }

    private void requireEnd(MoveProtocol protocol, World world, List<String> course) {
        courses++;
        boolean isAtTarget = world.target == Port.WORKS;
        if (course.stream().filter(it -> it.startsWith("BACK ") && !it.endsWith(" DONE")).count() == ATTEMPTS) {
            ends.add("not even back");      // Nothing more can be asked for than what holds at each instant.
            return;
        }
        if (course.stream().filter(it -> it.startsWith("ABANDON ") && !it.endsWith(" DONE")).count() == ATTEMPTS) {
            boolean isFollowed = course.stream().noneMatch(it -> it.startsWith("RESUME ")) || isAtTarget;
            assertThat(isFollowed).as("a guest that may run at the target has its port: %s", course).isTrue();
            ends.add("not abandoned");
            return;
        }
        assertThat(isAtTarget || world.source == Port.WORKS).as("no port works: %s", course).isTrue();
        assertThat(protocol.end() == End.MOVED).as("what is said: %s", course).isEqualTo(isAtTarget);
        if (world.traits.isCarried()) {
            assertThat(isAtTarget ? world.there : world.here).as("the guest: %s", course).isEqualTo(Guest.RUNS);
        }
        if (world.journal != Journal.NOTHING) {
            assertThat(world.isAtTargetAfterKill()).as("the journal: %s", course).isEqualTo(isAtTarget);
        }
        ends.add(protocol.end() + (isAtTarget ? " at target" : " at source"));
    }

    /// Ports and guests are gone with the process, and the journal alone decides; before the attachment was decided the VM has stayed.
    private void requireRecoverable(MoveProtocol protocol, World world, List<String> course) {
        courses++;
        if (world.journal == Journal.NOTHING || world.journal == Journal.PREPARE) {
            assertThat(world.target).as("it had moved, and the journal does not know: %s", course).isEqualTo(Port.OFF);
        }
        if (world.journal == Journal.COMPLETE) {
            assertThat(world.target).as("it was said to be done: %s", course).isEqualTo(Port.WORKS);
        }
        assertThat(protocol.end()).isNull();
        ends.add(world.isAtTargetAfterKill() ? "killed: finished" : "killed: undone");
    }
}
