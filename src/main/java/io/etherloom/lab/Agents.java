package io.etherloom.lab;

import java.util.List;

/// The agents of a lab, in the order of their numbers. Each owns its pool, its switches and what is plugged into them; this is how control
/// speaks to all of them.
final class Agents {
    private static final int MAX_HOPS = 16;

    private final List<SwitchAgent> all;

    /// @param all at least one
    Agents(List<SwitchAgent> all) {
        this.all = List.copyOf(all);
    }

    List<SwitchAgent> all() {
        return all;
    }

    int count() {
        return all.size();
    }

    SwitchAgent at(int number) {
        return all.get(number);
    }

    int numberOf(SwitchAgent agent) {
        return all.indexOf(agent);
    }

    /// The time, which is one for all.
    long nowNanos() {
        return all.getFirst().nowNanos();
    }

    /// Has a change made while all agents stand still between two batches: it may touch whatever belongs to any of them, and no frame is on
    /// its way meanwhile but in rings. So a change that concerns several agents happens at once, as it does with one. Each agent waits inside
    /// its command until the next has come; one such change at a time, which the lab's lock sees to.
    void run(Runnable change) {
        stopFrom(0, change);
    }

    /// Has everything arrive that is on its way in cables, be it from agent to agent; part of what [#run] runs. A frame passes so many switches at most.
    void settle() {
        int received = 1;
        for (int hop = 0; hop < MAX_HOPS && received > 0; hop++) {
            received = all.stream().mapToInt(SwitchAgent::receiveFromMemory).sum();
        }
    }

    private void stopFrom(int number, Runnable change) {
        if (number == all.size()) {
            change.run();
        } else {
            all.get(number).commands().run(() -> stopFrom(number + 1, change));
        }
    }
}
