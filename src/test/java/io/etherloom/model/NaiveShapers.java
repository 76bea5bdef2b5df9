package io.etherloom.model;

import io.etherloom.vswitch.ShaperSpec;
import io.etherloom.vswitch.SwitchSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/// The shapers of all ports, each with its own figures in full (spec 6.1), for what guests send and for what they receive (spec 6.4).
final class NaiveShapers {
    private final SwitchConfig config;
    private final BiConsumer<SwitchConfig.Port, NaiveVSwitch.Inside> fromGuest;
    private final BiConsumer<SwitchConfig.Port, byte[]> toGuest;
    /// By slot.
    private final Map<Integer, NaiveShaper<NaiveVSwitch.Inside>> toSwitch = new HashMap<>();
    private final Map<Integer, NaiveShaper<byte[]>> toPort = new HashMap<>();
    /// The ports as they are now.
    private final Map<Integer, SwitchConfig.Port> ports = new HashMap<>();

    NaiveShapers(SwitchConfig config, BiConsumer<SwitchConfig.Port, NaiveVSwitch.Inside> fromGuest,
                 BiConsumer<SwitchConfig.Port, byte[]> toGuest) {
        this.config = config;
        this.fromGuest = fromGuest;
        this.toGuest = toGuest;
    }

    /// A port has these figures from now on. Where shaping ends, what waits passes.
    void set(SwitchConfig.Port port, SwitchSpec.ShaperOptions options, long nowNanos) {
        ports.put(port.id(), port);
        // 6.6: octets as on the wire, so with the tag that a frame has there.
        set(toSwitch, port.id(), port.toSwitch(), options, nowNanos, frame -> frame.withTag().length,
                frame -> fromGuest.accept(portNow(port.id()), frame));
        set(toPort, port.id(), port.toPort(), options, nowNanos, frame -> frame.length,
                frame -> toGuest.accept(portNow(port.id()), frame));
    }

    private SwitchConfig.Port portNow(int id) {
        return Objects.requireNonNull(ports.get(id));
    }

    private <F> void set(Map<Integer, NaiveShaper<F>> shapers, int id, @Nullable ShaperSpec spec, SwitchSpec.ShaperOptions options,
                         long nowNanos, ToIntFunction<F> charge, Consumer<F> exit) {
        if (spec == null) {
            var ended = shapers.remove(id);
            if (ended != null) {
                ended.drain(exit);
            }
        } else if (shapers.containsKey(id)) {
            shapers.get(id).set(spec, options, config.mtu(), nowNanos);
        } else {
            shapers.put(id, new NaiveShaper<>(spec, options, config.mtu(), nowNanos, charge, exit));
        }
    }

    /// A port is gone, and what waited with it.
    void forget(SwitchConfig.Port port, Consumer<Object> dropped) {
        for (var shaper : ofPort(port.id())) {
            shaper.drain(dropped::accept);
        }
        toSwitch.remove(port.id());
        toPort.remove(port.id());
    }

    boolean fromGuest(SwitchConfig.Port port, NaiveVSwitch.Inside frame, long nowNanos) {
        return Objects.requireNonNull(toSwitch.get(port.id())).offer(frame, nowNanos);
    }

    boolean toGuest(SwitchConfig.Port port, byte[] frame, long nowNanos) {
        return Objects.requireNonNull(toPort.get(port.id())).offer(frame, nowNanos);
    }

    private List<NaiveShaper<?>> ofPort(int id) {
        var found = new ArrayList<NaiveShaper<?>>();
        for (Function<Integer, @Nullable NaiveShaper<?>> side : List.<Function<Integer, @Nullable NaiveShaper<?>>>of(
                toSwitch::get, toPort::get)) {
            var shaper = side.apply(id);
            if (shaper != null) {
                found.add(shaper);
            }
        }
        return found;
    }

    private List<NaiveShaper<?>> all() {
        var all = new ArrayList<NaiveShaper<?>>(toSwitch.values());
        all.addAll(toPort.values());
        return all;
    }

    long due() {
        var due = NaiveLinks.NEVER;
        for (var shaper : all()) {
            due = Math.min(due, shaper.due());
        }
        return due;
    }

    /// Lets pass what is due: first from guests, which may be for others that are shaped.
    void advance(long nowNanos) {
        for (var shaper : all()) {
            shaper.advance(nowNanos);
        }
    }
}
