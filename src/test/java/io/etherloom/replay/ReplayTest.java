package io.etherloom.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.etherloom.replay.ReplayReport.End;
import io.etherloom.topology.ReplayRate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// A replay on a clock that moves only when it waits: each frame goes at its time to the nanosecond.
final class ReplayTest {
    private static final long MILLI = 1_000_000;

    private final RecordingTarget port = new RecordingTarget();

    private ReplayReport replay(ReplaySettings settings, Replay.Source source) {
        return new Replay(port, settings, port, _ -> { }, () -> false).run(source);
    }

    private ReplayReport replay(String rate, Replay.Source source) {
        return replay(settings(rate), source);
    }

    private static ReplaySettings settings(String rate) {
        return new ReplaySettings(ReplayRate.parse(rate), 1, false, false, 0, 0);
    }

    private static ReplaySettings edited(boolean rewritesMacs, boolean padsCut) {
        return new ReplaySettings(new ReplayRate.Max(), 1, rewritesMacs, padsCut, 0, 0);
    }

    private static CaptureFile spaced() {
        return CaptureFile.ethernet().frame(0, 60).frame(3, 60).frame(10 * MILLI, 1000).frame(2_000 * MILLI, 125).frame(2_001 * MILLI, 60);
    }

    @Test
    void keepsTheSpacingOfTheFileToTheNanosecond() {
        var report = replay("original", spaced());
        assertThat(port.times).containsExactly(0L, 3L, 10 * MILLI, 2_000 * MILLI, 2_001 * MILLI);
        assertThat(report).isEqualTo(new ReplayReport(5, 1305, 0, 1, Map.of(), 2_001 * MILLI, End.FINISHED, ""));
        assertThat(port.frames.getFirst()).isEqualTo(CaptureFile.wire(2, 1, 60));
    }

    @Test
    void goesFasterAndSlowerByAFactor() {
        replay("2x", spaced());
        assertThat(port.times).containsExactly(0L, 1L, 5 * MILLI, 1_000 * MILLI, 1_000 * MILLI + MILLI / 2);
        port.times.clear();
        long begun = port.now;
        replay("0.5x", spaced());
        assertThat(port.times.getLast()).isEqualTo(4_002 * MILLI + begun - 5_000_000_000L);
    }

    @Test
    void sendsAtAConstantRateOfFramesWhateverTheFileSays() {
        replay("1000/s", spaced());
        assertThat(port.times).containsExactly(0L, MILLI, 2 * MILLI, 3 * MILLI, 4 * MILLI);
    }

    /// A frame may go when those before it have had their time: 60 octets are 480 us at 1 Mbps.
    @Test
    void sendsAtAConstantRateOfBits() {
        replay("1 Mbps", spaced());
        assertThat(port.times).containsExactly(0L, 480_000L, 960_000L, 8_960_000L, 9_960_000L);
    }

    @Test
    void waitsForNothingAtMax() {
        replay("max", spaced());
        assertThat(port.times).containsOnly(0L).hasSize(5);
    }

    @Test
    void sendsFramesOutOfOrderAndWithoutATimeBehindTheOneBefore() {
        replay("original", CaptureFile.ethernet().frame(10 * MILLI, 60).frame(0, 60).frame(12 * MILLI, 60).frame(-1_700_000_000L * 1_000_000_000L, 60)
                .frame(13 * MILLI, 60));
        assertThat(port.times).containsExactly(0L, 0L, 2 * MILLI, 2 * MILLI, 3 * MILLI);
    }

    /// After the machine stood still for a second the rest keeps its spacing, a second later.
    @Test
    void makesUpForLittleOfLostTime() {
        port.full = 1;
        port.oversleptNanos = 1_000 * MILLI;
        var file = CaptureFile.ethernet();
        for (int i = 0; i < 4; i++) {
            file.frame(i * 10 * MILLI, 60);
        }
        var replay = new Replay(port, settings("original"), port, _ -> { }, () -> {
            port.oversleptNanos = port.frames.isEmpty() ? 1_000 * MILLI : 0;
            return false;
        });
        replay.run(file);
        var gaps = new ArrayList<Long>();
        for (int i = 1; i < port.times.size(); i++) {
            gaps.add(port.times.get(i) - port.times.get(i - 1));
        }
        assertThat(port.times.getFirst()).isGreaterThanOrEqualTo(1_000 * MILLI);
        assertThat(gaps).containsExactly(0L, 10 * MILLI, 10 * MILLI);
    }

    @Test
    void repeatsTheWholeFile() {
        var report = replay(new ReplaySettings(ReplayRate.ORIGINAL, 3, false, false, 0, 0), CaptureFile.ethernet().frame(0, 60).frame(MILLI, 61));
        assertThat(port.times).containsExactly(0L, MILLI, MILLI, 2 * MILLI, 2 * MILLI, 3 * MILLI);
        assertThat(report.rounds()).isEqualTo(3);
    }

    @Test
    void keepsAConstantRateFromRoundToRound() {
        replay(new ReplaySettings(ReplayRate.parse("1000/s"), 3, false, false, 0, 0), CaptureFile.ethernet().frame(0, 60).frame(MILLI, 61));
        assertThat(port.times).containsExactly(0L, MILLI, 2 * MILLI, 3 * MILLI, 4 * MILLI, 5 * MILLI);
    }

    @Test
    void endsAtItsLimits() {
        var byCount = replay(new ReplaySettings(ReplayRate.ORIGINAL, 0, false, false, 7, 0), spaced());
        assertThat(byCount.sent()).isEqualTo(7);
        assertThat(byCount.end()).isEqualTo(End.LIMIT);
        port.frames.clear();
        var byTime = replay(new ReplaySettings(ReplayRate.ORIGINAL, 0, false, false, 0, 500 * MILLI), spaced());
        assertThat(byTime.sent()).isEqualTo(3);
        assertThat(byTime.nanos()).isEqualTo(500 * MILLI);
    }

    @Test
    void endsWhenItIsToldToAndWhenThePortGoes() {
        var told = new Replay(port, settings("original"), port, _ -> { }, () -> port.frames.size() == 2).run(spaced());
        assertThat(told.end()).isEqualTo(End.STOPPED);
        assertThat(told.sent()).isEqualTo(2);
        port.goneAfter = 4;
        var gone = replay("original", spaced());
        assertThat(gone.end()).isEqualTo(End.PORT_GONE);
        assertThat(gone.problem()).contains("gone");
        assertThat(port.frames).hasSize(4);
    }

    @Test
    void waitsForRoomAndLosesNothing() {
        port.full = 3;
        assertThat(replay("max", spaced()).sent()).isEqualTo(5);
    }

    @Test
    void leavesOutWhatIsNotWholeAndCountsIt() {
        var file = CaptureFile.ethernet().frame(0, CaptureFile.wire(2, 1, 96), 1514).frame(0, 60).frame(0, 13).frame(0, 9015).frame(0, 9014);
        var report = replay(edited(false, false), file);
        assertThat(report.skipped()).containsExactlyInAnyOrderEntriesOf(Map.of(SkipReason.CUT, 1L, SkipReason.RUNT, 1L, SkipReason.TOO_LONG, 1L));
        assertThat(port.frames).extracting(frame -> frame.length).containsExactly(60, 9014);
        assertThat(report.padded()).isZero();
    }

    @Test
    void fillsUpWithZerosWhenItIsToldTo() {
        var report = replay(edited(false, true), CaptureFile.ethernet().frame(0, CaptureFile.wire(2, 1, 96), 1514));
        assertThat(port.frames).containsExactly(Arrays.copyOf(CaptureFile.wire(2, 1, 96), 1514));
        assertThat(report.padded()).isEqualTo(1);
        assertThat(report.octets()).isEqualTo(1514);
    }

    @Test
    void rewritesTheSourceAndTurnsRoundWhatWasSentToThePort() {
        var toPort = CaptureFile.wire(9, 3, 60);
        System.arraycopy(new byte[] {0, 0x50, 0x56, 0, 0, 7}, 0, toPort, 0, 6);
        var toAll = CaptureFile.wire(9, 3, 60);
        Arrays.fill(toAll, 0, 6, (byte) 0xff);
        replay(edited(true, false), CaptureFile.ethernet().frame(0, 60).frame(0, toPort, 60).frame(0, toAll, 60));
        assertThat(port.frames).allSatisfy(frame -> assertThat(Arrays.copyOfRange(frame, 6, 12)).containsExactly(0, 0x50, 0x56, 0, 0, 7));
        assertThat(port.frames).extracting(frame -> frame[5]).containsExactly((byte) 2, (byte) 3, (byte) 0xff);
        assertThat(Arrays.copyOfRange(port.frames.getFirst(), 12, 60)).as("the rest").isEqualTo(Arrays.copyOfRange(CaptureFile.wire(2, 1, 60), 12, 60));
    }

    @Test
    void sendsWhatIsBeforeABrokenPacketAndNamesIt() {
        var report = replay("original", spaced().without(7));
        assertThat(report.sent()).isEqualTo(4);
        assertThat(report.end()).isEqualTo(End.BROKEN);
        assertThat(report.problem()).startsWith("packet 5, offset ").contains("7 octets too early");
    }

    @Test
    void refusesOtherLinkTypesByNameAndPacket() {
        var report = replay("original", new CaptureFile(105).frame(0, 60));
        assertThat(report.problem()).isEqualTo("packet 1: link type 105 (IEEE802_11) is not Ethernet");
        assertThat(port.frames).isEmpty();
    }

    @Test
    void endsWhenThereIsNothingToSendForEver() {
        var report = replay(new ReplaySettings(ReplayRate.ORIGINAL, 0, false, false, 0, 0), CaptureFile.ethernet().frame(0, 5));
        assertThat(report.end()).isEqualTo(End.FINISHED);
        assertThat(report.skipped()).containsExactly(Map.entry(SkipReason.RUNT, 1L));
    }

    @Test
    void saysHowFarItIsOnceASecond() {
        var seen = new ArrayList<Long>();
        new Replay(port, settings("original"), port, report -> seen.add(report.sent()), () -> false).run(spaced());
        assertThat(seen).containsExactly(0L, 3L);
    }

    /// Blocks without an end, and none of them a frame.
    private static final class EndlessBlocks extends java.io.InputStream {
        private static final byte[] SECTION = java.util.HexFormat.of().parseHex("0a0d0d0a1c0000004d3c2b1a01000000ffffffffffffffff1c000000");
        private static final byte[] BLOCK = java.util.HexFormat.of().parseHex("ad0b00000c0000000c000000");
        private long position;

        @Override
        public int read() {
            long at = position++;
            return (at < SECTION.length ? SECTION[(int) at] : BLOCK[(int) ((at - SECTION.length) % BLOCK.length)]) & 0xFF;
        }
    }

    @Test
    @org.junit.jupiter.api.Timeout(60)
    void endsInTheMiddleOfAFileWithoutAFrame() {
        var asked = new java.util.concurrent.atomic.AtomicInteger();
        var report = new Replay(port, settings("max"), port, _ -> { }, () -> asked.incrementAndGet() > 10).run(EndlessBlocks::new);
        assertThat(report.end()).isEqualTo(End.STOPPED);
        assertThat(report.sent()).isZero();
    }
}
