package io.etherloom.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What a measure works with. One thread.
///
/// @param home the checkout
/// @param scratch owns what the measure starts
record Run(Arguments arguments, Path home, Scratch scratch, Results results) {
    /// Makes a peer.
    @FunctionalInterface
    interface Maker {
        Peer make() throws Unavailable;
    }

    /// One who takes turns.
    ///
    /// @param condition that tells its rows from others of the same subject; may be empty
    record Lane(Peer peer, String condition) {}

    /// One value of one turn, in base units.
    record Value(Quantity quantity, double value) {}

    /// Measures one peer for so long.
    @FunctionalInterface
    interface Turn {
        List<Value> measure(Peer peer, double seconds);
    }

    boolean isWanted(Subject subject) {
        return arguments.peers().contains(subject);
    }

    /// Adds a peer to the lanes if it is wanted and can be had; otherwise the report says why not. Only Etherloom must not fail.
    void add(List<Lane> lanes, Subject subject, String condition, Maker maker) {
        if (!isWanted(subject)) {
            return;
        }
        try {
            var peer = maker.make();
            peer.pause();
            lanes.add(new Lane(peer, condition));
        } catch (Unavailable e) {
            results.note(subject.title() + (condition.isEmpty() ? "" : ", " + condition + ",") + " is left out: " + e.getMessage());
        } catch (IllegalStateException e) {
            requireEndurable(subject, e);
            results.note(subject.title() + " is left out: it does not start: " + firstLine(e));
        }
    }

    /// A B C A B C: a machine that is busy for a while is so for all of them. The first turns are for the compiler of the JVM and for
    /// the caches of the kernel, and not counted. A peer that fails is named and takes no further turn.
    void takeTurns(List<Lane> lanes, Turn turn) {
        var left = new ArrayList<>(lanes);
        for (int round = -warmUps(); round < arguments.rounds(); round++) {
            for (var lane : List.copyOf(left)) {
                if (!takeTurn(lane, turn, round >= 0)) {
                    left.remove(lane);
                }
            }
        }
    }

    private int warmUps() {
        return arguments.extent() == Arguments.Extent.QUICK ? 1 : 2;
    }

    private boolean takeTurn(Lane lane, Turn turn, boolean counts) {
        lane.peer().resume();
        try {
            var values = turn.measure(lane.peer(), counts ? arguments.seconds() : 1);
            if (counts) {
                values.forEach(it -> results.add(it.quantity().with(lane.condition()), lane.peer().subject(), it.value()));
            }
            return true;
        } catch (IllegalStateException e) {
            requireEndurable(lane.peer().subject(), e);
            results.note(lane.peer().subject().title() + " was left out on the way: " + firstLine(e));
            return false;
        } finally {
            lane.peer().pause();
        }
    }

    private static void requireEndurable(Subject subject, IllegalStateException fault) {
        if (subject == Subject.ETHERLOOM || Scratch.isEnding()) {
            throw fault;
        }
    }

    private static String firstLine(Exception fault) {
        return String.valueOf(fault.getMessage()).strip().lines().limit(2).reduce((a, b) -> a + " " + b).orElse("no reason given");
    }
}
