package io.etherloom.model;

import io.etherloom.fabric.ChannelHash;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;

/// Invents learning switches with 1-8 ports, some of them in EtherChannels, and what stations, other switches and links do to them.
public final class RandomPhysicalLab implements CaseSource<PhysicalConfig, PhysicalSwitchUnderTest> {
    private static final int[] MTUS = {1500, 1500, 1281, 9000};
    /// Odd, while all times are even: whether an address dies at its age or right after it is left open.
    private static final long[] AGEINGS = {1_000_001L, 300_000_000_001L, 50_001L};
    private static final int[] VLANS = {1, 10, 20, 4094};

    @Override
    public Case<PhysicalConfig, PhysicalSwitchUnderTest> make(long seed, int events) {
        var random = new SplittableRandom(seed);
        var config = config(random);
        return new Case<>(seed, config, new Course(random, config).events(events));
    }

    @Override
    public List<Case<PhysicalConfig, PhysicalSwitchUnderTest>> smaller(Case<PhysicalConfig, PhysicalSwitchUnderTest> whole) {
        var cases = new ArrayList<Case<PhysicalConfig, PhysicalSwitchUnderTest>>();
        for (var port : whole.config().ports()) {
            var events = new ArrayList<Event<PhysicalSwitchUnderTest>>();
            for (var event : whole.events()) {
                if (!((PhysicalEvent) event).port().equals(port.name())) {
                    events.add(event);
                }
            }
            cases.add(new Case<>(whole.seed(), whole.config().without(port), events));
        }
        return cases;
    }

    private static PhysicalConfig config(SplittableRandom random) {
        var ports = new ArrayList<PhysicalConfig.Port>();
        for (var count = 1 + random.nextInt(8); ports.size() < count;) {
            var name = "e" + ports.size();
            ports.add(random.nextBoolean() ? PhysicalConfig.Port.access(name, anyVlan(random))
                    : PhysicalConfig.Port.trunk(name, random.nextBoolean() ? anyVlan(random) : PhysicalConfig.NO_NATIVE,
                            vlans(random)));
        }
        ports.replaceAll(port -> port.withGuard(random.nextInt(8) == 0).withFast(random.nextInt(3) == 0));
        var channels = random.nextBoolean() ? channels(random, ports) : List.<PhysicalConfig.Channel>of();
        var ageing = AGEINGS[random.nextInt(AGEINGS.length)];
        return new PhysicalConfig(MTUS[random.nextInt(MTUS.length)], ageing, ports, channels,
                random.nextBoolean() ? 0 : delay(random, ageing, 40), random.nextInt(4) == 0 ? 0 : delay(random, ageing, 20),
                new PhysicalConfig.Discovery(random.nextBoolean(), random.nextBoolean(), random.nextBoolean()));
    }

    /// Odd like the ageing times, and so short beside them that a port is back before all about it is forgotten.
    private static long delay(SplittableRandom random, long ageing, int part) {
        return ageing / part * (1 + random.nextInt(4)) | 1;
    }

    /// Bundles neighbours, and makes their ports alike but for the guard.
    private static List<PhysicalConfig.Channel> channels(SplittableRandom random, List<PhysicalConfig.Port> ports) {
        var channels = new ArrayList<PhysicalConfig.Channel>();
        for (var at = random.nextInt(3); at < ports.size();) {
            var end = Math.min(ports.size(), at + 1 + random.nextInt(4));
            var names = new ArrayList<String>();
            for (var member = at; member < end; member++) {
                var first = ports.get(at);
                var own = ports.get(member);
                ports.set(member, new PhysicalConfig.Port(own.name(), first.trunk(), first.untagged(), first.tagged(), own.guard(),
                        first.fast()));
                names.add(random.nextInt(names.size() + 1), own.name());
            }
            channels.add(new PhysicalConfig.Channel("po" + channels.size(), names,
                    random.nextBoolean() ? ChannelHash.SRC_DST_IP : ChannelHash.SRC_DST_MAC));
            at = end + random.nextInt(4);
        }
        return channels;
    }

    private static int anyVlan(SplittableRandom random) {
        return VLANS[random.nextInt(VLANS.length)];
    }

    private static Set<Integer> vlans(SplittableRandom random) {
        var vlans = new TreeSet<Integer>();
        for (var vlan : VLANS) {
            if (random.nextInt(3) != 0) {
                vlans.add(vlan);
            }
        }
        return vlans;
    }

    /// The events of one case, drawn one after the other.
    private static final class Course {
        private static final int STATIONS = 10;

        private final SplittableRandom random;
        private final PhysicalConfig config;
        private final RandomFrames frames;
        private final Set<String> down = new HashSet<>();
        private long nowNanos;

        Course(SplittableRandom random, PhysicalConfig config) {
            this.random = random;
            this.config = config;
            this.frames = new RandomFrames(random, config.mtu());
        }

        List<PhysicalEvent> events(int count) {
            var events = new ArrayList<PhysicalEvent>();
            while (events.size() < count) {
                events.add(event());
            }
            return events;
        }

        private PhysicalEvent event() {
            var age = config.ageingNanos() - 1;
            nowNanos += frames.percent(2) ? age - 2 + 2 * random.nextInt(4) : 2 * random.nextLong(age / 40);
            var port = config.ports().get(random.nextInt(config.ports().size()));
            if (frames.percent(2)) {
                return new PhysicalEvent.Recover(port.name(), nowNanos);
            }
            if (frames.percent(down.contains(port.name()) ? 10 : 2)) {      // Most links are up, or little would be delivered.
                var up = down.remove(port.name());
                if (!up) {
                    down.add(port.name());
                }
                return new PhysicalEvent.Link(port.name(), up, nowNanos);
            }
            var body = frames.percent(1) ? bpdu(source(port)) : frames.body(destination(), source(port), config.mtu());
            var frame = frames.percent(port.trunk() ? 25 : 85) ? body
                    : WireFrame.tag(body, frames.priority() | vlan());
            return new PhysicalEvent.Receive(port.name(), frames.sometimesCut(frame), nowNanos);
        }

        /// A frame to the bridge group address with the LLC of spanning tree, or one that lacks a part of it.
        private byte[] bpdu(long source) {
            var frame = WireFrame.of(0x0180_c200_0000L, source, frames.percent(80) ? 38 : 0x0800, 38);
            frame[14] = (byte) (frames.percent(90) ? 0x42 : 0xaa);
            frame[15] = (byte) (frames.percent(90) ? 0x42 : 0x43);
            return frame;
        }

        private int vlan() {
            var kind = random.nextInt(100);
            return kind < 12 ? 0 : kind < 90 ? anyVlan(random) : kind < 95 ? 4095 : random.nextInt(4095);
        }

        /// Stations stay mostly where they are, so that there is something to learn; some move.
        private long source(PhysicalConfig.Port port) {
            if (frames.percent(2)) {
                return frames.groupAddress();
            }
            var near = Math.abs(port.name().hashCode()) % STATIONS;
            return 0x0200_0000_0000L + (frames.percent(85) ? near : random.nextInt(STATIONS));
        }

        private long destination() {
            var kind = random.nextInt(100);
            if (kind < 75) {
                return 0x0200_0000_0000L + random.nextInt(STATIONS + 2);
            }
            if (kind < 85) {
                return WireFrame.BROADCAST;
            }
            return kind < 92 ? frames.groupAddress() : 0x0180_c200_0000L + random.nextInt(0x22);
        }
    }
}
