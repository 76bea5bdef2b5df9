package io.etherloom.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.etherloom.topology.AgentSettings;
import io.etherloom.topology.AgentSettings.Idle;
import io.etherloom.topology.AgentSettings.Taps;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Several agents with threads of their own.
final class AgentsTest {
    private final AgentThreads threads = new AgentThreads(3, Idle.GENTLE, _ -> { }, (_, _) -> { });
    private final Agents agents = threads.agents();

    @AfterEach
    void end() {
        threads.close();
    }

    @Test
    void aChangeIsMadeWhileAllStandStill() throws Exception {
        threads.start();
        var late = new ArrayList<CompletableFuture<Boolean>>();
        for (int round = 0; round < 200; round++) {
            late.clear();
            agents.run(() -> {
                agents.all().forEach(agent -> late.add(agent.commands().submit(() -> true)));
                // That of the agent on whose thread the change is made is carried out on the spot, as it would be without the others.
                assertThat(late.subList(0, 2)).noneMatch(CompletableFuture::isDone);
            });
            for (var command : late) {
                assertThat(command.get(10, TimeUnit.SECONDS)).isTrue();
            }
        }
    }

    @Test
    void aFaultOfAChangeReachesWhoWantedItAndLeavesAllRunning() {
        threads.start();
        assertThatThrownBy(() -> agents.run(() -> {
            throw new LabException(LabException.Kind.CONFLICT, "no");
        })).isInstanceOf(LabException.class).hasMessage("no");
        agents.all().forEach(agent -> assertThat(agent.commands().call(() -> 1)).isEqualTo(1));
    }

    @Test
    void aChangeIsMadeBeforeTheThreadsStart() {
        var done = new ArrayList<String>();
        agents.run(() -> done.add("done"));
        assertThat(done).containsExactly("done");
        threads.start();
    }

    @Test
    void autoIsOneForEachFourProcessorsButNotMoreThanThereIsToOwn() {
        assertThat(AgentThreads.count(AgentSettings.DEFAULT, 1, 5)).isEqualTo(1);
        assertThat(AgentThreads.count(AgentSettings.DEFAULT, 2, 5)).isEqualTo(1);
        assertThat(AgentThreads.count(AgentSettings.DEFAULT, 8, 5)).isEqualTo(2);
        assertThat(AgentThreads.count(AgentSettings.DEFAULT, 64, 3)).isEqualTo(3);
        assertThat(AgentThreads.count(AgentSettings.DEFAULT, 64, 0)).isEqualTo(1);
        assertThat(AgentThreads.count(new AgentSettings(4, Idle.GENTLE, Taps.HOME), 2, 1)).as("as written").isEqualTo(4);
    }
}
