package io.etherloom.model;

import static io.etherloom.model.SwitchConfig.GUEST_TAGGING;

import io.etherloom.vswitch.Balancing;
import io.etherloom.vswitch.Security;
import io.etherloom.vswitch.ShaperSpec;
import io.etherloom.vswitch.SwitchSpec;
import io.etherloom.vswitch.Team;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Draws the configuration of one virtual switch: 1-12 ports and 0-4 uplinks. Not every switch has everything: each theme is there in
/// some, so that what one of them does is not drowned by the others.
final class RandomSwitch {
    private static final int[] MTUS = {1500, 1500, 1500, 1280, 1281, 1999, 9000};
    private static final int[] MIN_ETHER_LENS = {60, 60, 60, 64, 101};
    private static final long[] UP_DELAYS = {100_000_000L, 100_000_000L, 0, 1, 5_000_000_000L};
    /// Rates at which an octet takes a whole number of nanoseconds, so that nobody has to round.
    private static final long[] RATES = {80_000, 400_000, 1_000_000, 8_000_000};
    private static final int[] PEAKS = {1, 2, 10};

    private final SplittableRandom random;
    private final List<String> uplinks = new ArrayList<>();
    private final List<Team> teams = new ArrayList<>();
    private final int[] vlans;
    final int mtu;
    final boolean isAnnounced;
    final boolean isQueried;
    final boolean isProbed;
    final boolean isShaped;
    final boolean isSecured;
    final boolean isMixed;

    RandomSwitch(SplittableRandom random) {
        this.random = random;
        for (var count = one(8) ? 0 : 1 + random.nextInt(4); uplinks.size() < count;) {
            uplinks.add("u" + uplinks.size());
        }
        isAnnounced = one(3);
        isQueried = one(3);
        isProbed = uplinks.size() > 1 && one(3);
        isShaped = one(4);
        isSecured = one(2);
        isMixed = one(2);
        mtu = isShaped ? 1500 : MTUS[random.nextInt(MTUS.length)];
        vlans = new int[] {0, 10, 1 + random.nextInt(4094), GUEST_TAGGING};
        for (var count = 1 + random.nextInt(3); teams.size() < count;) {
            teams.add(team());
        }
    }

    SwitchConfig config() {
        var ports = new ArrayList<SwitchConfig.Port>();
        var slot = uplinks.size() + 1;
        for (var count = 1 + random.nextInt(12); ports.size() < count;) {
            slot += 1 + random.nextInt(3);
            ports.add(port(slot, ports));
        }
        shuffle(random, ports);
        return new SwitchConfig(mtu, List.copyOf(uplinks), options(), ports, one(2));
    }

    /// One chance in so many.
    boolean one(int in) {
        return random.nextInt(in) == 0;
    }

    // ---- options

    private SwitchSpec.Options options() {
        var path = new SwitchSpec.PathOptions(!one(4), MIN_ETHER_LENS[random.nextInt(MIN_ETHER_LENS.length)], one(4) && !isShaped,
                one(4), !one(4), !one(4), !one(8), one(2), !one(3), one(4), one(8));
        var polls = one(5) ? 500_000_000L : one(10) ? 100_000_000L : 0;
        var team = new SwitchSpec.TeamOptions(UP_DELAYS[random.nextInt(UP_DELAYS.length)], polls, 60, !one(3), one(3), !one(3),
                !one(3), !one(3), one(5));
        var macs = new ArrayList<>(SwitchConfig.uplinkMacs(uplinks.size()));
        var beacons = new SwitchSpec.BeaconOptions(one(5) ? random.nextInt(3) : 100, one(5) ? random.nextInt(5) : 100,
                one(3) ? 2 : 1, SwitchSpec.BeaconFormat.values()[random.nextInt(3)], one(2), macs);
        var notices = new SwitchSpec.NotifyOptions(isAnnounced, one(3) ? random.nextInt(9) : 60, one(3) ? 1 + random.nextInt(3) : 128,
                !one(4), one(2) ? 5 : 1 + random.nextInt(8), one(3), !one(3));
        var shapers = new SwitchSpec.ShaperOptions(1 + random.nextInt(4), 1 + random.nextInt(6), false);
        return new SwitchSpec.Options(path, team, beacons, notices, queries(), shapers);
    }

    SwitchSpec.QueryOptions queries() {
        return new SwitchSpec.QueryOptions(isQueried ? random.nextInt(3) : 0, one(3) ? 2 : 3, one(2) ? 0 : random.nextInt());
    }

    // ---- ports

    private SwitchConfig.Port port(int slot, List<SwitchConfig.Port> others) {
        var mac = !others.isEmpty() && random.nextInt(100) < 8
                ? others.get(random.nextInt(others.size())).mac() : 0x0050_5600_0000L + slot;
        var vnicMtu = one(4) ? mtu - 1 - random.nextInt(200) : 0;
        var isConnected = !one(10);
        var guest = guest(new SwitchConfig.Guest(mac, mac, false, groups(), vnicMtu));
        return new SwitchConfig.Port(slot, vlan(), isConnected, guest, security(), anyTeam(), shaper(1), shaper(3), one(3));
    }

    int vlan() {
        return vlans[random.nextInt(vlans.length)];
    }

    /// The same guest with other wishes.
    SwitchConfig.Guest guest(SwitchConfig.Guest before) {
        if (!isSecured) {
            return before;
        }
        var mac = one(4) ? before.initialMac() ^ 0x0000_0000_0100L : one(12) ? 0x0200_0000_0000L + random.nextInt(4)
                : before.initialMac();
        return new SwitchConfig.Guest(before.initialMac(), mac, one(3), one(2) ? groups() : before.groups(), before.vnicMtu());
    }

    Security security() {
        return isSecured ? new Security(one(2), !one(3), !one(3), one(2)) : Security.DEFAULT;
    }

    private @Nullable Set<Long> groups() {
        if (random.nextBoolean()) {
            return null;
        }
        var groups = new TreeSet<Long>();
        for (var group : RandomFrames.GROUPS) {
            if (one(3)) {
                groups.add(group);
            }
        }
        if (one(5)) { // Around the number at which the filter gives up.
            var wanted = NaiveVSwitch.MOST_GROUPS + random.nextInt(2);
            for (var other = 0x0100_5e7f_0000L; groups.size() < wanted; other++) {
                groups.add(other);
            }
        }
        return groups;
    }

    @Nullable ShaperSpec shaper(int in) {
        if (!isShaped || !one(1 + in)) {
            return null;
        }
        var average = RATES[random.nextInt(RATES.length)];
        return new ShaperSpec(average, average * PEAKS[random.nextInt(PEAKS.length)], 1 + random.nextInt(6_000));
    }

    // ---- teams

    Team anyTeam() {
        return one(6) ? team() : teams.get(random.nextInt(teams.size()));
    }

    private Team team() {
        var order = new ArrayList<Integer>();
        for (var uplink = 0; uplink < uplinks.size(); uplink++) {
            order.add(uplink);
        }
        if (!isMixed) {
            return new Team(balancing(), isProbed && !one(3), !one(5), true, one(10) ? List.of() : order, List.of());
        }
        shuffle(random, order);
        var used = one(2) ? order.size() : random.nextInt(order.size() + 1);
        var active = one(3) ? used : random.nextInt(used + 1);
        return new Team(balancing(), isProbed && !one(3), !one(5), !one(3), order.subList(0, active), order.subList(active, used));
    }

    private Balancing balancing() {
        return Balancing.values()[random.nextInt(Balancing.values().length)];
    }

    static void shuffle(SplittableRandom random, List<?> list) {
        for (var at = list.size() - 1; at > 0; at--) {
            Collections.swap(list, at, random.nextInt(at + 1));
        }
    }
}
