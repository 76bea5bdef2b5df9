package io.etherloom.model;

import io.etherloom.frame.DropReason;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/// Mistakes that an implementation of the learning switch could make, put on it from outside.
enum PhysicalMutant {
    /// Addresses stay for ever.
    NEVER_AGES(config -> new PhysicalConfig(config.mtu(), Long.MAX_VALUE / 4, config.ports())),
    /// Addresses die at half their age.
    AGES_TOO_EARLY(config -> new PhysicalConfig(config.mtu(), config.ageingNanos() / 2, config.ports())),
    /// The payload limit is off by one.
    MTU_OFF_BY_ONE(config -> new PhysicalConfig(config.mtu() - 1, config.ageingNanos(), config.ports())),
    /// A trunk carries its native VLAN only if the list has it.
    NATIVE_VLAN_LEFT_OUT(PhysicalMutant::withNativeOnlyIfListed),
    /// What was learned on a port survives the loss of its link, and frames go on into the dead cable.
    DOES_NOT_FLUSH((config, inner) -> new Decorated(config, inner) {
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
    MISSES_LINK_EVENTS((config, inner) -> new Decorated(config, inner) {
        @Override
        public Outcome link(String port, boolean up, long nowNanos) {
            return Outcome.NOTHING;
        }
    }),
    /// A frame for a station on the port it came from is flooded.
    RETURNS_FRAMES((config, inner) -> new Decorated(config, inner) {
        @Override
        public Outcome receive(String port, byte[] frame, long nowNanos) {
            var right = super.receive(port, frame, nowNanos);
            return right.droppedFor(DropReason.SAME_PORT)
                    ? new Outcome(List.of(new Delivery(port, frame)), List.of()) : right;
        }
    }),
    /// Nothing is learned: known unicast is flooded like unknown.
    FLOODS_KNOWN_UNICAST((config, inner) -> new Decorated(config, inner) {
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
    /// Reserved addresses are forwarded.
    FORWARDS_RESERVED_ADDRESSES((config, inner) -> new Decorated(config, inner) {
        @Override
        public Outcome receive(String port, byte[] frame, long nowNanos) {
            var right = super.receive(port, frame, nowNanos);
            return right.droppedFor(DropReason.RESERVED_ADDRESS)
                    ? super.receive(port, WireFrame.withDestination(frame, WireFrame.BROADCAST), nowNanos) : right;
        }
    }),
    /// The native VLAN leaves a trunk tagged.
    TAGS_THE_NATIVE_VLAN((config, inner) -> new Decorated(config, inner) {
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
    ACCEPTS_TAGS_ON_ACCESS_PORTS((config, inner) -> new Decorated(config, inner) {
        @Override
        public Outcome receive(String port, byte[] frame, long nowNanos) {
            var right = super.receive(port, frame, nowNanos);
            return right.droppedFor(DropReason.TAG_UNEXPECTED)
                    ? super.receive(port, WireFrame.parse(frame).body(), nowNanos) : right;
        }
    });

    private static class Decorated implements PhysicalSwitchUnderTest {
        final PhysicalConfig config;
        final PhysicalSwitchUnderTest inner;

        Decorated(PhysicalConfig config, PhysicalSwitchUnderTest inner) {
            this.config = config;
            this.inner = inner;
        }

        @Override
        public Outcome receive(String port, byte[] frame, long nowNanos) {
            return inner.receive(port, frame, nowNanos);
        }

        @Override
        public Outcome link(String port, boolean up, long nowNanos) {
            return inner.link(port, up, nowNanos);
        }

        @Override
        public Outcome tick(long nowNanos) {
            return inner.tick(nowNanos);
        }

        @Override
        public void close() {
            inner.close();
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
        var ports = new ArrayList<PhysicalConfig.Port>();
        for (var port : config.ports()) {
            ports.add(port.trunk() && !port.tagged().contains(port.untagged())
                    ? PhysicalConfig.Port.trunk(port.name(), PhysicalConfig.NO_NATIVE, new TreeSet<>(port.tagged())) : port);
        }
        return new PhysicalConfig(config.mtu(), config.ageingNanos(), ports);
    }
}
