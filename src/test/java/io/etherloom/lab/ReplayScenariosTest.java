package io.etherloom.lab;

import io.etherloom.agent.Allocation;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.etherloom.device.FrameFeed;
import io.etherloom.frame.CapturePoint;
import io.etherloom.frame.DropReason;
import io.etherloom.model.Outcome;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Frames that are fed into a port enter where those of its guest do, and the port's rules hold for them.
final class ReplayScenariosTest extends Scenario {
    private static ReplayPort open(MemoryLab lab, String port) {
        return ReplayPort.open(new CaptureTargets.Target(port, lab.runtime(SWITCH), lab.port(SWITCH, port)));
    }

    /// Lets everything happen that follows from what was fed.
    private static Outcome settle(MemoryLab lab) {
        return lab.advanceMillis(0);
    }

    @Test
    void entersAsIfTheGuestHadSentItAndIsCountedSo() {
        var lab = startHost();
        var seen = new java.util.ArrayList<CapturePoint>();
        lab.observe(SWITCH, "a1.eth0", (point, _, _, _, _) -> seen.add(point));
        try (var port = open(lab, "a1.eth0")) {
            var frame = frame(A2, A1);
            assertThat(port.offer(frame)).isTrue();
            assertThat(settle(lab)).isEqualTo(copies(copy("a2", frame)));
            assertThat(port.taken()).isEqualTo(1);
            assertThat(port.mac()).isEqualTo(A1);
        }
        assertThat(seen).containsExactly(CapturePoint.VNIC_TX, CapturePoint.PORT_INPUT, CapturePoint.ETHERSWITCH_DISPATH);
        assertThat(lab.port(SWITCH, "a1.eth0").counters().inFrames()).isEqualTo(1);
    }

    @Test
    void itsGuestSendsAndReceivesBesideIt() {
        var lab = startHost();
        try (var port = open(lab, "a1.eth0")) {
            port.offer(frame(A2, A1));
            assertThat(lab.send("a1", frame(A2, A1, 70))).isEqualTo(copies(copy("a2", frame(A2, A1)), copy("a2", frame(A2, A1, 70))));
            assertThat(lab.send("a2", frame(A1, A2))).isEqualTo(copies(copy("a1", frame(A1, A2))));
        }
    }

    /// Tags and lengths are what they are, and the port decides (spec 1.28, 3.6).
    @Test
    void whatThePortRefusesIsDroppedThereByReason() {
        var lab = startHost();
        try (var port = open(lab, "a1.eth0")) {
            port.offer(tagged(10, frame(A2, A1)));
            port.offer(frame(A2, A1, 1501));
            port.offer(frame(A2, A1, 9000));
            assertThat(settle(lab).drops()).containsExactlyInAnyOrder(
                    new io.etherloom.model.Drop("a1", DropReason.TAG_UNEXPECTED), new io.etherloom.model.Drop("a1", DropReason.OVERSIZE),
                    new io.etherloom.model.Drop("a1", DropReason.OVERSIZE));
        }
        try (var trunk = open(lab, "t1.eth0")) {
            trunk.offer(tagged(10, frame(A2, T1)));
            assertThat(settle(lab)).isEqualTo(copies(copy("a2", frame(A2, T1))));
        }
    }

    @Test
    void aFullFeedTakesNothingAndLosesNothing() {
        var lab = startHost();
        try (var port = open(lab, "a1.eth0")) {
            int given = 0;
            while (port.offer(frame(A2, A1, 1400))) {
                given++;
            }
            assertThat(given).isBetween(100, 1000);
            assertThat(settle(lab).deliveries()).hasSize(given);
            assertThat(port.offer(frame(A2, A1))).isTrue();
            settle(lab);
            assertThat(port.taken()).isEqualTo(given + 1);
        }
    }

    @Test
    void onePortHasOneAtATime() {
        var lab = startHost();
        var first = open(lab, "a1.eth0");
        assertThatThrownBy(() -> open(lab, "a1.eth0")).isInstanceOf(LabException.class).hasMessageContaining("already");
        first.close();
        open(lab, "a1.eth0").close();
        first.close();
        assertThatThrownBy(() -> open(lab, "vmnic0")).isInstanceOf(LabException.class).hasMessageContaining("no guest");
    }

    /// The next port at this place is another VM's, and must never get what was meant for the one before.
    @Test
    void isCutWhenThePortGoes() {
        var lab = startHost();
        try (var port = open(lab, "a1.eth0")) {
            lab.power("a1", false);
            assertThat(port.isGone()).isTrue();
            assertThat(port.offer(frame(A2, A1))).isFalse();
            lab.power("a1", true);
            assertThat(settle(lab)).isEqualTo(copies());
            open(lab, "a1.eth0").close();
        }
    }

    @Test
    void isCutWithFramesInItWhenItsPortGoesAndTheyAreForgotten() {
        var lab = startHost();
        try (var port = open(lab, "a1.eth0")) {
            port.offer(frame(A2, A1));
            lab.agents().run(() -> lab.runtime(SWITCH).agent().detach(lab.port(SWITCH, "a1.eth0").attachment()));
            lab.port(SWITCH, "a1.eth0").unplugged();
            assertThat(settle(lab)).isEqualTo(copies());
            assertThat(port.taken()).isZero();
        }
    }

    @Test
    void costsTheAgentNoMemory() {
        var lab = startHost();
        var agent = lab.runtime(SWITCH).agent();
        var frame = frame(A1, A1);      // Ends at the port, where no test makes a list of it.
        try (var port = open(lab, "a1.eth0")) {
            long allocated = Allocation.leastOf(() -> IntStream.range(0, 1000).forEach(_ -> port.offer(frame)), () -> {
                while (agent.doWork() > 0) {
                    // Until it has taken all.
                }
            });
            assertThat(allocated).as("octets allocated by a thousand frames").isZero();
            assertThat(port.taken()).isGreaterThan(900);
        }
        settle(lab);
    }

    @Test
    void refusesWhatNoPortTakes() {
        var lab = startHost();
        try (var port = open(lab, "a1.eth0")) {
            assertThatThrownBy(() -> port.offer(new byte[FrameFeed.MAX_LENGTH + 1])).isInstanceOf(IllegalArgumentException.class);
            assertThat(port.offer(frame(A2, A1, FrameFeed.MAX_LENGTH - 14))).isTrue();
            assertThat(settle(lab)).isEqualTo(dropped("a1", DropReason.OVERSIZE));
            assertThat(List.of(port.taken())).containsExactly(1L);
        }
    }
}
