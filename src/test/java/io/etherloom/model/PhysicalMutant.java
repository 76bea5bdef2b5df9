package io.etherloom.model;

import io.etherloom.fabric.ChannelHash;
import io.etherloom.frame.DropReason;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/// Mistakes that an implementation of the learning switch could make, put on it from outside.
enum PhysicalMutant {
    /// Addresses stay for ever.
    NEVER_AGES(config -> config.withAgeing(Long.MAX_VALUE / 4)),
    /// Addresses die at half their age.
    AGES_TOO_EARLY(config -> config.withAgeing(config.ageingNanos() / 2)),
    /// The payload limit is off by one.
    MTU_OFF_BY_ONE(config -> new PhysicalConfig(config.mtu() - 1, config.ageingNanos(), config.ports(), config.channels(),
            config.forwardDelayNanos(), config.recoveryNanos(), config.discovery())),
    /// A trunk carries its native VLAN only if the list has it.
    NATIVE_VLAN_LEFT_OUT(PhysicalMutant::withNativeOnlyIfListed),
    /// What was learned on a port survives the loss of its link, and frames go on into the dead cable.
    DOES_NOT_FLUSH((config, inner) -> new PhysicalDecorator(config, inner) {
        private final Map<Long, String> lastSeen = new HashMap<>();
        private final Set<String> down = new HashSet<>();

        @Override
        public Outcome link(String port, boolean up, long nowNanos) {
            if (up) {
                down.remove(port);
            } else {
                down.add(port);
            }
            return super.link(port, up, nowNanos);
        }

        @Override
        public Outcome receive(String port, byte[] frame, long nowNanos) {
            var right = super.receive(port, frame, nowNanos);
            if (right.deliveries().isEmpty()) {
                return right;
            }
            lastSeen.put(WireFrame.source(frame), port);
            return down.contains(lastSeen.getOrDefault(WireFrame.mac(frame, 0), port))
                    ? Outcome.dropped(port, DropReason.LINK_DOWN) : right;
        }
    }),
    /// A dead port still takes part.
    MISSES_LINK_EVENTS((config, inner) -> new PhysicalDecorator(config, inner) {
        @Override
        public Outcome link(String port, boolean up, long nowNanos) {
            return Outcome.NOTHING;
        }
    }),
    /// A frame for a station on the port it came from is flooded.
    RETURNS_FRAMES((config, inner) -> new PhysicalDecorator(config, inner) {
        @Override
        public Outcome receive(String port, byte[] frame, long nowNanos) {
            var right = super.receive(port, frame, nowNanos);
            return right.droppedFor(DropReason.SAME_PORT)
                    ? new Outcome(List.of(new Delivery(port, frame)), List.of()) : right;
        }
    }),
    /// Nothing is learned: known unicast is flooded like unknown.
    FLOODS_KNOWN_UNICAST((config, inner) -> new PhysicalDecorator(config, inner) {
        @Override
        public Outcome receive(String port, byte[] frame, long nowNanos) {
            var right = super.receive(port, frame, nowNanos);
            if (right.deliveries().size() != 1) {
                return right;
            }
            var copies = new ArrayList<Delivery>();
            var flooded = super.receive(port, WireFrame.withDestination(frame, WireFrame.BROADCAST), nowNanos);
            for (var copy : flooded.deliveries()) {
                copies.add(new Delivery(copy.to(), WireFrame.withDestination(copy.frame(), WireFrame.mac(frame, 0))));
            }
            return new Outcome(copies, flooded.drops());
        }
    }),
    /// CDP that nobody hears is flooded.
    FORWARDS_CDP(config -> config.withDiscovery(new PhysicalConfig.Discovery(config.discovery().hearsCdp(), config.discovery().hearsLldp(), false))),
    /// LLDP is taken for one more reserved address.
    DOES_NOT_HEAR_LLDP(config -> config.withDiscovery(new PhysicalConfig.Discovery(config.discovery().hearsCdp(), false,
            config.discovery().reservesCdp()))),
    /// Reserved addresses are forwarded.
    FORWARDS_RESERVED_ADDRESSES((config, inner) -> new PhysicalDecorator(config, inner) {
        @Override
        public Outcome receive(String port, byte[] frame, long nowNanos) {
            var right = super.receive(port, frame, nowNanos);
            return right.droppedFor(DropReason.RESERVED_ADDRESS)
                    ? super.receive(port, WireFrame.withDestination(frame, WireFrame.BROADCAST), nowNanos) : right;
        }
    }),
    /// The native VLAN leaves a trunk tagged.
    TAGS_THE_NATIVE_VLAN((config, inner) -> new PhysicalDecorator(config, inner) {
        @Override
        public Outcome receive(String port, byte[] frame, long nowNanos) {
            var right = super.receive(port, frame, nowNanos);
            var copies = new ArrayList<Delivery>();
            for (var copy : right.deliveries()) {
                var egress = config.port(copy.to());
                copies.add(egress.trunk() && WireFrame.type(copy.frame()) != WireFrame.TPID
                        ? new Delivery(copy.to(), WireFrame.tag(copy.frame(), egress.untagged())) : copy);
            }
            return new Outcome(copies, right.drops());
        }
    }),
    /// Tags on access ports are taken off and the frame goes on.
    ACCEPTS_TAGS_ON_ACCESS_PORTS((config, inner) -> new PhysicalDecorator(config, inner) {
        @Override
        public Outcome receive(String port, byte[] frame, long nowNanos) {
            var right = super.receive(port, frame, nowNanos);
            return right.droppedFor(DropReason.TAG_UNEXPECTED)
                    ? super.receive(port, WireFrame.parse(frame).body(), nowNanos) : right;
        }
    }),
    /// Members of a channel are ports like others.
    KNOWS_NO_CHANNELS(config -> new PhysicalConfig(config.mtu(), config.ageingNanos(), config.ports(), List.of(),
            config.forwardDelayNanos(), config.recoveryNanos(), config.discovery())),
    /// IP and MAC addresses are mixed up.
    HASHES_OTHER_ADDRESSES(config -> config.withChannels(channel -> new PhysicalConfig.Channel(channel.name(), channel.ports(),
            channel.hash() == ChannelHash.SRC_DST_IP ? ChannelHash.SRC_DST_MAC : ChannelHash.SRC_DST_IP))),
    /// The members are counted from the last one.
    COUNTS_MEMBERS_BACKWARDS(config -> config.withChannels(channel ->
            new PhysicalConfig.Channel(channel.name(), channel.ports().reversed(), channel.hash()))),
    /// With the loss of a member all conversations are dealt anew.
    DEALS_ALL_FLOWS_ANEW((config, inner) -> new ChannelCopies(config, inner) {
        @Override
        List<String> takers(PhysicalConfig.Channel channel, Delivery copy) {
            var live = live(channel);
            return live.isEmpty() ? List.of(copy.to()) : List.of(live.get(bucket(channel, copy) % live.size()));
        }
    }),
    /// Dead members are chosen like others.
    CHOOSES_DEAD_MEMBERS((config, inner) -> new ChannelCopies(config, inner) {
        @Override
        List<String> takers(PhysicalConfig.Channel channel, Delivery copy) {
            var home = channel.ports().get(bucket(channel, copy) % channel.ports().size());
            return live(channel).contains(home) ? List.of(copy.to()) : List.of();
        }
    }),
    /// Each member of a channel gets a copy.
    FLOODS_EVERY_MEMBER((config, inner) -> new ChannelCopies(config, inner) {
        @Override
        List<String> takers(PhysicalConfig.Channel channel, Delivery copy) {
            return WireFrame.group(WireFrame.mac(copy.frame(), 0)) ? live(channel) : List.of(copy.to());
        }
    }),
    /// A frame that came by one member and is flooded returns by another.
    RETURNS_INTO_THE_CHANNEL((config, inner) -> new PhysicalDecorator(config, inner) {
        @Override
        public Outcome receive(String port, byte[] frame, long nowNanos) {
            var right = super.receive(port, frame, nowNanos);
            var channel = config.channelOf(port);
            if (channel == null || channel.ports().size() < 2 || right.deliveries().size() < 2) {
                return right;
            }
            var copies = new ArrayList<>(right.deliveries());
            copies.add(new Delivery(channel.ports().get(port.equals(channel.ports().getFirst()) ? 1 : 0), frame));
            return new Outcome(copies, right.drops());
        }
    }),
    /// The addresses behind a channel are forgotten with any of its links.
    FLUSHES_WITH_ANY_MEMBER((config, inner) -> new ChannelCopies(config, inner) {
        @Override
        public Outcome link(String port, boolean up, long nowNanos) {
            var outcome = super.link(port, up, nowNanos);
            var channel = config.channelOf(port);
            var others = up || channel == null ? List.<String>of() : live(channel);
            others.forEach(other -> inner.link(other, false, nowNanos));
            others.forEach(other -> inner.link(other, true, nowNanos));
            return outcome;
        }
    }),
    /// Spec 2.20: there is no guard.
    GUARDS_NOTHING(config -> config.withPorts(port -> port.withGuard(false))),
    /// Spec 2.20: every port is guarded.
    GUARDS_EVERY_PORT(config -> config.withPorts(port -> port.withGuard(true))),
    /// Spec 2.20: the guard does not know PVST+.
    GUARD_MISSES_PVST((config, inner) -> new PhysicalDecorator(config, inner) {
        @Override
        public Outcome receive(String port, byte[] frame, long nowNanos) {
            var pvst = 0x0100_0ccc_cccdL;
            if (WireFrame.truncated(frame) || WireFrame.mac(frame, 0) != pvst) {
                return super.receive(port, frame, nowNanos);
            }
            var outcome = super.receive(port, WireFrame.withDestination(frame, WireFrame.BROADCAST), nowNanos);
            var copies = new ArrayList<Delivery>();
            outcome.deliveries().forEach(copy -> copies.add(new Delivery(copy.to(), WireFrame.withDestination(copy.frame(), pvst))));
            return new Outcome(copies, outcome.drops());
        }
    }),
    /// Spec 2.20: the guard takes everything to the bridge group address for a BPDU.
    GUARD_LOOKS_AT_THE_ADDRESS_ONLY((config, inner) -> new PhysicalDecorator(config, inner) {
        @Override
        public Outcome receive(String port, byte[] frame, long nowNanos) {
            var bridgeGroup = 0x0180_c200_0000L;
            var taken = config.port(port).guard() && !WireFrame.truncated(frame) && WireFrame.mac(frame, 0) == bridgeGroup;
            return super.receive(port, taken ? WireFrame.withDestination(frame, 0x0100_0ccc_cccdL) : frame, nowNanos);
        }
    }),
    /// What the guard disabled stays so.
    NEVER_RECOVERS(config -> config.withDelays(config.forwardDelayNanos(), 0)),
    /// What the guard disabled is back at half the time.
    RECOVERS_TOO_EARLY(config -> config.withDelays(config.forwardDelayNanos(), config.recoveryNanos() / 2)),
    /// A port that the guard disabled is back when its link comes up.
    RECOVERS_WITH_THE_LINK((config, inner) -> new PhysicalDecorator(config, inner) {
        @Override
        public Outcome link(String port, boolean up, long nowNanos) {
            if (up) {
                super.recover(port, nowNanos);
            }
            return super.link(port, up, nowNanos);
        }
    }),
    /// Nobody can bring a port back by hand.
    IGNORES_THE_HAND((config, inner) -> new PhysicalDecorator(config, inner) {
        @Override
        public Outcome recover(String port, long nowNanos) {
            return super.tick(nowNanos);
        }
    }),
    /// Spec 9.13: a port forwards as soon as its link is up.
    FORWARDS_AT_ONCE(config -> config.withDelays(0, config.recoveryNanos())),
    /// Spec 9.13: listening and learning last one delay together.
    WAITS_HALF_AS_LONG(config -> config.withDelays(config.forwardDelayNanos() / 2, config.recoveryNanos())),
    /// Spec 9.13: portFast has no effect.
    IGNORES_PORT_FAST(config -> config.withPorts(port -> port.withFast(false))),
    /// Spec 9.13: every port has portFast.
    EVERY_PORT_IS_FAST(config -> config.withPorts(port -> port.withFast(true))),
    /// IEEE Std 802.1D, 7.4: a port that does not forward does not learn.
    LEARNS_ONLY_WHEN_IT_FORWARDS((config, inner) -> new PhysicalDecorator(config, inner) {
        private final PhysicalSwitchUnderTest right = new NaivePhysicalSwitch(config);

        @Override
        public Outcome receive(String port, byte[] frame, long nowNanos) {
            var outcome = right.receive(port, frame, nowNanos);
            return outcome.droppedFor(DropReason.NOT_FORWARDING) ? outcome : super.receive(port, frame, nowNanos);
        }

        @Override
        public Outcome link(String port, boolean up, long nowNanos) {
            right.link(port, up, nowNanos);
            return super.link(port, up, nowNanos);
        }

        @Override
        public Outcome recover(String port, long nowNanos) {
            right.recover(port, nowNanos);
            return super.recover(port, nowNanos);
        }
    }),
    /// IEEE Std 802.1AX, 6.2.1: a member that joins others waits for itself.
    DELAYS_A_MEMBER_THAT_JOINS((config, inner) -> new PhysicalDecorator(config, inner) {
        private final Map<String, Long> upSince = new HashMap<>();

        @Override
        public Outcome link(String port, boolean up, long nowNanos) {
            upSince.put(port, nowNanos);
            return super.link(port, up, nowNanos);
        }

        @Override
        public Outcome receive(String port, byte[] frame, long nowNanos) {
            var right = super.receive(port, frame, nowNanos);
            var up = config.port(port).fast() ? null : upSince.get(port);
            return right.deliveries().isEmpty() || up == null || nowNanos - up >= 2 * config.forwardDelayNanos() ? right
                    : Outcome.dropped(port, DropReason.NOT_FORWARDING);
        }
    });

    /// Gives the copies that leave by a channel to other members of it.
    private abstract static class ChannelCopies extends PhysicalDecorator {
        private final Set<String> down = new HashSet<>();

        ChannelCopies(PhysicalConfig config, PhysicalSwitchUnderTest inner) {
            super(config, inner);
        }

        /// Which members get this copy.
        List<String> takers(PhysicalConfig.Channel channel, Delivery copy) {
            return List.of(copy.to());
        }

        List<String> live(PhysicalConfig.Channel channel) {
            var live = new ArrayList<>(channel.ports());
            live.removeAll(down);
            return live;
        }

        static int bucket(PhysicalConfig.Channel channel, Delivery copy) {
            return NaivePhysicalSwitch.bucket(channel.hash(), WireFrame.parse(copy.frame()).body());
        }

        @Override
        public Outcome link(String port, boolean up, long nowNanos) {
            if (up) {
                down.remove(port);
            } else {
                down.add(port);
            }
            return super.link(port, up, nowNanos);
        }

        @Override
        public Outcome receive(String port, byte[] frame, long nowNanos) {
            var right = super.receive(port, frame, nowNanos);
            var copies = new ArrayList<Delivery>();
            for (var copy : right.deliveries()) {
                var channel = config.channelOf(copy.to());
                var takers = channel == null ? List.of(copy.to()) : takers(channel, copy);
                takers.forEach(taker -> copies.add(new Delivery(taker, copy.frame())));
            }
            return new Outcome(copies, right.drops());
        }
    }

    private interface Decorator {
        PhysicalSwitchUnderTest around(PhysicalConfig config, PhysicalSwitchUnderTest inner);
    }

    private final UnaryOperator<PhysicalConfig> change;
    private final Decorator decorator;

    PhysicalMutant(UnaryOperator<PhysicalConfig> change) {
        this.change = change;
        this.decorator = (_, inner) -> inner;
    }

    PhysicalMutant(Decorator decorator) {
        this.change = config -> config;
        this.decorator = decorator;
    }

    /// A maker of switches with this mistake out of a maker of right ones.
    Function<PhysicalConfig, PhysicalSwitchUnderTest> of(Function<PhysicalConfig, PhysicalSwitchUnderTest> maker) {
        return config -> decorator.around(config, maker.apply(change.apply(config)));
    }

    private static PhysicalConfig withNativeOnlyIfListed(PhysicalConfig config) {
        return config.withPorts(port -> port.trunk() && !port.tagged().contains(port.untagged())
                ? new PhysicalConfig.Port(port.name(), true, PhysicalConfig.NO_NATIVE, port.tagged(), port.guard(), port.fast()) : port);
    }
}
