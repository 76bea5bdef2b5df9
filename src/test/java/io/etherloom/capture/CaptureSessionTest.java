package io.etherloom.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.etherloom.agent.Allocation;
import io.etherloom.agent.ByteRing;
import io.etherloom.frame.CapturePoint;
import io.etherloom.frame.DropReason;
import io.etherloom.frame.Frame;
import io.etherloom.frame.FramePool;
import io.etherloom.frame.PortSet;
import io.etherloom.wire.Tag;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Spec 8.14 names the points. The pump runs on the thread of the test: `isOver` is asked before each batch, so it can also be the agent.
final class CaptureSessionTest {
    private static final long EPOCH = 1_700_000_000_123_456_789L;
    private static final WallClock CLOCK = new WallClock(-5_000, EPOCH);
    private static final CaptureSettings SETTINGS = CaptureSettings.of("1.2.3");
    private static final List<CaptureSession.Source> SOURCES = List.of(
            CaptureSession.Source.of("web1.eth0", "VM web1 at vSwitch0", CapturePoint.VNIC_TX),
            CaptureSession.Source.of("esx1/vmnic0", "", CapturePoint.UPLINK_SND));
    /// Two ports of guests.
    private static final List<CaptureSession.Source> GUESTS = List.of(
            CaptureSession.Source.of("a", "", CapturePoint.VNIC_TX), CaptureSession.Source.of("b", "", CapturePoint.VNIC_TX));

    private final FramePool pool = new FramePool(64, 4);
    private final SampleFrames frames = new SampleFrames(pool);

    @AfterEach
    void everyFrameIsBack() {
        assertThat(pool.free()).isEqualTo(pool.capacity());
        assertThat(pool.freeTails()).isEqualTo(pool.tailCapacity());
        pool.close();
    }

    @Test
    void recordsWhatEntersAndLeavesWatchedPortsOfASwitch() throws IOException {
        var session = CaptureSession.start(SOURCES, SETTINGS, CLOCK);
        var ports = new PortSet(pool);
        ports.open(0, 8, CapturePoint.VNIC_TX, CapturePoint.VNIC_RX);
        ports.open(1, 8, CapturePoint.UPLINK_RCV, CapturePoint.UPLINK_SND);
        ports.connect(1, (_, _) -> null);
        ports.observe(0, session.observer(0));
        ports.observe(1, session.observer(1));
        var frame = frames.frame(SampleFrames.udp(30, 1));
        ports.now(-5_000 + 7);
        ports.received(0, frame, Tag.NONE);
        ports.send(1, frame, Tag.of(10));
        frame.release();
        ports.now(-5_000 + 9);
        ports.flush();
        var file = pump(session);

        var packets = read(file);
        assertThat(packets).hasSize(2);
        var in = packets.get(0);
        assertThat(in.source().name()).isEqualTo("web1.eth0 VnicTx");
        assertThat(in.source().description()).isEqualTo("VM web1 at vSwitch0");
        assertThat(in.source().isEthernet()).isTrue();
        assertThat(in.epochNanos()).isEqualTo(EPOCH + 7);
        assertThat(in.direction()).isEqualTo(Direction.INBOUND);
        assertThat(in.bytes()).isEqualTo(SampleFrames.udp(30, 1));
        assertThat(in.originalLength()).isEqualTo(72);
        assertThat(in.comment()).isNull();
        var out = packets.get(1);
        assertThat(out.source().name()).isEqualTo("esx1/vmnic0 UplinkSnd");
        assertThat(out.epochNanos()).isEqualTo(EPOCH + 9);
        assertThat(out.direction()).isEqualTo(Direction.OUTBOUND);
        assertThat(out.bytes()).isEqualTo(SampleFrames.tagged(SampleFrames.udp(30, 1), Tag.of(10)));
        assertThat(out.originalLength()).isEqualTo(76);
    }

    @Test
    void leavesDropsOutUnlessAskedAndThenNamesTheReason() throws IOException {
        assertThat(read(pump(sessionWithADrop(CapturePoint.VNIC_RX)))).isEmpty();
        var packets = read(pump(sessionWithADrop(CapturePoint.DROP, CapturePoint.PORT_OUTPUT)));
        assertThat(packets).extracting(CapturedFrame::comment).containsExactly(null, "dropped: wrong_uplink");
        assertThat(packets).extracting(packet -> packet.source().name()).containsExactly("web1.eth0 PortOutput", "web1.eth0 Drop");
        assertThat(packets).extracting(CapturedFrame::direction).containsExactly(Direction.OUTBOUND, Direction.UNKNOWN);
    }

    private CaptureSession sessionWithADrop(CapturePoint... points) {
        var session = CaptureSession.start(List.of(CaptureSession.Source.of("web1.eth0", "", points)), SETTINGS, CLOCK);
        observe(session, 0, CapturePoint.PORT_OUTPUT, frames.frame(SampleFrames.udp(30, 1)), Tag.NONE, null);
        observe(session, 0, CapturePoint.DROP, frames.frame(SampleFrames.udp(30, 1)), Tag.NONE, DropReason.WRONG_UPLINK);
        return session;
    }

    @Test
    void cutsAtTheSnapLengthAndKeepsTheOriginalLength() throws IOException {
        var session = CaptureSession.start(SOURCES, SETTINGS.withSnapLength(60), CLOCK);
        enter(session, frames.frame(SampleFrames.udp(1000, 1)), Tag.of(7));
        var packet = read(pump(session)).getFirst();
        assertThat(packet.bytes()).isEqualTo(Arrays.copyOf(SampleFrames.tagged(SampleFrames.udp(1000, 1), Tag.of(7)), 60));
        assertThat(packet.originalLength()).isEqualTo(14 + 28 + 1000 + 4);
        assertThat(packet.source().snapLength()).isEqualTo(60);
    }

    @Test
    void writesASuperFrameAsTheSegmentsThatStandOnTheWire() throws IOException {
        var session = CaptureSession.start(SOURCES, SETTINGS, CLOCK);
        enter(session, frames.superTcp4(40_000, 1448, 1), Tag.of(20));
        var packets = read(pump(session));
        assertThat(packets).hasSize(28);
        var payload = new ByteArrayOutputStream();
        int headers = SampleFrames.TCP_HEADERS + 4;
        for (var packet : packets) {
            assertThat(packet.bytes().length).isEqualTo(packet.originalLength()).isLessThanOrEqualTo(headers + 1448);
            assertThat(Arrays.copyOfRange(packet.bytes(), 12, 16)).containsExactly(0x81, 0, 0, 20);
            assertThat(packet.epochNanos()).isEqualTo(EPOCH + 5_000);
            payload.write(packet.bytes(), headers, packet.bytes().length - headers);
        }
        var whole = SampleFrames.tcp4(40_000, 1);
        assertThat(payload.toByteArray()).isEqualTo(Arrays.copyOfRange(whole, SampleFrames.TCP_HEADERS, whole.length));
    }

    @Test
    void appliesTheSnapLengthToSegmentsNotToTheSuperFrame() throws IOException {
        var session = CaptureSession.start(SOURCES, SETTINGS.withSnapLength(100), CLOCK);
        enter(session, frames.superTcp6(3000, 1428, 1), Tag.NONE);
        var packets = read(pump(session));
        assertThat(packets).extracting(CapturedFrame::originalLength).containsExactly(
                SampleFrames.TCP6_HEADERS + 1428, SampleFrames.TCP6_HEADERS + 1428, SampleFrames.TCP6_HEADERS + 144);
        assertThat(packets).allSatisfy(packet -> assertThat(packet.bytes()).hasSize(100));
    }

    @Test
    void completesAPartialChecksumInTheCopyOnly() throws IOException {
        var session = CaptureSession.start(SOURCES, SETTINGS, CLOCK);
        var frame = frames.unfinished(SampleFrames.partialUdp(99, 1), 0, 0, 34, 6);
        frame.retain();
        enter(session, frame, Tag.NONE);
        assertThat(read(pump(session)).getFirst().bytes()).isEqualTo(SampleFrames.udp(99, 1));
        assertThat(frame.offload().needsChecksum()).isTrue();
        frame.release();
    }

    @Test
    void leavesContradictingOffloadMetadataAsItCame() throws IOException {
        var session = CaptureSession.start(SOURCES, SETTINGS, CLOCK);
        var frame = frames.unfinished(SampleFrames.partialUdp(99, 1), 0, 0, 3000, 6);
        assertThat(frame.fault()).isEqualTo(DropReason.MALFORMED_OFFLOAD);
        enter(session, frame, Tag.NONE);
        assertThat(read(pump(session)).getFirst().bytes()).isEqualTo(SampleFrames.partialUdp(99, 1));
    }

    @Test
    void keepsAnInnerTagThatIsPayload() throws IOException {
        var inner = SampleFrames.tagged(SampleFrames.partialUdp(99, 1), Tag.of(7));
        var session = CaptureSession.start(SOURCES, SETTINGS, CLOCK);
        // Received with two tags; the switch took the outer one away and delivers untagged.
        var frame = frames.unfinished(SampleFrames.tagged(inner, Tag.of(5)), 0, 0, 34 + 4, 6);
        enter(session, frame, Tag.NONE);
        assertThat(read(pump(session)).getFirst().bytes()).isEqualTo(SampleFrames.tagged(SampleFrames.udp(99, 1), Tag.of(7)));
    }

    @Test
    void recordsFramesThatAreTooShortForTheirHeader() throws IOException {
        var session = CaptureSession.start(SOURCES, SETTINGS, CLOCK);
        for (int length = 0; length < 20; length++) {
            enter(session, frames.frame(Arrays.copyOf(SampleFrames.udp(30, 1), length)), Tag.of(3));
        }
        var packets = read(pump(session));
        assertThat(packets).extracting(packet -> packet.bytes().length)
                .containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 18, 19, 20, 21, 22, 23);
        assertThat(packets).allSatisfy(packet -> assertThat(packet.bytes()).hasSize(packet.originalLength()));
    }

    @Test
    void countsCopiesThatAFullRingRefusesByFramesOnTheWire() throws IOException {
        var session = CaptureSession.start(SOURCES, SETTINGS.withRingBytes(1 << 18), CLOCK);
        for (int i = 0; i < 5; i++) {
            enter(session, frames.superTcp4(60_000, 1500, 1), Tag.NONE);
        }
        assertThat(session.dropped()).isEqualTo(40);
        var file = pump(session);
        assertThat(read(file)).hasSize(160);
        assertThat(statistics(file)).extracting(CapturedFrame.Statistics::received).containsExactly(200L, 0L);
        assertThat(statistics(file)).extracting(CapturedFrame.Statistics::dropped).containsExactly(40L, 0L);
    }

    /// Of the same port, whatever other ports have shown meanwhile, and once.
    @Test
    void theNextFrameTellsOfThoseThatAreMissingBeforeIt() throws IOException {
        var session = CaptureSession.start(GUESTS, SETTINGS.withRingBytes(1 << 18), CLOCK);
        var turns = new AtomicInteger();
        var file = new ByteArrayOutputStream();
        for (int i = 0; i < 5; i++) {
            enter(session, frames.superTcp4(60_000, 1500, 1), Tag.NONE);
        }
        session.pump(file, () -> {
            if (turns.get() == 1) {
                observe(session, 1, CapturePoint.VNIC_TX, frames.frame(SampleFrames.udp(30, 2)), Tag.NONE, null);
                enter(session, frames.frame(SampleFrames.udp(30, 3)), Tag.NONE);
                enter(session, frames.frame(SampleFrames.udp(30, 4)), Tag.NONE);
            }
            return turns.incrementAndGet() == 3;
        });
        var packets = read(file.toByteArray());
        assertThat(packets.subList(0, 160)).extracting(CapturedFrame::comment).containsOnlyNulls();
        assertThat(packets.subList(160, packets.size())).extracting(CapturedFrame::comment)
                .containsExactly(null, "40 frames are missing here before this one: the buffer of the capture was full", null);
    }

    @Test
    void describesASourceThatIsAddedWhileItRuns() throws IOException {
        var session = CaptureSession.start(SOURCES, SETTINGS, CLOCK);
        var turns = new AtomicInteger();
        var file = new ByteArrayOutputStream();
        session.pump(file, () -> {
            if (turns.get() == 1) {
                enter(session, frames.frame(SampleFrames.udp(30, 1)), Tag.NONE);
                int added = session.add(CaptureSession.Source.of("late.eth0", "", CapturePoint.VNIC_TX));
                observe(session, added, CapturePoint.VNIC_TX, frames.frame(SampleFrames.udp(30, 2)), Tag.NONE, null);
            }
            return turns.incrementAndGet() == 3;
        });
        assertThat(read(file.toByteArray())).extracting(packet -> packet.source().name()).containsExactly("web1.eth0 VnicTx", "late.eth0 VnicTx");
        assertThat(statistics(file.toByteArray())).hasSize(3);
    }

    @Test
    void hasGivenTheStreamAReadableFileWheneverItIsFlushed() throws IOException {
        var session = CaptureSession.start(SOURCES, SETTINGS, CLOCK);
        var framesAtFlush = new ArrayList<Integer>();
        var file = new ByteArrayOutputStream() {
            @Override
            public void flush() throws IOException {
                framesAtFlush.add(read(toByteArray()).size());
            }
        };
        var turns = new AtomicInteger();
        session.pump(file, () -> {
            if (turns.get() % 2 == 1) {
                enter(session, frames.frame(SampleFrames.udp(30, 1)), Tag.NONE);
            }
            return turns.incrementAndGet() == 7;
        });
        assertThat(framesAtFlush).containsExactly(0, 1, 2, 3, 3);      // The last one is of the statistics.
    }

    /// The agent and the writer on threads of their own, as in a lab.
    @Test
    void losesNothingBetweenTheAgentAndTheWriterButWhatItCounts() throws Exception {
        var session = CaptureSession.start(GUESTS, SETTINGS.withRingBytes(1 << 18), CLOCK);
        var isOver = new AtomicBoolean();
        var file = new ByteArrayOutputStream();
        var pumped = CompletableFuture.supplyAsync(() -> {
            try {
                return session.pump(file, isOver::get);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        var frame = frames.frame(SampleFrames.udp(200, 1));
        for (int i = 0; i < 20_000; i++) {
            session.observer(i % 2).observe(CapturePoint.VNIC_TX, frame, Tag.NONE, null, i);
        }
        frame.release();
        isOver.set(true);
        assertThat(pumped.get(10, TimeUnit.SECONDS) + session.dropped()).isEqualTo(20_000);
        var packets = read(file.toByteArray());
        var wanted = SampleFrames.udp(200, 1);
        assertThat(packets).isNotEmpty().allMatch(packet -> Arrays.equals(packet.bytes(), wanted));
        assertThat(packets).extracting(CapturedFrame::epochNanos).isSorted();
    }

    @Test
    void endsAlthoughAPortNeverRests() throws IOException {
        var session = CaptureSession.start(SOURCES, SETTINGS, CLOCK);
        var refilling = new ByteArrayOutputStream() {
            @Override
            public synchronized void write(byte[] bytes, int at, int length) {
                super.write(bytes, at, length);
                for (int i = 0; i < 1000; i++) {
                    enter(session, frames.frame(SampleFrames.udp(1400, 1)), Tag.NONE);
                }
            }
        };
        assertThat(session.pump(refilling, () -> true)).isEqualTo(1000);
    }

    @Test
    void endsWithTheExceptionOfTheStreamAndHarmsNobody() throws IOException {
        var session = CaptureSession.start(SOURCES, SETTINGS, CLOCK);
        enter(session, frames.superTcp4(60_000, 1500, 1), Tag.NONE);
        for (int i = 0; i < 10; i++) {
            enter(session, frames.superTcp4(60_000, 1500, 1), Tag.NONE);
        }
        var broken = new OutputStream() {
            private int writes;

            @Override
            public void write(int octet) throws IOException {
                if (++writes > 200_000) {
                    throw new IOException("Broken pipe");
                }
            }
        };
        assertThatThrownBy(() -> session.pump(broken, () -> true)).isExactlyInstanceOf(IOException.class).hasMessage("Broken pipe");
        enter(session, frames.frame(SampleFrames.udp(30, 1)), Tag.NONE);
    }

    @Test
    void writesWhatSeveralAgentsSawInTheOrderOfTime() throws IOException {
        var session = CaptureSession.start(GUESTS, SETTINGS, CLOCK);
        int[][] seen = {{0, 10}, {1, 11}, {1, 12}, {0, 20}, {0, 21}, {1, 30}};      // Source, which is the lane as well, and time.
        for (int lane : new int[] {1, 0}) {
            for (var record : seen) {
                if (record[0] == lane) {
                    enter(session, lane, record[1]);
                }
            }
        }
        var packets = read(pump(session));
        assertThat(packets).extracting(it -> it.epochNanos() - EPOCH - 5_000).containsExactly(10L, 11L, 12L, 20L, 21L, 30L);
        assertThat(packets).extracting(it -> it.source().name()).containsExactly(
                "a VnicTx", "b VnicTx", "b VnicTx", "a VnicTx", "a VnicTx", "b VnicTx");
    }

    private void enter(CaptureSession session, int lane, long nowNanos) {
        var frame = frames.frame(SampleFrames.udp(30, 1));
        session.observer(lane, lane).observe(CapturePoint.VNIC_TX, frame, Tag.NONE, null, nowNanos);
        frame.release();
    }

    /// A frame that two agents see one after the other, again and again, while the file is written.
    @Test
    void neverShowsTheEffectBeforeTheCause() throws Exception {
        int count = 20_000;
        var session = CaptureSession.start(GUESTS, SETTINGS.withRingBytes(1 << 24), CLOCK);
        var passed = new AtomicInteger();
        // Each needs a thread of its own, which the common pool of a small machine does not have.
        var running = List.of(
                CompletableFuture.runAsync(() -> relay(session, 0, count, passed), command -> Thread.ofPlatform().start(command)),
                CompletableFuture.runAsync(() -> relay(session, 1, count, passed), command -> Thread.ofPlatform().start(command)));
        var file = new ByteArrayOutputStream();
        session.pump(file, () -> running.stream().allMatch(CompletableFuture::isDone));
        for (var agent : running) {
            agent.get(10, TimeUnit.SECONDS);
        }
        var packets = read(file.toByteArray());
        assertThat(packets).hasSize(2 * count);
        for (int i = 0; i < packets.size(); i++) {
            assertThat(packets.get(i).source().name()).as("packet %d", i).isEqualTo(GUESTS.get(i % 2).name() + " VnicTx");
        }
    }

    /// Records in its turn, every other one, with a pool of its own.
    private static void relay(CaptureSession session, int lane, int count, AtomicInteger passed) {
        try (var own = new FramePool(4, 1)) {
            var observer = session.observer(lane, lane);
            var samples = new SampleFrames(own);
            for (int i = 0; i < count; i++) {
                for (int now = passed.get(); now != 2 * i + lane; now = passed.get()) {
                    if (now < 0) {
                        throw new IllegalStateException("the other agent has failed");
                    }
                    Thread.yield();
                }
                var frame = samples.frame(SampleFrames.udp(30, 1));
                observer.observe(CapturePoint.VNIC_TX, frame, Tag.NONE, null, System.nanoTime());
                frame.release();
                passed.incrementAndGet();
            }
        } catch (RuntimeException fault) {
            passed.set(Integer.MIN_VALUE);
            throw fault;
        }
    }

    @Test
    void allocatesNothingOnTheAgentThread() {
        var ring = new ByteRing(1 << 18);
        var recorder = new PortRecorder(ring, 0, -1, CaptureSettings.MAX_SNAP_LENGTH, new CaptureFilter(List.of()));
        var plain = frames.frame(SampleFrames.udp(30, 1));
        var large = frames.superTcp4(60_000, 1500, 1);
        assertThat(Allocation.leastOf(() -> observeAndDrain(recorder, ring, plain, large))).isZero();
        assertThat(recorder.dropped()).isPositive();
        plain.release();
        large.release();
    }

    /// Copies plain and super-frames until some are refused, then makes room again.
    private static void observeAndDrain(PortRecorder recorder, ByteRing ring, Frame plain, Frame large) {
        for (int i = 0; i < 2_000; i++) {
            recorder.observe(CapturePoint.VNIC_TX, plain, Tag.of(10), null, i);
            recorder.observe(CapturePoint.VNIC_RX, large, Tag.NONE, null, i);
            if (i % 8 == 7) {
                long end = ring.committed();
                while (ring.next(end) >= 0) {
                    ring.release();
                }
            }
        }
    }

    @Test
    void refusesSettingsOutsideTheirRange() {
        assertThatThrownBy(() -> SETTINGS.withSnapLength(0)).hasMessageContaining("1-262144");
        assertThatThrownBy(() -> SETTINGS.withSnapLength(262_145)).hasMessageContaining("262145");
        assertThatThrownBy(() -> SETTINGS.withRingBytes(1000)).hasMessageContaining("1000");
    }

    private static void enter(CaptureSession session, Frame frame, int tag) {
        observe(session, 0, CapturePoint.VNIC_TX, frame, tag, null);
    }

    /// Shows the frame and releases it.
    private static void observe(CaptureSession session, int index, CapturePoint point, Frame frame, int tag,
            @Nullable DropReason reason) {
        session.observer(index).observe(point, frame, tag, reason, 0);
        frame.release();
    }

    private static byte[] pump(CaptureSession session) throws IOException {
        var file = new ByteArrayOutputStream();
        long written = session.pump(file, () -> true);
        assertThat(read(file.toByteArray())).hasSize((int) written);
        return file.toByteArray();
    }

    private static List<CapturedFrame> read(byte[] file) throws IOException {
        var packets = new ArrayList<CapturedFrame>();
        try (var reader = new PcapReader(new ByteArrayInputStream(file))) {
            for (var packet = reader.next(); packet != null; packet = reader.next()) {
                packets.add(packet);
            }
        }
        return packets;
    }

    private static List<CapturedFrame.Statistics> statistics(byte[] file) throws IOException {
        try (var reader = new PcapReader(new ByteArrayInputStream(file))) {
            while (reader.next() != null) {
                continue;
            }
            return reader.statistics();
        }
    }
}
