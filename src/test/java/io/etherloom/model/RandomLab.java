package io.etherloom.model;

import static io.etherloom.model.SwitchConfig.GUEST_TAGGING;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Invents virtual switches with 1-12 ports and 0-4 uplinks, and what guests, wires, links and vNICs do to them.
public final class RandomLab implements CaseSource<SwitchConfig, SwitchUnderTest> {
    private static final int[] MTUS = {1500, 1500, 1500, 1280, 1281, 1999, 9000};
    private static final int[] MIN_ETHER_LENS = {60, 60, 60, 64, 101};
    private static final long[] UP_DELAYS = {100_000_000L, 100_000_000L, 0, 1, 5_000_000_000L};

    @Override
    public Case<SwitchConfig, SwitchUnderTest> make(long seed, int events) {
        var random = new SplittableRandom(seed);
        var config = config(random);
        return new Case<>(seed, config, new Course(random, config).events(events));
    }

    @Override
    public List<Case<SwitchConfig, SwitchUnderTest>> smaller(Case<SwitchConfig, SwitchUnderTest> whole) {
        var cases = new ArrayList<Case<SwitchConfig, SwitchUnderTest>>();
        for (var port : whole.config().ports()) {
            var events = new ArrayList<Event<SwitchUnderTest>>();
            for (var event : whole.events()) {
                if (portOf((SwitchEvent) event) != port.id()) {
                    events.add(event);
                }
            }
            cases.add(new Case<>(whole.seed(), whole.config().without(port), events));
        }
        return cases;
    }

    private static int portOf(SwitchEvent event) {
        return switch (event) {
            case SwitchEvent.FromPort(int port, var _, var _) -> port;
            case SwitchEvent.Connect(int port, var _) -> port;
            case SwitchEvent.Disconnect(int port, var _) -> port;
            case SwitchEvent.FromUplink _, SwitchEvent.Link _, SwitchEvent.Tick _ -> -1;
        };
    }

    private static SwitchConfig config(SplittableRandom random) {
        var uplinks = new ArrayList<String>();
        for (var count = random.nextInt(5); uplinks.size() < count;) {
            uplinks.add("u" + uplinks.size());
        }
        var options = new SwitchConfig.Options(UP_DELAYS[random.nextInt(UP_DELAYS.length)], mostly(random),
                MIN_ETHER_LENS[random.nextInt(MIN_ETHER_LENS.length)], !mostly(random), mostly(random), mostly(random),
                !mostly(random));
        var mtu = MTUS[random.nextInt(MTUS.length)];
        var ports = new ArrayList<SwitchConfig.Port>();
        var vlans = new int[] {0, 10, 1 + random.nextInt(4094), GUEST_TAGGING};
        var slot = uplinks.size() + 1;
        for (var count = 1 + random.nextInt(12); ports.size() < count;) {
            slot += 1 + random.nextInt(3);
            var mac = !ports.isEmpty() && random.nextInt(100) < 8
                    ? ports.get(random.nextInt(ports.size())).mac() : 0x0050_5600_0000L + slot;
            var vnicMtu = random.nextInt(4) == 0 ? mtu - 1 - random.nextInt(200) : 0;
            ports.add(new SwitchConfig.Port(slot, vlans[random.nextInt(vlans.length)], mac, random.nextInt(10) != 0,
                    vnicMtu, groups(random), team(random, uplinks)));
        }
        shuffle(random, ports);
        return new SwitchConfig(mtu, List.copyOf(uplinks), options, ports);
    }

    private static boolean mostly(SplittableRandom random) {
        return random.nextInt(4) != 0;
    }

    private static @Nullable Set<Long> groups(SplittableRandom random) {
        if (random.nextBoolean()) {
            return null;
        }
        var groups = new TreeSet<Long>();
        for (var group : RandomFrames.GROUPS) {
            if (random.nextInt(3) == 0) {
                groups.add(group);
            }
        }
        if (random.nextInt(5) == 0) { // Around the number at which the filter gives up.
            var wanted = NaiveVSwitch.MOST_GROUPS + random.nextInt(2);
            for (var other = 0x0100_5e7f_0000L; groups.size() < wanted; other++) {
                groups.add(other);
            }
        }
        return groups;
    }

    private static List<String> team(SplittableRandom random, List<String> uplinks) {
        var team = new ArrayList<>(uplinks);
        var kind = random.nextInt(10);
        if (kind == 0) {
            return List.of();
        }
        if (kind < 4 && !team.isEmpty()) {
            shuffle(random, team);
            return List.copyOf(team.subList(0, 1 + random.nextInt(team.size())));
        }
        return List.copyOf(team);
    }

    private static void shuffle(SplittableRandom random, List<?> list) {
        for (var at = list.size() - 1; at > 0; at--) {
            Collections.swap(list, at, random.nextInt(at + 1));
        }
    }

    /// The events of one case, drawn one after the other.
    private static final class Course {
        private final SplittableRandom random;
        private final SwitchConfig config;
        private final RandomFrames frames;
        private final Set<String> down = new HashSet<>();
        private final Set<Integer> away = new HashSet<>();
        private long nowNanos;
        private long delayEndNanos;

        Course(SplittableRandom random, SwitchConfig config) {
            this.random = random;
            this.config = config;
            this.frames = new RandomFrames(random, config.mtu());
            for (var port : config.ports()) {
                if (!port.connected()) {
                    away.add(port.id());
                }
            }
        }

        List<SwitchEvent> events(int count) {
            var events = new ArrayList<SwitchEvent>();
            while (events.size() < count) {
                events.add(event());
            }
            return events;
        }

        private SwitchEvent event() {
            passTime();
            var kind = random.nextInt(100);
            if (kind < 3 && !config.uplinks().isEmpty()) {
                return link();
            }
            if (kind < 5) {
                return connection();
            }
            if (kind < 6) {
                return new SwitchEvent.Tick(nowNanos);
            }
            return kind < 50 && !config.uplinks().isEmpty() ? fromUplink() : fromPort();
        }

        /// Mostly little; sometimes to just before, at or just after the end of the last delay, or far beyond.
        private void passTime() {
            var kind = random.nextInt(100);
            var edge = delayEndNanos + random.nextInt(-1, 2);
            if (kind < 10 && edge > nowNanos) {
                nowNanos = edge;
            } else if (kind < 12) {
                nowNanos += random.nextLong(config.options().upDelayNanos() + 2);
            } else if (kind < 60) {
                nowNanos += random.nextInt(100_000);
            }
        }

        private SwitchEvent link() {
            nowNanos++; // No two links come up in the same instant: which delay ends first would be anybody's guess.
            var uplink = anyUplink();
            var up = down.remove(uplink);
            if (up) {
                delayEndNanos = nowNanos + config.options().upDelayNanos();
            } else {
                down.add(uplink);
            }
            return new SwitchEvent.Link(uplink, up, nowNanos);
        }

        private SwitchEvent connection() {
            var port = anyPort().id();
            if (away.remove(port)) {
                return new SwitchEvent.Connect(port, nowNanos);
            }
            away.add(port);
            return new SwitchEvent.Disconnect(port, nowNanos);
        }

        private SwitchEvent fromPort() {
            var sender = anyPort();
            if (away.contains(sender.id()) && !frames.percent(30)) {
                sender = anyPort();
            }
            var source = frames.percent(85) ? sender.mac() : source();
            var receiver = anyPort();
            var body = frames.body(destination(receiver), source, sender.vnicMtu());
            var kind = random.nextInt(100);
            var untagged = sender.tagsByItself() ? 30 : 85;
            var frame = kind < untagged ? body
                    : WireFrame.tag(body, frames.priority() | (kind < untagged + 8 ? 0 : vlanFor(receiver)));
            return new SwitchEvent.FromPort(sender.id(), frames.sometimesCut(frame), nowNanos);
        }

        private SwitchEvent fromUplink() {
            var uplink = anyUplink();
            if (down.contains(uplink) && !frames.percent(20)) {
                uplink = anyUplink();
            }
            var receiver = anyPort();
            var body = frames.body(destination(receiver), source(), config.mtu());
            var kind = random.nextInt(100);
            var vlan = vlanFor(receiver);
            var frame = kind < 12 || vlan == 0 && kind < 80 ? body
                    : WireFrame.tag(body, frames.priority() | (kind < 20 ? 0 : vlan));
            return new SwitchEvent.FromUplink(uplink, frames.sometimesCut(frame), nowNanos);
        }

        /// Mostly a VLAN in which the receiver is, sometimes any, seldom one that must not be.
        private int vlanFor(SwitchConfig.Port receiver) {
            var kind = random.nextInt(100);
            if (kind < 60 && !receiver.tagsByItself()) {
                return receiver.vlan();
            }
            if (kind < 90) {
                var vlan = anyPort().vlan();
                return vlan == GUEST_TAGGING ? 10 : vlan;
            }
            return kind < 93 ? 4095 : kind < 96 ? 4094 : random.nextInt(4095);
        }

        private long destination(SwitchConfig.Port receiver) {
            var kind = random.nextInt(100);
            if (kind < 50) {
                return receiver.mac();
            }
            return kind < 62 ? stranger() : kind < 80 ? WireFrame.BROADCAST : frames.groupAddress();
        }

        private long source() {
            var kind = random.nextInt(100);
            return kind < 73 ? stranger() : kind < 98 ? anyPort().mac() : frames.groupAddress();
        }

        private long stranger() {
            return 0x0200_0000_0000L + random.nextInt(4);
        }

        private String anyUplink() {
            return config.uplinks().get(random.nextInt(config.uplinks().size()));
        }

        private SwitchConfig.Port anyPort() {
            return config.ports().get(random.nextInt(config.ports().size()));
        }
    }
}
