package io.etherloom.linux;

import static io.etherloom.linux.UnfinishedFrame.ACK;
import static io.etherloom.linux.UnfinishedFrame.CWR;
import static io.etherloom.linux.UnfinishedFrame.ECE;
import static io.etherloom.linux.UnfinishedFrame.FIN;
import static io.etherloom.linux.UnfinishedFrame.PSH;
import static io.etherloom.linux.UnfinishedFrame.URG;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What we finish, the kernel finishes the same, octet by octet: each unfinished frame goes to a bridge of the kernel whose other side took
/// no offload, and to ours.
class KernelCutsAlikeIT {
    private static final int[] SIZES = {8, 9, 100, 536, 1220, 1428, 1448, 1460, 1472, 8948, 9000};
    private static final int[][] TAGS = {{}, {0x8100}, {0x88a8}, {0x8100, 0x8100}, {0x88a8, 0x8100}};
    private static final int RANDOM_FRAMES = 3_000;

    private static KernelCutter kernel;
    private static OurCutter ours;

    @BeforeAll
    static void makeBridge() throws Exception {
        Root.require();
        kernel = new KernelCutter();
        ours = new OurCutter();
    }

    @AfterAll
    static void leavesNothingBehind() {
        if (kernel == null) return;
        kernel.close();
        ours.close();
    }

    private static void assertAlike(UnfinishedFrame frame) {
        var bytes = frame.bytes();
        assertThat(ours.receive(bytes)).as("fault of %s", frame).isNull();
        assertThat(kernel.write(bytes)).as("write of %s", frame).isEqualTo(bytes.length);
        var expected = kernel.finished();
        assertThat(expected).as("packets of the kernel of %s", frame).isNotEmpty();
        var packets = ours.finished();
        assertThat(packets.size()).as("packets of %s", frame).isEqualTo(expected.size()).isEqualTo(ours.segments());
        for (int i = 0; i < packets.size(); i++) {
            assertThat(packets.get(i)).as("packet %d of %d of %s", i, packets.size(), frame).isEqualTo(expected.get(i));
        }
    }

    /// For TCP and UDP over both IPs.
    private static void assertEachAlike(Consumer<UnfinishedFrame> change) {
        for (int kind = 0; kind < 4; kind++) {
            var frame = new UnfinishedFrame();
            frame.isV6 = kind / 2 == 1;
            frame.isTcp = kind % 2 == 1;
            change.accept(frame);
            assertAlike(frame);
        }
    }

    /// Payloads that are a multiple of the size, one octet less and one more, behind every pile of tags.
    @Test
    void everySizeAndTag() {
        for (int size : SIZES) {
            for (int payload : new int[] {size + 1, 2 * size - 1, 2 * size, 2 * size + 1, 7 * size, 7 * size + 1}) {
                for (int[] tags : TAGS) {
                    assertEachAlike(frame -> {
                        frame.gsoSize = size;
                        frame.payload = payload;
                        frame.tags = tags;
                    });
                }
            }
        }
    }

    @Test
    void asManySegmentsAsThereCanBe() {
        assertEachAlike(frame -> {
            frame.gsoSize = frame.isTcp ? 8 : 500;
            frame.payload = frame.isTcp ? 65_000 : 128 * 500;
        });
    }

    /// Flags of the last segment, of the first and of all.
    @Test
    void everyTcpFlag() {
        for (int flags : new int[] {0, ACK, ACK | PSH, ACK | FIN, ACK | FIN | PSH, ACK | ECE, ACK | CWR, ACK | CWR | ECE | PSH, ACK | URG, 0xff}) {
            for (int ecn = 0; ecn < 2; ecn++) {
                boolean hasEcnBit = ecn == 1;
                assertEachAlike(frame -> {
                    frame.flags = flags;
                    frame.hasEcnBit = frame.isTcp && hasEcnBit;
                });
            }
        }
    }

    @Test
    void everyLengthOfOptions() {
        for (int options = 0; options <= 40; options += 4) {
            int length = options;
            assertEachAlike(frame -> frame.ipv4Options = length);
            assertEachAlike(frame -> frame.tcpOptions = length);
        }
    }

    /// With a routing header the pseudo header has an address that is not in the IP header.
    @Test
    void extensionsOfIpv6() {
        for (int[] extensions : new int[][] {{0}, {60}, {43}, {0, 60}, {0, 43, 60}, {60, 43, 60}}) {
            assertEachAlike(frame -> {
                frame.isV6 = true;
                frame.extensions = extensions;
            });
        }
    }

    @Test
    void identificationThatWraps() {
        for (int identification : new int[] {0, 0xfffd, 0xffff}) {
            assertEachAlike(frame -> frame.identification = identification);
            assertEachAlike(frame -> {
                frame.identification = identification;
                frame.mayNotFragment = false;
            });
        }
    }

    /// One frame, of every length up to a jumbo frame's, whose checksum is open.
    @Test
    void openChecksums() {
        for (int payload = 0; payload < 9000; payload = payload < 70 ? payload + 1 : payload + 997) {
            int length = payload;
            for (int[] tags : TAGS) {
                assertEachAlike(frame -> {
                    frame.gsoSize = 0;
                    frame.payload = length;
                    frame.tags = tags;
                });
            }
        }
    }

    /// A super-frame of one segment is none, and the kernel takes it as one frame with an open checksum.
    @Test
    void superFramesThatFitOneSegment() {
        for (int payload : new int[] {1, 1447, 1448}) {
            assertEachAlike(frame -> frame.payload = payload);
        }
    }

    /// A checksum that comes to zero: UDP writes 0xFFFF, since zero means none; TCP writes 0xFFFF for a frame and zero for a segment.
    @Test
    void checksumsOfZero() {
        for (int gsoSize : new int[] {0, 1448}) {
            assertEachAlike(frame -> {
                frame.gsoSize = gsoSize;
                frame.payload = gsoSize == 0 ? 100 : 5000;
                frame.firstWord = 0;
                ours.receive(frame.bytes());
                int at = 2 * (frame.transport() + (frame.isTcp ? 16 : 6));
                frame.firstWord = Integer.parseInt(ours.finished().getFirst().substring(at, at + 4), 16);
                ours.receive(frame.bytes());
                assertThat(ours.finished().getFirst().substring(at, at + 4)).as("checksum of %s", frame).isIn("0000", "ffff");
            });
        }
    }

    /// Who sums the pseudo header wrongly, or lies about the length, is not put right.
    @Test
    void pseudoHeadersThatAreWrong() {
        for (int lie : new int[] {1, 8, 0x1234, 0xffff}) {
            assertEachAlike(frame -> frame.lie = lie);
        }
    }

    /// `-Dseed=` repeats one.
    @Test
    void randomFrames() {
        var only = Long.getLong("seed");
        if (only != null) {
            assertAlike(UnfinishedFrame.random(only));
            return;
        }
        long first = System.nanoTime();
        for (int i = 0; i < RANDOM_FRAMES; i++) {
            try {
                assertAlike(UnfinishedFrame.random(first + i));
            } catch (AssertionError e) {
                throw new AssertionError("repeat with -Dseed=" + (first + i), e);
            }
        }
    }
}
