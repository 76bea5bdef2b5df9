package io.etherloom.model;

import io.etherloom.vswitch.SwitchSpec;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/// Stands before a subject and keeps the promises of [SwitchUnderTest]: no event that changes nothing, and a tick at each instant that the
/// subject asks for. So shrinking may take any event out of a case without making it meaningless.
///
/// It also plays the fabric for beacons: it brings each to the other uplinks, where no cut is between them, and tells of them as (uplink,
/// tag, source), since what else is in a beacon is not published (spec 4.28).
final class PacedSwitch implements SwitchUnderTest {
    /// How long a beacon is on its way.
    static final long WAY_NANOS = 1_000;
    /// A pNIC of another host.
    static final long FOREIGN_PNIC = SwitchConfig.uplinkMac(0x80);

    private static final int BEACON_TYPE = 0x8922;
    /// More ticks than this at one instant are one without end.
    private static final int MOST_TICKS = 1_000;

    private record Cut(String from, String to) {}

    private record OnItsWay(long atNanos, String uplink, byte[] beacon) {}

    private final SwitchUnderTest subject;
    private final SwitchConfig config;
    private final Set<String> down = new HashSet<>();
    private final Set<Integer> connected = new HashSet<>();
    private final Map<Integer, SwitchConfig.Port> ports = new HashMap<>();
    private final Set<Cut> cuts = new HashSet<>();
    private final Deque<OnItsWay> beacons = new ArrayDeque<>();
    private byte[] lastBeacon = {};

    PacedSwitch(SwitchConfig config, SwitchUnderTest subject) {
        this.subject = subject;
        this.config = config;
        for (var port : config.ports()) {
            ports.put(port.id(), port);
            if (port.connected()) {
                connected.add(port.id());
            }
        }
    }

    // ---- time

    /// Lets come what is due by then, and then the event; what is due at its own instant belongs to it.
    private Outcome at(long nowNanos, Supplier<Outcome> event) {
        var earlier = new ArrayList<Outcome.Instant>();
        var atOnce = Outcome.NOTHING;
        var ticks = 0;
        for (var next = next(); next <= nowNanos; next = next()) {
            var outcome = advance(next);
            ticks = next == nowNanos ? ticks + 1 : 0;
            check(ticks);
            atOnce = next == nowNanos ? atOnce.and(outcome) : atOnce;
            if (next < nowNanos && !outcome.equals(Outcome.NOTHING)) {
                note(earlier, next, outcome);
            }
        }
        atOnce = atOnce.and(told(event.get(), nowNanos));
        for (ticks = 0; next() <= nowNanos; check(++ticks)) {
            atOnce = atOnce.and(advance(nowNanos));
        }
        return atOnce.after(earlier);
    }

    private static void check(int ticks) {
        if (ticks > MOST_TICKS) {
            throw new IllegalStateException("due again and again at one instant");
        }
    }

    /// What happens at one instant is one, however many ticks it took.
    private static void note(List<Outcome.Instant> earlier, long atNanos, Outcome outcome) {
        if (!earlier.isEmpty() && earlier.getLast().atNanos() == atNanos) {
            var first = earlier.removeLast();
            earlier.add(new Outcome.Instant(atNanos, first.outcome().and(outcome)));
        } else {
            earlier.add(new Outcome.Instant(atNanos, outcome));
        }
    }

    private long next() {
        return beacons.isEmpty() ? subject.due() : Math.min(subject.due(), beacons.getFirst().atNanos);
    }

    private Outcome advance(long nowNanos) {
        if (!beacons.isEmpty() && beacons.getFirst().atNanos <= nowNanos) {
            var beacon = beacons.removeFirst();
            return told(subject.fromUplink(beacon.uplink, beacon.beacon, nowNanos), nowNanos);
        }
        return told(subject.tick(nowNanos), nowNanos);
    }

    // ---- beacons

    /// The outcome with beacons as they are told of; those that leave come to the other uplinks.
    private Outcome told(Outcome outcome, long nowNanos) {
        if (outcome.deliveries().stream().noneMatch(PacedSwitch::isBeacon)) {
            return outcome;
        }
        var deliveries = new ArrayList<Delivery>();
        for (var delivery : outcome.deliveries()) {
            if (isBeacon(delivery)) {
                spread(delivery, nowNanos);
                deliveries.add(told(delivery));
            } else {
                deliveries.add(delivery);
            }
        }
        return new Outcome(deliveries, outcome.drops(), outcome.earlier());
    }

    /// Only pNICs have addresses that begin with 00:50:56:5 (spec 1.37); what else comes from them, IGMP queries, is not broadcast.
    private static boolean isBeacon(Delivery delivery) {
        return WireFrame.source(delivery.frame()) >> 20 == SwitchConfig.uplinkMac(0) >> 20
                && WireFrame.mac(delivery.frame(), 0) == WireFrame.BROADCAST;
    }

    private static Delivery told(Delivery beacon) {
        var wire = WireFrame.parse(beacon.frame());
        var body = WireFrame.of(wire.destination(), wire.source(), BEACON_TYPE, 0);
        return new Delivery(beacon.to(), wire.tagged() ? WireFrame.tag(body, wire.tci()) : body);
    }

    private void spread(Delivery beacon, long nowNanos) {
        if (!config.uplinks().contains(beacon.to())) {
            return;
        }
        lastBeacon = beacon.frame();
        for (var uplink : config.uplinks()) {
            if (!uplink.equals(beacon.to()) && !down.contains(uplink) && !down.contains(beacon.to())
                    && !cuts.contains(new Cut(beacon.to(), uplink))) {
                beacons.add(new OnItsWay(nowNanos + WAY_NANOS, uplink, beacon.frame()));
            }
        }
    }

    @Override
    public Outcome cut(String from, String to, boolean isCut, long nowNanos) {
        return at(nowNanos, () -> {
            if (isCut) {
                cuts.add(new Cut(from, to));
            } else {
                cuts.remove(new Cut(from, to));
            }
            return Outcome.NOTHING;
        });
    }

    @Override
    public Outcome foreignBeacon(String uplink, int vlan, long nowNanos) {
        return at(nowNanos, () -> {
            if (lastBeacon.length == 0) {
                return Outcome.NOTHING;
            }
            var body = foreign(WireFrame.parse(lastBeacon).body());
            return subject.fromUplink(uplink, vlan == 0 ? body : WireFrame.tag(body, vlan), nowNanos);
        });
    }

    /// The beacon with the address of another host wherever it has its own.
    private static byte[] foreign(byte[] beacon) {
        var own = WireFrame.source(beacon);
        var foreign = beacon.clone();
        for (var at = 0; at + 6 <= beacon.length; at++) {
            if (WireFrame.mac(beacon, at) == own) {
                WireFrame.putMac(foreign, at, FOREIGN_PNIC);
            }
        }
        return foreign;
    }

    // ---- events

    @Override
    public Outcome fromPort(int port, byte[] frame, long nowNanos) {
        return at(nowNanos, () -> subject.fromPort(port, frame, nowNanos));
    }

    @Override
    public Outcome fromUplink(String uplink, byte[] frame, long nowNanos) {
        return at(nowNanos, () -> subject.fromUplink(uplink, frame, nowNanos));
    }

    @Override
    public Outcome link(String uplink, boolean up, long nowNanos) {
        return at(nowNanos, () -> (up ? down.remove(uplink) : down.add(uplink))
                ? subject.link(uplink, up, nowNanos) : Outcome.NOTHING);
    }

    @Override
    public Outcome tick(long nowNanos) {
        return at(nowNanos, () -> Outcome.NOTHING);
    }

    @Override
    public long due() {
        return next();
    }

    @Override
    public Outcome change(SwitchConfig.Port port, long nowNanos) {
        return at(nowNanos, () -> port.equals(ports.put(port.id(), port)) ? Outcome.NOTHING : subject.change(port, nowNanos));
    }

    @Override
    public Outcome set(SwitchSpec.Options options, long nowNanos) {
        return at(nowNanos, () -> subject.set(options, nowNanos));
    }

    @Override
    public Outcome connect(int port, long nowNanos) {
        return at(nowNanos, () -> connected.add(port) ? subject.connect(port, nowNanos) : Outcome.NOTHING);
    }

    @Override
    public Outcome disconnect(int port, long nowNanos) {
        return at(nowNanos, () -> connected.remove(port) ? subject.disconnect(port, nowNanos) : Outcome.NOTHING);
    }

    @Override
    public void close() {
        subject.close();
    }
}
