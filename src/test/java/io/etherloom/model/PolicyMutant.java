package io.etherloom.model;

import io.etherloom.vswitch.Balancing;
import io.etherloom.vswitch.ShaperSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Mistakes that an implementation could make in the policies of a port group, put on a switch from outside. The comparison has to catch
/// each of them.
enum PolicyMutant {
    /// Spec 5.12: frames from group addresses pass.
    TAKES_GROUP_SOURCES(flipped("dropsGroupSource")),
    /// Spec 2.19: the filter is on where it is off.
    FILTERS_BPDUS_WRONGLY(flipped("blocksGuestBpdus")),
    /// Spec 2.19: the filter knows PVST+ where it must not.
    FILTERS_PVST_WRONGLY(flipped("blocksGuestPvst")),
    /// Spec 5.9: the source is held against the other address.
    CHECKS_THE_OTHER_ADDRESS(flipped("checksInitialSource")),
    /// Spec 5.9: forged transmits pass.
    ACCEPTS_FORGED(port("allowsForgedTransmits", true)),
    /// Spec 5.7: a refused address takes nothing from the guest.
    ACCEPTS_MAC_CHANGES(port("allowsMacChanges", true)),
    /// Spec 5.8: the table keeps the initial address.
    KEEPS_THE_INITIAL_ADDRESS(ports(port -> port.with("mac", port.guest().initialMac()))),
    /// Spec 5.2: promiscuous mode is refused to everybody.
    REFUSES_PROMISCUOUS(port("allowsPromiscuous", false)),
    /// Spec 5.2, 5.3: promiscuous mode needs no permission.
    PROMISCUOUS_WITHOUT_POLICY(port("allowsPromiscuous", true)),
    /// Spec 5.4: who may watch does, asked or not.
    ASSUMES_PROMISCUOUS(flipped("assumesPromiscuous")),
    /// Spec 2.16, 2.17: the filter of flooded frames is the wrong way round.
    FILTERS_WATCHED_FLOODS_WRONGLY(ports(port -> Altered.flipped(port, "filtersPromiscuous"))),

    /// Spec 4.15: the order is taken for slots.
    TAKES_ORDER_FOR_SLOTS(balanced(Balancing.EXPLICIT, Balancing.PORT_ID)),
    /// Spec 4.4: addresses play no part.
    IGNORES_SOURCE_MAC(balanced(Balancing.SOURCE_MAC, Balancing.PORT_ID)),
    /// Spec 4.5: addresses play no part.
    IGNORES_IP(balanced(Balancing.IP_HASH, Balancing.PORT_ID)),
    /// Spec 4.6: the other width.
    OTHER_WIDTH(flipped("hashesLastOctet")),
    /// Spec 4.11: the other way of IPv6.
    OTHER_IPV6(flipped("foldsIpv6")),
    /// Spec 2.11: inbound unicast is hashed by the other address.
    OTHER_INBOUND_HASH(flipped("hashesInboundDestination")),
    /// Spec 4.19: standby uplinks are unused.
    NO_STANDBY(ports(port -> port.with("standby", List.of()))),
    /// Spec 4.19: standby uplinks are active.
    STANDBY_IS_ACTIVE(ports(port -> port.with("active", NaiveTeam.members(port.team())).with("standby", List.of()))),
    /// Spec 4.20: the other way to share the ports of a dead uplink.
    OTHER_TAKEOVER(flipped("standbyTakesSlot")),
    /// Spec 4.35: there is failback where there must be none.
    ALWAYS_FAILS_BACK(port("failsBack", true)),
    /// Spec 4.34: nothing returns.
    NEVER_FAILS_BACK(port("failsBack", false)),
    /// Spec 1.34: links are read in events, whatever the option says.
    NEVER_POLLS(option("linkPollNanos", 0L)),
    /// Spec 1.34: links are read twice as often.
    POLLS_TOO_OFTEN(config -> config.with("linkPollNanos", config.options().teams().linkPollNanos() / 2)),

    /// Spec 4.25: beacons are not probed.
    NO_BEACONS(port("probesBeacons", false)),
    /// Spec 4.26: a beacon of another pNIC of the host passes.
    PASSES_OWN_BEACONS(new DropsBeacons(false)),
    /// Spec 4.26: the other way with beacons of other hosts.
    OTHER_FOREIGN_BEACONS(flipped("consumesForeign")),
    /// Spec 4.27: VLANs beyond the limit are probed.
    PROBES_ALL_VLANS(option("maxVlans", 4096)),
    /// Spec 4.27: more beacons a cycle than allowed.
    ALL_BEACONS_AT_ONCE(option("maxAtOnce", 4096)),
    /// Spec 4.29: two NICs never take turns.
    NO_TURNS(option("twoNicSeconds", 1)),
    /// Spec 4.29: beacons are never heard, so that everybody is soon in doubt.
    HEARS_NOBODY(new DropsBeacons(true)),
    /// Spec 4.29: a fourth beacon has to be missed.
    MISSES_FOUR(LateBeacons::new),
    /// Spec 4.31: there is no shotgun.
    NO_SHOTGUN(option("ignoresShotgun", true)),
    /// Spec 2.11, 4.31: in doubt the other filter holds.
    OTHER_FILTER_IN_DOUBT(flipped("acceptsBothInShotgun")),

    /// Spec 4.39: nothing is announced.
    NO_RARP(option("isEnabled", false)),
    /// Spec 4.47: RARP where the policy says no.
    NOTIFIES_ALWAYS(port("notifies", true)),
    /// Spec 4.42: one more.
    ONE_RARP_MORE(config -> config.with("count", config.options().notifications().count() + 1)),
    /// Spec 4.42: the first one comes when it must not.
    OTHER_FIRST_RARP(flipped("atEnablement")),
    /// Spec 4.43: the other spacing.
    OTHER_SPACING(flipped("spacesEvenly")),
    /// Spec 4.43: no end.
    ADVERTISES_TOO_LONG(option("advertisementSeconds", 255)),
    /// Spec 4.43: all at once.
    NO_RARP_CAP(option("maxPerInterval", 4096)),
    /// Spec 4.48: the other way with ports that tag.
    OTHER_TRUNK_RARP(flipped("announcesTrunks")),
    /// Spec 4.39: without the tag of the port group.
    FORGETS_TAG_OF_RARP((config, inner) -> new SwitchDecorator(config, inner) {
        @Override
        public Outcome tick(long nowNanos) {
            var right = super.tick(nowNanos);
            var copies = new ArrayList<Delivery>();
            for (var copy : right.deliveries()) {
                copies.add(new Delivery(copy.to(), WireFrame.parse(copy.frame()).body()));
            }
            return new Outcome(copies, right.drops());
        }
    }),

    /// Spec 2.31: nobody is asked.
    NO_QUERIES(option("perMove", 0)),
    /// Spec 2.31: one more.
    ONE_QUERY_MORE(config -> config.with("perMove", config.options().queries().perMove() + 1)),
    /// Spec 2.31: never more than one.
    ONE_QUERY_ONLY(config -> config.with("perMove", Math.min(1, config.options().queries().perMove()))),
    /// Spec 2.30: the other version.
    OTHER_IGMP_VERSION(config -> config.with("igmpVersion", 5 - config.options().queries().igmpVersion())),
    /// Spec 2.31: always from the address that is the default.
    NO_ROUTER_IP(option("routerIp", 0)),
    /// Spec 7.10: whoever is connected is asked, at power-on, too.
    QUERIES_AT_POWER_ON(port("migrates", true)),
    /// Spec 7.10: who comes by VMotion is not asked.
    NO_QUERIES_AFTER_VMOTION(port("migrates", false)),
    /// Spec 2.31: only who comes by VMotion is asked.
    NO_QUERIES_AFTER_FAILOVER(new ChangesQueries((config, query) ->
            config.ports().stream().anyMatch(port -> port.name().equals(query.to()) && port.migrates()) ? List.of(query) : List.of())),
    /// Spec 2.31, 7.10: another guest is asked.
    QUERIES_THE_NEXT_PORT(new ChangesQueries((config, query) -> {
        var names = config.ports().stream().map(SwitchConfig.Port::name).toList();
        return List.of(new Delivery(names.get((names.indexOf(query.to()) + 1) % names.size()), query.frame()));
    })),
    /// Spec 2.31, 7.10: every guest is asked.
    QUERIES_ALL_PORTS(new ChangesQueries((config, query) ->
            config.ports().stream().map(port -> new Delivery(port.name(), query.frame())).toList())),
    /// Spec 7.10: the wire is asked, too.
    QUERIES_THE_WIRE(new ChangesQueries((config, query) -> List.of(query, new Delivery(config.uplinks().getFirst(), query.frame())))),
    /// Spec 3.2: with the tag of the port group.
    TAGS_QUERIES(new ChangesQueries((config, query) -> List.of(new Delivery(query.to(),
            config.ports().stream().filter(port -> port.name().equals(query.to()) && port.vlan() > 0).findFirst()
                    .map(port -> WireFrame.tag(query.frame(), port.vlan())).orElse(query.frame()))))),

    /// Spec 6.1: what guests send is not shaped.
    NO_SHAPING_TO_SWITCH(port("toSwitch", null)),
    /// Spec 6.4: what guests receive is not shaped.
    NO_SHAPING_TO_PORT(port("toPort", null)),
    /// Spec 6.6: no burst above one frame.
    NO_BURST(shaped(spec -> new ShaperSpec(spec.averageBitsPerSecond(), spec.peakBitsPerSecond(), 1))),
    /// Spec 6.6: a burst goes at any pace.
    NO_PEAK(shaped(spec -> new ShaperSpec(spec.averageBitsPerSecond(), 1_000_000_000_000L, spec.burstOctets()))),
    /// Spec 6.6: the peak is the average.
    NO_BURST_BONUS(shaped(spec -> new ShaperSpec(spec.averageBitsPerSecond(), spec.averageBitsPerSecond(), spec.burstOctets()))),
    /// Spec 6.6: one bit a second too fast.
    AVERAGE_OFF_BY_ONE(shaped(spec -> new ShaperSpec(spec.averageBitsPerSecond() + 1, spec.peakBitsPerSecond() + 1, spec.burstOctets()))),
    /// Spec 6.7: one more may wait.
    QUEUE_OFF_BY_ONE(config -> config.with("queueMax", config.options().shapers().queueMax() + 1)
            .with("queueMin", config.options().shapers().queueMin() + 1));

    private final UnaryOperator<SwitchConfig> change;
    private final SwitchDecorator.Maker decorator;

    PolicyMutant(UnaryOperator<SwitchConfig> change) {
        this.change = change;
        this.decorator = (_, inner) -> inner;
    }

    PolicyMutant(SwitchDecorator.Maker decorator) {
        this.change = config -> config;
        this.decorator = decorator;
    }

    /// A maker of switches with this mistake out of a maker of right ones.
    Function<SwitchConfig, SwitchUnderTest> of(Function<SwitchConfig, SwitchUnderTest> maker) {
        return config -> decorator.around(config, new MisconfiguredSwitch(config, maker, change));
    }

    private static UnaryOperator<SwitchConfig> flipped(String flag) {
        return config -> new SwitchConfig(config.mtu(), config.uplinks(), Altered.flipped(config.options(), flag), config.ports(), config.endsDiscovery());
    }

    private static UnaryOperator<SwitchConfig> option(String option, Object value) {
        return config -> config.with(option, value);
    }

    private static UnaryOperator<SwitchConfig> ports(UnaryOperator<SwitchConfig.Port> change) {
        return config -> config.withPorts(config.ports().stream().map(change).toList());
    }

    private static UnaryOperator<SwitchConfig> port(String component, @Nullable Object value) {
        return ports(port -> port.with(component, value));
    }

    private static UnaryOperator<SwitchConfig> balanced(Balancing from, Balancing to) {
        return ports(port -> port.team().balancing() == from ? port.with("balancing", to) : port);
    }

    private static UnaryOperator<SwitchConfig> shaped(UnaryOperator<ShaperSpec> change) {
        return ports(port -> {
            var to = port.toSwitch() == null ? port : port.with("toSwitch", change.apply(port.toSwitch()));
            return to.toPort() == null ? to : to.with("toPort", change.apply(to.toPort()));
        });
    }

    private static boolean isBeacon(byte[] frame) {
        return WireFrame.source(frame) >> 8 == SwitchConfig.uplinkMac(0) >> 8;
    }

    /// Loses beacons where they arrive, or passes them to guests.
    private record DropsBeacons(boolean isLost) implements SwitchDecorator.Maker {
        @Override
        public SwitchUnderTest around(SwitchConfig config, SwitchUnderTest inner) {
            return new SwitchDecorator(config, inner) {
                @Override
                public Outcome fromUplink(String uplink, byte[] frame, long nowNanos) {
                    if (frame.length < WireFrame.HEADER || !isBeacon(frame)) {
                        return super.fromUplink(uplink, frame, nowNanos);
                    }
                    if (isLost) {
                        return Outcome.NOTHING;
                    }
                    var other = WireFrame.parse(frame).tagged() ? 16 : 12;
                    var disguised = frame.clone();
                    disguised[other] = 0x08;
                    disguised[other + 1] = 0x06;
                    return super.fromUplink(uplink, disguised, nowNanos);
                }
            };
        }
    }

    /// Makes something else of IGMP queries where they come out.
    private record ChangesQueries(BiFunction<SwitchConfig, Delivery, List<Delivery>> change) implements SwitchDecorator.Maker {
        private static boolean isQuery(Delivery delivery) {
            return WireFrame.source(delivery.frame()) == SwitchConfig.uplinkMac(0) && WireFrame.type(delivery.frame()) == 0x0800;
        }

        @Override
        public SwitchUnderTest around(SwitchConfig config, SwitchUnderTest inner) {
            return new SwitchDecorator(config, inner) {
                @Override
                public Outcome tick(long nowNanos) {
                    var right = super.tick(nowNanos);
                    var copies = new ArrayList<Delivery>();
                    right.deliveries().forEach(copy -> copies.addAll(isQuery(copy) ? change.apply(config, copy) : List.of(copy)));
                    return new Outcome(copies, right.drops());
                }
            };
        }
    }

    /// Lets each beacon come a second time when the next one is due.
    private static final class LateBeacons extends SwitchDecorator {
        private record Late(String uplink, byte[] frame, long atNanos) {}

        private final List<Late> late = new ArrayList<>();

        LateBeacons(SwitchConfig config, SwitchUnderTest inner) {
            super(config, inner);
        }

        @Override
        public Outcome fromUplink(String uplink, byte[] frame, long nowNanos) {
            if (frame.length >= WireFrame.HEADER && isBeacon(frame)) {
                late.add(new Late(uplink, frame, nowNanos));
            }
            return super.fromUplink(uplink, frame, nowNanos);
        }

        @Override
        public Outcome tick(long nowNanos) {
            var outcome = super.tick(nowNanos);
            var again = late.stream().filter(beacon -> nowNanos - beacon.atNanos > 500_000_000L).toList();
            late.removeAll(again);
            again.forEach(beacon -> super.fromUplink(beacon.uplink, beacon.frame, nowNanos));
            return outcome;
        }
    }
}
