package io.etherloom.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.etherloom.frame.DropReason;
import io.etherloom.wire.Tag;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// Vnet headers as a hostile guest writes them: what passes our check the kernel takes from us, tagged or not, and finishes as we do. So a
/// guest's fault is counted as its own and never as an error of the device that it was going to.
class HostileOffloadIT {
    private static final int FRAMES = 20_000;
    private static final int MAX_FRAME = 67_000;
    private static final int[] EDGES = {0, 1, 7, 8, 13, 14, 16, 20, 33, 34, 54, 127, 128, 1448, 2014, 2015, 0x7fff, 0x8000, 0xfffe, 0xffff};

    /// Single frames with two tags and an open checksum that the kernel took from us and lost on its way through the bridge, where it passes
    /// on the same frame with two tags and a finished one. Rare, and nothing that can be known before the write.
    private int dropped;

    @Test
    void whatWeAcceptTheKernelAcceptsAndFinishesAlike() throws Exception {
        Root.require();
        var only = Long.getLong("seed");
        // The same frames in every run: of some hundred thousand others two are known that the kernel treats otherwise (-Dseed=8814517825345, a
        // UDP super-frame beyond 64 KiB, and the one that is lost below), and a run must not depend on luck. -Dseed.first= tries others.
        long first = only == null ? Long.getLong("seed.first", 1) : only;
        int accepted = 0;
        int cut = 0;
        try (var kernel = new KernelCutter(); var ours = new OurCutter()) {
            for (int i = 0; i < (only == null ? FRAMES : 1); i++) {
                var bytes = hostile(new SplittableRandom(first + i));
                var fault = ours.receive(bytes);
                if (fault == null) {
                    accepted++;
                    cut += ours.segments() > 1 ? 1 : 0;
                    assertPassed(kernel, ours, "-Dseed=" + (first + i));
                } else {
                    assertThat(fault).isIn(DropReason.MALFORMED_OFFLOAD, DropReason.TRUNCATED);
                }
            }
        }
        if (only == null) {
            assertThat(accepted).as("accepted").isBetween(FRAMES / 20, FRAMES * 19 / 20);
            assertThat(cut).as("super-frames").isGreaterThan(FRAMES / 100);
            assertThat(dropped).as("lost behind the write").isLessThan(FRAMES / 500);
        }
    }

    private void assertPassed(KernelCutter kernel, OurCutter ours, String seed) {
        for (int tag : new int[] {Tag.NONE, Tag.of(0x600a)}) {
            var passed = ours.passedOn(tag);
            assertThat(kernel.write(passed)).as("write with tag %x, %s", tag, seed).isEqualTo(passed.length);
            var packets = kernel.finished();
            if (packets.isEmpty() && ours.segments() == 1 && tag != Tag.NONE && ours.frame().hasInnerTag()) {
                dropped++;
                continue;
            }
            // Of those with nothing to finish the bridge drops some for reasons of its own, as it does with those beyond its MTU.
            if (ours.segments() > 1 || ours.isUnfinished() && passed.length <= KernelCutter.MTU) {
                assertThat(packets).as("packets with tag %x, %s, of %d octets %s", tag, seed, passed.length,
                    HexFormat.of().formatHex(passed, 0, Math.min(passed.length, 110))).isEqualTo(ours.finished(tag));
            }
        }
    }

    /// Good frames with one or more fields of the vnet header and of the frame's own headers overwritten, and now and then cut off.
    private static byte[] hostile(SplittableRandom random) {
        var bytes = UnfinishedFrame.random(random.nextLong()).bytes();
        for (int i = random.nextInt(4); i > 0; i--) {
            int at = random.nextInt(5) * 2;
            int value = random.nextBoolean() ? EDGES[random.nextInt(EDGES.length)] : random.nextInt(65_536);
            bytes[at] = (byte) value;
            bytes[at + 1] = (byte) (at == 0 ? random.nextInt(8) == 0 ? value >> 8 : bytes[1] : value >> 8);
        }
        for (int i = random.nextInt(3); i > 0; i--) {
            bytes[UnfinishedFrame.HEADER + 12 + random.nextInt(80) % (bytes.length - UnfinishedFrame.HEADER - 12)] = (byte) random.nextInt(256);
        }
        if (random.nextInt(8) == 0) return java.util.Arrays.copyOf(bytes, UnfinishedFrame.HEADER + random.nextInt(100));
        if (random.nextInt(50) == 0) return java.util.Arrays.copyOf(bytes, UnfinishedFrame.HEADER + MAX_FRAME);
        return bytes;
    }
}
