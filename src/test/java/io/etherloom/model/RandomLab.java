package io.etherloom.model;

import static io.etherloom.model.SwitchConfig.GUEST_TAGGING;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/// Invents virtual switches ([RandomSwitch]), and what guests, wires, links, cuts and administrators do to them.
public final class RandomLab implements CaseSource<SwitchConfig, SwitchUnderTest> {
    @Override
    public Case<SwitchConfig, SwitchUnderTest> make(long seed, int events) {
        var random = new SplittableRandom(seed);
        var lab = new RandomSwitch(random);
        var config = lab.config();
        return new Case<>(seed, config, new Course(random, lab, config).events(events));
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
            case SwitchEvent.Change(var port, var _) -> port.id();
            case SwitchEvent.FromUplink _, SwitchEvent.Link _, SwitchEvent.Tick _, SwitchEvent.Set _, SwitchEvent.Cut _,
                    SwitchEvent.ForeignBeacon _ -> -1;
        };
    }

    /// The events of one case, drawn one after the other.
    private static final class Course {
        private static final long BRIDGES = 0x0180_c200_0000L;
        private static final String[] FLAGS = {"dropsReflected", "filtersReverse", "keepsPriority", "dropsGroupSource",
            "blocksGuestBpdus", "blocksGuestPvst", "checksInitialSource", "assumesPromiscuous", "standbyTakesSlot",
            "hashesLastOctet", "foldsIpv6", "hashesInboundDestination", "acceptsBothInShotgun", "consumesForeign"};

        private final SplittableRandom random;
        private final RandomSwitch lab;
        private final SwitchConfig config;
        private final RandomFrames frames;
        private final Map<Integer, SwitchConfig.Port> ports = new HashMap<>();
        private final Set<String> down = new HashSet<>();
        private final Set<Integer> away = new HashSet<>();
        private final Set<List<String>> cuts = new HashSet<>();
        private long nowNanos;
        private long delayEndNanos;

        Course(SplittableRandom random, RandomSwitch lab, SwitchConfig config) {
            this.random = random;
            this.lab = lab;
            this.config = config;
            this.frames = new RandomFrames(random, config.mtu());
            for (var port : config.ports()) {
                ports.put(port.id(), port);
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
            var kind = random.nextInt(1000);
            var hasUplinks = !config.uplinks().isEmpty();
            if (kind < 25 && hasUplinks) {
                return link();
            }
            if (kind < 40) {
                return connection();
            }
            if (kind < 50) {
                return new SwitchEvent.Tick(nowNanos);
            }
            if (kind < 65) {
                return change();
            }
            if (kind < 68) {
                return set();
            }
            if (kind < 90 && lab.isProbed) {
                return kind < 85 ? cut() : new SwitchEvent.ForeignBeacon(anyUplink(), vlanFor(anyPort()) % 4095, nowNanos);
            }
            return kind < 520 && hasUplinks ? fromUplink() : fromPort();
        }

        /// Mostly little; sometimes to just before, at or just after the end of the last delay, or far beyond. Where beacons, RARP or
        /// queries are sent, seconds pass now and then.
        private void passTime() {
            var kind = random.nextInt(100);
            var edge = delayEndNanos + random.nextInt(-1, 2);
            if (kind < 10 && edge > nowNanos) {
                nowNanos = edge;
            } else if (kind < 12) {
                nowNanos += random.nextLong(Math.min(5_000_000_000L, config.options().teams().upDelayNanos()) + 2);
            } else if (kind < 17 && (lab.isProbed || lab.isAnnounced || lab.isQueried)) {
                nowNanos += random.nextLong(2_000_000_000L);
            } else if (kind < 60) {
                nowNanos += random.nextInt(100_000);
            }
        }

        private SwitchEvent link() {
            nowNanos++; // No two links come up in the same instant: which delay ends first would be anybody's guess.
            var uplink = !down.isEmpty() && random.nextInt(3) > 0 ? down.iterator().next() : anyUplink();
            var up = down.remove(uplink);
            if (up) {
                delayEndNanos = nowNanos + config.options().teams().upDelayNanos();
            } else {
                down.add(uplink);
            }
            return new SwitchEvent.Link(uplink, up, nowNanos);
        }

        private SwitchEvent connection() {
            nowNanos++;
            var port = !away.isEmpty() && random.nextInt(3) > 0 ? away.iterator().next() : anyPort().id();
            if (away.remove(port)) {
                return new SwitchEvent.Connect(port, nowNanos);
            }
            away.add(port);
            return new SwitchEvent.Disconnect(port, nowNanos);
        }

        /// A guest or an administrator changes one thing.
        private SwitchEvent change() {
            nowNanos++;
            var port = anyPort();
            var kind = random.nextInt(10);
            var next = kind < 4 ? port.with("guest", lab.guest(port.guest()))
                    : kind < 6 ? port.with("security", lab.security())
                    : kind < 7 ? port.with("team", lab.anyTeam())
                    : kind < 8 ? port.with("vlan", lab.vlan())
                    : kind < 9 ? port.with("toSwitch", lab.shaper(1)) : port.with("toPort", lab.shaper(3));
            ports.put(port.id(), next);
            return new SwitchEvent.Change(next, nowNanos);
        }

        private SwitchEvent set() {
            nowNanos++;
            if (lab.isQueried && random.nextInt(3) == 0) {
                return new SwitchEvent.Set(Altered.with(config.options(), "queries", lab.queries()), nowNanos);
            }
            var flag = FLAGS[random.nextInt(FLAGS.length)];
            return new SwitchEvent.Set(Altered.with(config.options(), flag, random.nextBoolean()), nowNanos);
        }

        /// Cuts come in numbers and go again, so that every number of uplinks loses and finds each other.
        private SwitchEvent cut() {
            var from = anyUplink();
            var to = anyUplink();
            var isCut = cuts.size() < 2 || random.nextBoolean();
            var cut = List.of(from, to);
            if (isCut) {
                cuts.add(cut);
            } else {
                cut = cuts.iterator().next();
                cuts.remove(cut);
            }
            return new SwitchEvent.Cut(cut.getFirst(), cut.getLast(), isCut, nowNanos);
        }

        private SwitchEvent fromPort() {
            var sender = anyPort();
            if (away.contains(sender.id()) && !frames.percent(30)) {
                sender = anyPort();
            }
            var source = frames.percent(80) ? sender.mac() : frames.percent(30) ? sender.guest().initialMac() : source();
            var receiver = anyPort();
            var body = body(destination(receiver), source, sender.guest().vnicMtu());
            var kind = random.nextInt(100);
            var untagged = sender.tagsByItself() ? 30 : 85;
            var frame = kind < untagged ? body
                    : WireFrame.tag(body, frames.priority() | (kind < untagged + 8 ? 0 : vlanFor(receiver)));
            return new SwitchEvent.FromPort(sender.id(), frames.sometimesCut(frame), nowNanos);
        }

        private byte[] body(long destination, long source, int interestingMtu) {
            var body = frames.body(destination, source, interestingMtu);
            if (destination == BRIDGES && body.length > WireFrame.HEADER + 2 && random.nextBoolean()) { // 2.19
                body[12] = 0;
                body[13] = 0x26;
                body[14] = 0x42;
                body[15] = (byte) (random.nextInt(5) == 0 ? 0x43 : 0x42);
            }
            return body;
        }

        private SwitchEvent fromUplink() {
            var uplink = anyUplink();
            if (down.contains(uplink) && !frames.percent(20)) {
                uplink = anyUplink();
            }
            var receiver = anyPort();
            var body = body(destination(receiver), source(), config.mtu());
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
            return ports.get(config.ports().get(random.nextInt(config.ports().size())).id());
        }
    }
}
