package io.etherloom.fabric;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class StationTableTest {
    private static final long AGEING = 1000;

    @Test
    void forgetsAStationThatIsNotHeard() {
        var table = new StationTable(10, AGEING);
        table.learn(10, 1, 3, 0);
        assertThat(table.port(10, 1, AGEING - 1)).isEqualTo(3);
        assertThat(table.port(10, 1, AGEING)).isEqualTo(StationTable.NONE);
        assertThat(table.size()).isEqualTo(1);
        table.age(AGEING);
        assertThat(table.size()).isZero();
    }

    @Test
    void followsAStationThatMoves() {
        var table = new StationTable(10, AGEING);
        table.learn(10, 1, 3, 0);
        table.learn(10, 1, 4, 1);
        assertThat(table.port(10, 1, 2)).isEqualTo(4);
        assertThat(table.port(20, 1, 2)).as("in another VLAN").isEqualTo(StationTable.NONE);
        assertThat(table.size()).isEqualTo(1);
    }

    @Test
    void learnsNothingNewWhenItIsFull() {
        var table = new StationTable(2, AGEING);
        table.learn(10, 1, 1, 0);
        table.learn(10, 2, 2, 0);
        table.learn(10, 3, 3, 0);
        assertThat(table.port(10, 3, 1)).isEqualTo(StationTable.NONE);
        table.learn(10, 1, 9, 1);
        assertThat(table.port(10, 1, 1)).as("a known station moves also then").isEqualTo(9);
        table.flush(2);
        table.learn(10, 3, 3, 1);
        assertThat(table.port(10, 3, 1)).isEqualTo(3);
    }

    /// Learning, moving, flushing and ageing of many stations that collide, beside a map: every deletion moves others back.
    @Test
    void knowsWhatAMapKnows() {
        for (long seed = 1; seed <= 20; seed++) {
            var random = new SplittableRandom(seed);
            var table = new StationTable(600, AGEING);
            var oracle = new HashMap<Long, long[]>();
            long now = 0;
            for (int step = 0; step < 5000; step++) {
                now += random.nextInt(4);
                long mac = random.nextInt(700) * 0x10_0001L;
                int port = random.nextInt(5);
                switch (random.nextInt(50)) {
                    case 0 -> {
                        table.flush(port);
                        oracle.values().removeIf(it -> it[0] == port);
                    }
                    case 1 -> {
                        long then = now;
                        table.age(now);
                        oracle.values().removeIf(it -> then - it[1] >= AGEING);
                    }
                    default -> {
                        table.learn(10, mac, port, now);
                        if (oracle.containsKey(mac) || oracle.size() < 600) {
                            oracle.put(mac, new long[] {port, now});
                        }
                    }
                }
                assertThat(table.size()).as("seed %d step %d", seed, step).isEqualTo(oracle.size());
                assertKnows(table, oracle, random.nextInt(700) * 0x10_0001L, now);
            }
            for (int station = 0; station < 700; station++) {
                assertKnows(table, oracle, station * 0x10_0001L, now);
            }
        }
    }

    private static void assertKnows(StationTable table, Map<Long, long[]> oracle, long mac, long now) {
        var known = oracle.get(mac);
        int expected = known == null || now - known[1] >= AGEING ? StationTable.NONE : (int) known[0];
        if (table.port(10, mac, now) != expected) {
            assertThat(table.port(10, mac, now)).as("station %x", mac).isEqualTo(expected);
        }
    }

    @Test
    void showsStationsWithTheirAge() {
        var table = new StationTable(10, AGEING);
        table.learn(4094, 0xffff_ffff_fffeL, 3, 5);
        table.learn(1, 7, 4, 0);
        var seen = new HashMap<String, Long>();
        table.forEach(1000, (vid, mac, port, age) -> seen.put(vid + " " + Long.toHexString(mac) + " " + port, age));
        assertThat(seen).isEqualTo(Map.of("4094 fffffffffffe 3", 995L));
    }
}
