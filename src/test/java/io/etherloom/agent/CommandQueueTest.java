package io.etherloom.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class CommandQueueTest {
    private final AtomicInteger rings = new AtomicInteger();
    private final CommandQueue queue = new CommandQueue(rings::incrementAndGet);

    private void ownedByAnother() {
        queue.ownedBy(Thread.ofPlatform().unstarted(() -> { }));
    }

    @Test
    void whoeverSubmitsDoesTheWorkWhileNobodyOwnsTheQueue() {
        assertThat(queue.submit(() -> 7)).isCompletedWithValue(7);
        assertThat(rings).hasValue(0);
    }

    @Test
    void theOwnerDoesItsOwnCommandsAtOnce() {
        queue.ownedBy(Thread.currentThread());
        assertThat(queue.submit(() -> 7)).isCompletedWithValue(7);
    }

    @Test
    void commandsWaitForTheOwnerInOrderAndRing() {
        ownedByAnother();
        var order = new ArrayList<Integer>();
        var first = queue.submit(() -> order.add(1));
        queue.submit(() -> order.add(2));
        assertThat(first).isNotDone();
        assertThat(rings).hasValue(2);
        assertThat(queue.drain()).isEqualTo(2);
        assertThat(order).containsExactly(1, 2);
        assertThat(queue.drain()).isZero();
    }

    @Test
    void aFaultGoesToWhoeverSubmitted() {
        ownedByAnother();
        var failed = queue.submit(() -> {
            throw new IllegalArgumentException("no");
        });
        var after = queue.submit(() -> 1);
        queue.drain();
        assertThatThrownBy(failed::join).isInstanceOf(CompletionException.class).hasRootCauseMessage("no");
        assertThat(after).isCompletedWithValue(1);
    }

    @Test
    void aCallThrowsWhatTheCommandThrew() {
        assertThatThrownBy(() -> queue.run(() -> {
            throw new IllegalArgumentException("no");
        })).isInstanceOf(IllegalArgumentException.class).hasMessage("no");
    }

    @Test
    void whatWaitsIsRefusedWhenTheAgentEnds() {
        ownedByAnother();
        var waiting = queue.submit(() -> 1);
        queue.close();
        assertThatThrownBy(waiting::join).hasRootCauseInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> queue.call(() -> 2)).isInstanceOf(IllegalStateException.class).hasMessageContaining("ended");
    }
}
