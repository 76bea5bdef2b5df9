package io.etherloom.model;

import io.etherloom.frame.DropReason;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/// Mistakes that an implementation could make, put on a switch from outside: by another configuration than the model gets, or by
/// changing what goes in and comes out. The comparison has to catch each of them.
enum Mutant {
    /// Spec 2.10 is missing: own broadcasts come back.
    NO_OWN_FRAME_FILTER(config -> config.with("dropsReflected", false)),
    /// Spec 2.11 is missing: duplicates reach the guest.
    NO_REVERSE_POLICY(config -> config.with("filtersReverse", false)),
    /// Spec 4.36: ports come back without waiting.
    NO_UP_DELAY(config -> config.with("upDelayNanos", 0L)),
    /// Spec 4.36: the last instant of the delay still counts as waiting.
    UP_DELAY_OFF_BY_ONE(config -> config.with("upDelayNanos", config.options().teams().upDelayNanos() + 1)),
    /// Of two vNICs with one address the one connected first keeps it.
    FIRST_CONNECTED_KEEPS_THE_ADDRESS(config -> config.withPorts(config.ports().reversed())),
    /// Spec 2.28: the filter gives up at 32 groups instead of above.
    FILTER_GIVES_UP_TOO_EARLY(config -> config.withPorts(withoutFilters(config.ports(), NaiveVSwitch.MOST_GROUPS))),
    /// Spec 2.27: every vNIC gets every group.
    NO_GROUP_FILTER(config -> config.withPorts(withoutFilters(config.ports(), 0))),
    /// Spec 1.28: the limit is off by one.
    MTU_OFF_BY_ONE(config -> new SwitchConfig(config.mtu() + 1, config.uplinks(), config.options(), config.ports(), config.endsDiscovery())),
    /// Spec 8.2: CDP and LLDP from uplinks reach guests.
    PASSES_DISCOVERY(config -> new SwitchConfig(config.mtu(), config.uplinks(), config.options(), config.ports(), false)),
    /// Spec 3.11: the priority of a tag with VLAN ID 0 gets lost.
    LOSES_PRIORITY(config -> config.with("keepsPriority", false)),

    /// Spec 2.4: a frame from the wire to nobody here is flooded to the VLAN.
    FLOODS_UNKNOWN_UNICAST_FROM_UPLINK((config, inner) -> new SwitchDecorator(config, inner) {
        @Override
        public Outcome fromUplink(String uplink, byte[] frame, long nowNanos) {
            var right = super.fromUplink(uplink, frame, nowNanos);
            return right.droppedFor(DropReason.UNKNOWN_UNICAST) ? inner.fromUplink(uplink,
                    WireFrame.withDestination(frame, WireFrame.BROADCAST), nowNanos) : right;
        }
    }),
    /// Spec 2.6: what comes by one uplink leaves by the next.
    FORWARDS_UPLINK_TO_UPLINK((config, inner) -> new SwitchDecorator(config, inner) {
        @Override
        public Outcome fromUplink(String uplink, byte[] frame, long nowNanos) {
            var right = super.fromUplink(uplink, frame, nowNanos);
            var next = config.uplinks().get((config.uplinks().indexOf(uplink) + 1) % config.uplinks().size());
            return right.droppedFor(DropReason.UNKNOWN_UNICAST) && !next.equals(uplink)
                    ? new Outcome(List.of(new Delivery(next, frame)), List.of()) : right;
        }
    }),
    /// Spec 3.2: frames of tagged port groups leave untagged.
    FORGETS_TAG_ON_UPLINK((config, inner) -> new ChangedCopies(config, inner) {
        @Override
        Delivery change(Delivery copy, byte[] sent) {
            return config.uplinks().contains(copy.to()) ? new Delivery(copy.to(), WireFrame.parse(copy.frame()).body()) : copy;
        }
    }),
    /// Spec 1.32: short frames go out as they are.
    DOES_NOT_PAD((config, inner) -> new ChangedCopies(config, inner) {
        @Override
        Delivery change(Delivery copy, byte[] sent) {
            var tag = WireFrame.parse(copy.frame()).tagged() ? WireFrame.TAG : 0;
            var length = WireFrame.parse(sent).body().length + tag;
            return config.uplinks().contains(copy.to()) && length < copy.frame().length
                    ? new Delivery(copy.to(), Arrays.copyOf(copy.frame(), length)) : copy;
        }
    }),
    /// Spec 1.32: the tag counts as one of the 60 octets.
    PADS_WITH_THE_TAG_COUNTED((config, inner) -> new ChangedCopies(config, inner) {
        @Override
        Delivery change(Delivery copy, byte[] sent) {
            var tag = WireFrame.parse(copy.frame()).tagged() ? WireFrame.TAG : 0;
            var least = Math.max(WireFrame.parse(sent).body().length + tag, config.options().path().minEtherLen());
            return config.uplinks().contains(copy.to()) && least < copy.frame().length
                    ? new Delivery(copy.to(), Arrays.copyOf(copy.frame(), least)) : copy;
        }
    }),
    /// Spec 3.11: the VLAN of a priority-tagged frame is taken from its tag.
    PRIORITY_TAG_MEANS_VLAN_ZERO((config, inner) -> new ChangedCopies(config, inner) {
        @Override
        Delivery change(Delivery copy, byte[] sent) {
            var before = WireFrame.parse(sent);
            var after = WireFrame.parse(copy.frame());
            return before.tagged() && before.vlan() == 0 && after.tagged() && config.uplinks().contains(copy.to())
                    ? new Delivery(copy.to(), WireFrame.tag(after.body(), after.priority())) : copy;
        }
    }),
    /// Spec 3.6, 3.7: the tag of a guest is taken off and the frame goes on.
    ACCEPTS_TAGS_OF_GUESTS((config, inner) -> new SwitchDecorator(config, inner) {
        @Override
        public Outcome fromPort(int port, byte[] frame, long nowNanos) {
            var right = super.fromPort(port, frame, nowNanos);
            return right.droppedFor(DropReason.TAG_UNEXPECTED)
                    ? inner.fromPort(port, WireFrame.parse(frame).body(), nowNanos) : right;
        }
    }),
    /// Spec 2.9: a guest that sends to itself gets the frame.
    RETURNS_FRAMES((config, inner) -> new SwitchDecorator(config, inner) {
        @Override
        public Outcome fromPort(int port, byte[] frame, long nowNanos) {
            var right = super.fromPort(port, frame, nowNanos);
            return right.droppedFor(DropReason.SAME_PORT)
                    ? new Outcome(List.of(new Delivery(SwitchConfig.portName(port), frame)), List.of()) : right;
        }
    }),
    /// Spec 1.28: the tag counts as payload.
    COUNTS_TAG_AS_PAYLOAD((config, inner) -> new SwitchDecorator(config, inner) {
        @Override
        public Outcome fromUplink(String uplink, byte[] frame, long nowNanos) {
            var right = super.fromUplink(uplink, frame, nowNanos);
            return !right.deliveries().isEmpty() && frame.length > config.mtu() + WireFrame.HEADER
                    ? Outcome.dropped(uplink, DropReason.OVERSIZE) : right;
        }
    }),
    /// Spec 1.9: the address of a vNIC that left stays in the table.
    FORGETS_TO_DISCONNECT((config, inner) -> new SwitchDecorator(config, inner) {
        @Override
        public Outcome disconnect(int port, long nowNanos) {
            return Outcome.NOTHING;
        }

        @Override
        public Outcome connect(int port, long nowNanos) {
            super.disconnect(port, nowNanos);
            return super.connect(port, nowNanos);
        }
    }),
    /// Spec 2.2: what stays in the switch goes to the wire as well.
    SENDS_LOCAL_UNICAST_TO_THE_WIRE_TOO((config, inner) -> new SwitchDecorator(config, inner) {
        private static final long NOBODY = 0x02ff_ffff_fffeL;

        @Override
        public Outcome fromPort(int port, byte[] frame, long nowNanos) {
            var right = super.fromPort(port, frame, nowNanos);
            if (right.deliveries().size() != 1 || config.uplinks().contains(right.deliveries().getFirst().to())) {
                return right;
            }
            var copies = new ArrayList<>(right.deliveries());
            for (var copy : super.fromPort(port, WireFrame.withDestination(frame, NOBODY), nowNanos).deliveries()) {
                copies.add(new Delivery(copy.to(), WireFrame.withDestination(copy.frame(), WireFrame.mac(frame, 0))));
            }
            return new Outcome(copies, right.drops());
        }
    }),
    /// Spec 4.3: a failure takes the index anew for all ports, and the survivors move.
    MOVES_SURVIVORS((config, inner) -> new SwitchDecorator(config, inner) {
        private final Map<String, Boolean> linked = new HashMap<>();

        @Override
        public Outcome link(String uplink, boolean up, long nowNanos) {
            linked.put(uplink, up);
            return super.link(uplink, up, nowNanos);
        }

        @Override
        public Outcome fromPort(int id, byte[] frame, long nowNanos) {
            var right = super.fromPort(id, frame, nowNanos);
            var port = config.port(id);
            var candidates = new ArrayList<String>();
            port.team().active().forEach(uplink -> candidates.add(config.uplinks().get(uplink)));
            candidates.removeIf(uplink -> !linked.getOrDefault(uplink, true));
            var copies = new ArrayList<Delivery>();
            for (var copy : right.deliveries()) {
                copies.add(config.uplinks().contains(copy.to()) && !candidates.isEmpty()
                        ? new Delivery(candidates.get(id % candidates.size()), copy.frame()) : copy);
            }
            return new Outcome(copies, right.drops());
        }
    }),
    /// Spec 4.24: a link that goes down is never noticed.
    MISSES_LINK_DOWN((config, inner) -> new SwitchDecorator(config, inner) {
        @Override
        public Outcome link(String uplink, boolean up, long nowNanos) {
            return Outcome.NOTHING;
        }
    });

    /// A switch whose copies differ from the right ones by something that can be told from copy and original.
    private abstract static class ChangedCopies extends SwitchDecorator {
        ChangedCopies(SwitchConfig config, SwitchUnderTest inner) {
            super(config, inner);
        }

        abstract Delivery change(Delivery copy, byte[] sent);

        @Override
        public Outcome fromPort(int port, byte[] frame, long nowNanos) {
            var right = super.fromPort(port, frame, nowNanos);
            var copies = new ArrayList<Delivery>();
            for (var copy : right.deliveries()) {
                copies.add(change(copy, frame));
            }
            return new Outcome(copies, right.drops());
        }
    }

    private final UnaryOperator<SwitchConfig> change;
    private final SwitchDecorator.Maker decorator;

    Mutant(UnaryOperator<SwitchConfig> change) {
        this.change = change;
        this.decorator = (_, inner) -> inner;
    }

    Mutant(SwitchDecorator.Maker decorator) {
        this.change = config -> config;
        this.decorator = decorator;
    }

    /// A maker of switches with this mistake out of a maker of right ones.
    Function<SwitchConfig, SwitchUnderTest> of(Function<SwitchConfig, SwitchUnderTest> maker) {
        return config -> decorator.around(config, new MisconfiguredSwitch(config, maker, change));
    }

    private static List<SwitchConfig.Port> withoutFilters(List<SwitchConfig.Port> ports, int leastGroups) {
        var open = new ArrayList<SwitchConfig.Port>();
        for (var port : ports) {
            var groups = port.guest().groups();
            open.add(groups == null || groups.size() < leastGroups ? port : port.with("groups", null));
        }
        return open;
    }
}
