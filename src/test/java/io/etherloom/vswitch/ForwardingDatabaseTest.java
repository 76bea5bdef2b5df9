package io.etherloom.vswitch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.function.IntToLongFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// What a look-up costs, in cells that are read and not in time, for addresses as vCenter, hosts and guests choose them.
class ForwardingDatabaseTest {
    private static final int VLANS = 16;
    /// At most half of the cells are used; linear probing then reads 1.5 for an address that is there and 2.5 for one that is not, if the spread
    /// is that of chance (Knuth, The Art of Computer Programming, vol. 3, 6.4). A tenth more is luck, not a bad hash.
    private static final double FOUND = 1.65;
    private static final double MISSED = 2.75;
    private static final int LONGEST = 48;

    @TestFactory
    Stream<DynamicTest> aLookUpReadsFewCells() {
        return Stream.of(10, 100, 1_000, 10_000, 60_000).flatMap(size -> Stream.of(
                test("in a row", size, port -> 0x0050_5680_0000L + port),
                test("every 256th", size, port -> 0x0050_5600_0000L + ((long) port << 8)),
                test("every 64Kth", size, port -> 0x0200_0000_0000L + ((long) port << 16)),
                test("by chance", size, port -> new SplittableRandom(port).nextLong() & 0xfeff_ffff_ffffL)));
    }

    private static DynamicTest test(String name, int size, IntToLongFunction mac) {
        return DynamicTest.dynamicTest(size + " addresses " + name, () -> {
            var database = new ForwardingDatabase(size);
            for (int port = 0; port < size; port++) {
                database.put(vlan(port), mac.applyAsLong(port), port);
            }
            long found = 0;
            long missed = 0;
            int longest = 0;
            for (int port = 0; port < size; port++) {
                assertThat(database.port(vlan(port), mac.applyAsLong(port))).isEqualTo(port);
                found += database.probes(vlan(port), mac.applyAsLong(port));
                // What guests ask for and nobody has: the same addresses in a VLAN without ports.
                missed += database.probes(100 + vlan(port), mac.applyAsLong(port));
                longest = Math.max(longest, database.probes(vlan(port), mac.applyAsLong(port)));
            }
            assertThat((double) found / size).as("cells read for an address that is there").isLessThanOrEqualTo(FOUND);
            assertThat((double) missed / size).as("cells read for one that is not").isLessThanOrEqualTo(MISSED);
            assertThat(longest).as("cells of the longest look-up").isLessThanOrEqualTo(LONGEST);
        });
    }

    private static int vlan(int port) {
        return 1 + port % VLANS;
    }

    @Test
    void aLaterEntryReplacesAnEarlierOne() {
        var database = new ForwardingDatabase(2);
        database.put(1, 0x0050_5600_0001L, 7);
        database.put(1, 0x0050_5600_0001L, 8);
        assertThat(database.port(1, 0x0050_5600_0001L)).isEqualTo(8);
        assertThat(database.port(2, 0x0050_5600_0001L)).isEqualTo(ForwardingDatabase.NONE);
    }
}
