package io.etherloom.vmotion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.etherloom.lab.LabException;
import io.etherloom.lab.MemoryMoves;
import io.etherloom.lab.MemoryMoves.When;
import io.etherloom.model.Delivery;
import io.etherloom.model.Outcome;
import io.etherloom.vmotion.MoveReport.Frames;
import io.etherloom.vmotion.MoveReport.Guest;
import io.etherloom.vmotion.MoveReport.Peers;
import io.etherloom.vmotion.MoveReport.Phase;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Whole moves with their deadlines, leases and ways back, to the microsecond: real ports, a real journal, and time that passes when the move waits.
final class MoveTest {
    private static final String TEXT = """
        name: move
        agents: { count: 1 }
        fabric:
          switches: { tor: { ports: { "1": { trunk: all }, "2": { trunk: all }, "9": { access: 10 } } } }
          machines: { pc: { link: tor/9, mac: 02:00:00:00:00:01 } }
        hosts:
          esx1:
            advanced: { Net.IGMPQueries: 0 }
            pnics: { vmnic0: { link: tor/1 } }
            vSwitches: { vSwitch0: { uplinks: [vmnic0], portGroups: { A: { vlan: 10 } } } }
          esx2: { like: esx1, pnics: { vmnic0: { link: tor/2 } } }
        vms:
          w1: { host: esx1, kind: memory, nics: [ { portGroup: A, mac: 00:50:56:00:00:11 } ] }
        """;
    private static final String PC = "020000000001";
    private static final String W1 = "005056000011";
    private static final long MILLISECOND = 1_000_000;
    private static final long SECOND = 1000 * MILLISECOND;
    /// How often a move looks whether frames have come.
    private static final long LOOK = 200;

    private final MemoryMoves lab = new MemoryMoves(TEXT);
    private final MoveClock clock = new MoveClock() {
        @Override
        public long nanoTime() {
            return lab.nowNanos();
        }

        @Override
        public void pause(long nanos) {
            lab.pass(nanos);
        }

        @Override
        public void await(Condition change, long nanos) {
            lab.pass(Math.min(nanos, lab.nanosToNext()));
        }
    };
    private List<Finding> findings = List.of();
    private int sent;

    @AfterEach
    void nothingIsLost() {
        lab.close();
    }

    private Move begin(MoveRequest request) {
        var topology = lab.topology();
        return new Move(lab, clock, topology.vms().get(request.vm()), topology.hosts().get(request.host()), request, 1, () -> findings);
    }

    private static MoveRequest request(@Nullable Long timeoutMillis, @Nullable Long bufferOctets, @Nullable Long stunMillis, @Nullable Long leaseMillis) {
        return new MoveRequest("w1", "esx2", null, null, timeoutMillis, bufferOctets, stunMillis, leaseMillis);
    }

    private static byte[] frame(String to, String from, int number) {
        return HexFormat.of().parseHex(to + from + "88b5" + "%08x".formatted(number) + "00".repeat(42));
    }

    /// A frame to the VM and one from it each millisecond, from now on for so long. A guest whose port stands still sends until its device is full, one that
    /// stands still does not.
    private void talk(int millis) {
        for (int i = 1; i <= millis; i++) {
            lab.at(i * MILLISECOND, () -> {
                sent++;
                lab.send("pc", frame(W1, PC, sent));
                if (lab.isRunning("w1")) {
                    lab.offer("w1", frame(PC, W1, sent));
                }
            });
        }
    }

    private void requireIsAt(String host) {
        assertThat(lab.host("w1")).isEqualTo(host);
        assertThat(lab.afterKill("w1")).as("after a kill").isEqualTo(host);
        lab.pass(1);      // RARPs of the way back (spec 7.11).
        var to = frame(W1, PC, 70_000);
        var from = frame(PC, W1, 70_001);
        assertThat(lab.send("w1", from).deliveries()).as("what it sends").containsExactly(new Delivery("pc", from));
        assertThat(lab.send("pc", to)).as("what it gets").isEqualTo(new Outcome(List.of(new Delivery("w1", to)), List.of()));
    }

    /// Whatever became of the move, its VM is where the report says, and may be moved at once.
    private void requireEnded(MoveReport report) {
        assertThat(report.isOver()).isTrue();
        requireIsAt(report.state().equals("moved") ? "esx2" : "esx1");
        var other = lab.host("w1").equals("esx1") ? "esx2" : "esx1";
        assertThat(begin(new MoveRequest("w1", other)).run().state()).isEqualTo("moved");
        requireIsAt(other);
    }

    private static long micros(MoveReport report, String phase) {
        return report.phases().stream().filter(it -> it.name().equals(phase)).mapToLong(Phase::micros).sum();
    }

    /// Spec 7.4, 7.6, 7.9.
    @Test
    void withoutTrafficItTakesWhatItListens() {
        var report = begin(new MoveRequest("w1", "esx2")).run();
        assertThat(report.state()).isEqualTo("moved");
        assertThat(report.phases()).containsExactly(new Phase("validate", 0), new Phase("prepare", 20_000), new Phase("switchover", 0),
            new Phase("notify", 0), new Phase("complete", 0));
        assertThat(report.gapMicros()).isZero();
        assertThat(report.nics()).singleElement().satisfies(nic -> {
            assertThat(nic.uplinkBefore()).isEqualTo("vmnic0");
            assertThat(nic.uplinkAfter()).isEqualTo("vmnic0");
            assertThat(nic.rarpsSent()).as("spec 4.42: at once").isEqualTo(1);
        });
        requireEnded(report);
    }

    /// Spec 7.9: what comes meanwhile is dropped, and counted.
    @Test
    void whatComesWhileItStandsStillIsLost() {
        talk(200);
        var report = begin(request(null, null, 50L, null)).run();
        assertThat(report.frames()).isEqualTo(new Frames(50, 0, 0));
        assertThat(report.gapMicros()).isEqualTo(50_000);
        assertThat(micros(report, "switchover")).isEqualTo(50_000);
        requireEnded(report);
    }

    /// In order, and never twice; what the VM sends meanwhile waits in its device.
    @Test
    void whatComesWhileItStandsStillIsKept() {
        talk(200);
        lab.pass(10 * MILLISECOND);
        var arrived = lab.listenAt("w1");
        var report = begin(request(null, 1L << 20, 50L, null)).run();
        lab.pass(200 * MILLISECOND);
        assertThat(report.frames()).isEqualTo(new Frames(0, 50, 0));
        assertThat(report.gapMicros()).isEqualTo(50_000);
        assertThat(numbers(arrived)).isEqualTo(IntStream.rangeClosed(11, 200).boxed().toList());
    }

    private static List<Integer> numbers(List<byte[]> frames) {
        return frames.stream().map(it -> Integer.parseInt(HexFormat.of().formatHex(it, 14, 18), 16)).toList();
    }

    /// From its last frame before to the first after; what it sent meanwhile has waited.
    @Test
    void peersHearNothingMeanwhile() {
        talk(200);
        var report = begin(request(null, null, 50L, null)).run();
        assertThat(report.peers()).isEqualTo(new Peers(50_000, 51_000));
        assertThat(micros(report, "notify")).as("until the next frame").isBetween(1L, 1_000 + LOOK);
    }

    /// Traffic ends while the ports stand still, so that nobody hears how long it was.
    @Test
    void waitsForTrafficThatDoesNotComeBackOnlySoLong() {
        talk(10);
        var report = begin(request(null, null, 50L, null)).run();
        assertThat(report.state()).isEqualTo("moved");
        assertThat(report.peers().deafMicros()).isZero();
        assertThat(micros(report, "notify")).isBetween(200_000L, 200_000 + LOOK);
    }

    @Test
    void goesBackAtItsDeadline() {
        talk(400);
        var report = begin(request(100L, 1L << 20, 3_000L, null)).run();
        assertThat(report.state()).isEqualTo("failed");
        assertThat(report.reason()).isEqualTo("it took longer than 100 ms; --timeout gives it more");
        assertThat(report.micros()).as("in steps of 5 ms").isBetween(100_000L, 105_000L);
        assertThat(report.frames().lost()).isZero();
        requireEnded(report);
    }

    @Test
    void goesBackWhenItIsGivenUp() {
        var move = begin(request(null, null, 3_000L, null));
        lab.at(500 * MILLISECOND, move::turnBack);
        var report = move.run();
        assertThat(report.state()).isEqualTo("failed");
        assertThat(report.reason()).isEqualTo("it was given up");
        assertThat(report.micros()).isBetween(500_000L, 505_000L);
        requireEnded(report);
    }

    @Test
    void isRefusedForWhatStandsAgainstIt() {
        findings = List.of(Finding.fatal("CannotAccessNetwork", "there is no such network", "make one"));
        var report = begin(new MoveRequest("w1", "esx2")).run();
        assertThat(report.state()).isEqualTo("refused");
        assertThat(report.phases()).containsExactly(new Phase("validate", 0));
        findings = List.of();
        requireEnded(report);
    }

    private static boolean isWaiting(Move move, String state) {
        return move.report().state().equals(state);
    }

    /// An outside hypervisor says when: 70 ms later, and 40 ms after that.
    @Test
    void isDrivenFromOutside() {
        var move = begin(request(null, null, null, 1_000L));
        lab.at(90 * MILLISECOND, () -> {
            assertThat(isWaiting(move, "prepared")).isTrue();
            assertThatThrownBy(() -> move.say(Step.AWAIT_COMPLETE)).isInstanceOf(LabException.class).hasMessage("move 1 of w1 is prepared, not switched");
            move.say(Step.AWAIT_SWITCHOVER);
        });
        lab.at(130 * MILLISECOND, () -> {
            assertThat(isWaiting(move, "switched")).isTrue();
            assertThat(lab.host("w1")).isEqualTo("esx2");
            move.say(Step.AWAIT_COMPLETE);
        });
        var report = move.run();
        assertThat(report.phases()).containsExactly(new Phase("validate", 0), new Phase("prepare", 90_000), new Phase("switchover", 0),
            new Phase("notify", 40_000), new Phase("complete", 0));
        requireEnded(report);
    }

    /// In front of the switchover and behind it: exactly when the lease is over, which was renewed half a second before.
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void goesBackWhenItsDriverIsGone(boolean isSwitched) {
        var move = begin(request(null, null, null, 1_000L));
        if (isSwitched) {
            lab.at(100 * MILLISECOND, () -> move.say(Step.AWAIT_SWITCHOVER));
        }
        lab.at(500 * MILLISECOND, move::renew);
        var report = move.run();
        assertThat(report.state()).isEqualTo("failed");
        assertThat(report.reason()).isEqualTo("whoever drives the move was not heard of for 1000 ms");
        assertThat(report.micros()).isEqualTo(1_500_000);
        requireEnded(report);
    }

    /// A driver that is heard of may take as long as he likes, but not longer than the time that was set.
    @Test
    void aLeaseDoesNotOutlastATimeThatWasSet() {
        var move = begin(request(3_000L, null, null, 1_000L));
        for (int i = 1; i < 100; i++) {
            lab.at(i * SECOND / 2, () -> {
                if (!move.report().isOver()) {
                    move.renew();
                }
            });
        }
        var report = move.run();
        assertThat(report.state()).isEqualTo("failed");
        assertThat(report.reason()).isEqualTo("it took longer than 3000 ms; --timeout gives it more");
        assertThat(report.micros()).isBetween(3_000_000L, 3_000_001L);
    }

    @Test
    void goesBackWhenItsDriverSaysSo() {
        var move = begin(request(null, null, null, 1_000L));
        lab.at(100 * MILLISECOND, () -> move.say(Step.AWAIT_SWITCHOVER));
        lab.at(300 * MILLISECOND, move::turnBack);
        var report = move.run();
        assertThat(report.state()).isEqualTo("failed");
        assertThat(report.micros()).isEqualTo(300_000);
        requireEnded(report);
    }

    private static Stream<Object[]> faults() {
        return Stream.of("stun", "attach", "complete").flatMap(call -> Stream.of(When.values()).map(when -> new Object[] {call, when}));
    }

    /// Each step of the ports fails, with nothing or all of it done; frames come all the time.
    @ParameterizedTest
    @MethodSource("faults")
    void goesBackWhenAStepFails(String call, When when) {
        talk(300);
        lab.fail(call, when, 1);
        var report = begin(request(null, 1L << 20, 20L, null)).run();
        assertThat(report.state()).isEqualTo("failed");
        assertThat(report.reason()).isEqualTo("the fault of " + call);
        assertThat(report.frames().lost()).isZero();
        lab.pass(SECOND);
        requireEnded(report);
    }

    @Test
    void failsWhenNothingCanBeReserved() {
        lab.fail("prepareMove", When.BEFORE, 1);
        var report = begin(new MoveRequest("w1", "esx2")).run();
        assertThat(report.state()).isEqualTo("failed");
        assertThat(report.reason()).isEqualTo("the fault of prepareMove");
        requireEnded(report);
    }

    /// A VM that works nowhere is worse than one that waits: the way back is tried again, each 300 ms.
    @ParameterizedTest
    @EnumSource(When.class)
    void triesTheWayBackAgain(When when) {
        lab.fail("attach", When.AFTER, 1);
        lab.fail("back", when, 10);
        var report = begin(new MoveRequest("w1", "esx2")).run();
        assertThat(report.state()).isEqualTo("failed");
        assertThat(report.reason()).isEqualTo("the fault of attach\nthe fault of back");
        assertThat(micros(report, "rollback")).isEqualTo(10 * 300_000);
        requireEnded(report);
    }

    /// After half a minute there is nothing more to be done, and the report says where the VM is.
    @Test
    void saysWhenThereIsNoWayBack() {
        lab.fail("attach", When.AFTER, 1);
        lab.fail("back", When.BEFORE, 1_000);
        var report = begin(new MoveRequest("w1", "esx2")).run();
        assertThat(report.state()).isEqualTo("failed");
        assertThat(micros(report, "rollback")).isEqualTo(99 * 300_000);
        assertThat(lab.events().since(0).events()).last().satisfies(it -> assertThat(it.sentence()).contains("could not be taken back from there"));
        requireIsAt("esx2");
    }

    /// A hypervisor carries the guest's memory, and frames come all the time.
    @Test
    void aGuestIsCarried() {
        lab.carries("w1");
        talk(300);
        lab.pass(10 * MILLISECOND);
        var arrived = lab.listenAt("w1");
        var report = begin(request(null, 1L << 20, null, null)).run();
        lab.pass(SECOND);
        assertThat(report.state()).isEqualTo("moved");
        assertThat(micros(report, "prepare")).isEqualTo(33_500);
        assertThat(report.guest()).isEqualTo(new Guest(3_000, 3_000, 0));
        assertThat(numbers(arrived)).as("what came after it had stopped, too").isEqualTo(IntStream.rangeClosed(11, 300).boxed().toList());
        assertThat(lab.calls()).containsExactly("prepareMove", "carry", "untilStopped", "handOff", "stun", "attach", "resume", "complete", "done");
        assertThat(lab.runsAt("w1")).isEqualTo("esx2");
        assertThat(lab.afterKill("w1")).isEqualTo("esx2");
    }

    /// As long as the move may still be taken back for a while, the source has its guest.
    @Test
    void aGuestIsHandedOffAfterAPause() {
        lab.carries("w1");
        var report = begin(request(null, 1L << 20, 50L, null)).run();
        assertThat(lab.calls()).containsExactly("prepareMove", "carry", "untilStopped", "stun", "handOff", "attach", "resume", "complete", "done");
        assertThat(report.guest()).isEqualTo(new Guest(53_000, 53_000, 0));
        requireEnded(report);
    }

    private static Stream<Object[]> guestFaults() {
        return Stream.of("untilStopped", "stun", "handOff", "attach", "resume", "complete", "done")
            .flatMap(call -> Stream.of(When.values()).map(when -> new Object[] {call, when}));
    }

    /// Until its guest runs at the target the move goes back; from then on it goes on, and says what went wrong.
    @ParameterizedTest
    @MethodSource("guestFaults")
    void aGuestRunsWhereItsPortsAre(String call, When when) {
        lab.carries("w1");
        talk(300);
        lab.fail(call, when, 1);
        lab.fail("abandon", When.BEFORE, 2);
        lab.fail("back", when, 2);
        var report = begin(request(null, 1L << 20, null, null)).run();
        boolean isLate = call.equals("complete") || call.equals("done");
        assertThat(report.state()).isEqualTo(isLate ? "moved" : "failed");
        assertThat(report.reason()).startsWith("the fault of " + call);
        assertThat(lab.runsAt("w1")).isEqualTo(isLate ? "esx2" : "esx1");
        lab.fail("abandon", When.BEFORE, 0);
        lab.fail("back", When.BEFORE, 0);
        lab.pass(SECOND);
        requireEnded(report);
        assertThat(lab.runsAt("w1")).isEqualTo(lab.host("w1"));
    }

    /// Memory that is not copied in time.
    @Test
    void aGuestThatTakesTooLongStays() {
        lab.carries("w1");
        lab.at(0, () -> lab.pass(90 * MILLISECOND));
        var move = begin(request(100L, null, null, null));
        lab.pass(1);
        var report = move.run();
        assertThat(report.state()).isEqualTo("failed");
        assertThat(report.reason()).isEqualTo("the copy takes longer");
        assertThat(Objects.requireNonNull(lab.runsAt("w1"))).isEqualTo("esx1");
        requireEnded(report);
    }
}
