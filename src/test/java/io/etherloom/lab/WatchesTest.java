package io.etherloom.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.etherloom.event.Event;
import io.etherloom.event.EventLog;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What nobody does but time shows: ports that drop too much, agents that are stuck or short of memory.
final class WatchesTest extends PolicyScenario {
    private final EventLog log = new EventLog();

    private List<String> told() {
        return log.since(0).events().stream().map(event -> event.type().label() + " " + event.object()).toList();
    }

    private static void forge(MemoryLab lab, int frames) {
        for (int i = 0; i < frames; i++) {
            lab.send("a1", frame(X10, UNKNOWN));
        }
    }

    private void look(DropWatch watch, MemoryLab lab, int threshold) {
        lab.advanceMillis(10_000);
        watch.look(lab.nowNanos(), lab.state().converger().switches(), _ -> threshold);
    }

    /// Spec 8.9: once when it begins, once when it has been over for half a minute.
    @Test
    void tellsThatAPortDropsTooMuchAndThatItIsOver() {
        var lab = start(withGroup("A", "security: { forgedTransmits: reject }", host()));
        var watch = new DropWatch(log);
        look(watch, lab, 10);
        forge(lab, 9);
        look(watch, lab, 10);
        assertThat(told()).as("few drops are no rate").isEmpty();
        forge(lab, 10);
        look(watch, lab, 10);
        assertThat(told()).containsExactly("drops-high a1.eth0");
        assertThat(log.since(0).events().getFirst().details()).containsEntry("reason", "forged_transmit").containsEntry("dropped", 10L)
                .containsEntry("frames", 20L).containsEntry("threshold", "0.10 %");
        forge(lab, 10);
        look(watch, lab, 10);
        assertThat(told()).as("told already").hasSize(1);
        look(watch, lab, 10);
        look(watch, lab, 10);
        assertThat(told()).as("not over for long").hasSize(1);
        look(watch, lab, 10);
        assertThat(told()).containsExactly("drops-high a1.eth0", "drops-normal a1.eth0");
    }

    @Test
    void aThresholdIsAShareAndMayBeOff() {
        var lab = start(withGroup("A", "security: { forgedTransmits: reject }", host()));
        var watch = new DropWatch(log);
        look(watch, lab, 6000);
        forge(lab, 20);
        look(watch, lab, 6000);
        forge(lab, 20);
        look(watch, lab, 0);
        assertThat(told()).as("half of what was counted, in and dropped, is below 60 %").isEmpty();
    }

    /// What comes back from the fabric or is meant for nobody here is no trouble.
    @Test
    void whatEverySwitchDropsIsNotTold() {
        var lab = start(host());
        var watch = new DropWatch(log);
        look(watch, lab, 1);
        for (int i = 0; i < 50; i++) {
            lab.send("up0", tagged(10, frame(UNKNOWN, X10)));
        }
        look(watch, lab, 1);
        assertThat(told()).isEmpty();
    }

    @Test
    void tellsThatAnAgentIsStuckAndThatItIsNot() {
        var watch = new AgentWatch(log);
        watch.look("agent-0", 1_000_000_000L, 100);
        watch.look("agent-0", 3_500_000_000L, 100);
        watch.look("agent-0", 4_500_000_000L, 100);
        watch.look("agent-1", 0, 100);
        watch.look("agent-0", 0, 100);
        assertThat(told()).containsExactly("agent-stalled agent-0", "agent-resumed agent-0");
    }

    @Test
    void tellsThatMemoryIsShortAndThatItIsNot() {
        var watch = new AgentWatch(log);
        for (int free : new int[] {50, 9, 3, 15, 9, 20, 9}) {
            watch.look("agent-0", 0, free);
        }
        assertThat(told()).containsExactly("pool-low agent-0", "pool-recovered agent-0", "pool-low agent-0");
    }

    /// A real agent: one that nobody drives is stuck.
    @Test
    void readsAnAgent() {
        var lab = start(host());
        var watch = new AgentWatch(log);
        watch.look(lab.agent().nowNanos(), lab.agent());
        assertThat(log.since(0).events()).extracting(Event::seq).isEmpty();
        watch.look(lab.agent().nowNanos() + 4_000_000_000L, lab.agent());
        assertThat(told()).containsExactly("agent-stalled agent-0");
    }
}
