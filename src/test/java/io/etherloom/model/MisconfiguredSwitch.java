package io.etherloom.model;

import io.etherloom.vswitch.SwitchSpec;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/// A switch that is made with a mistake in its configuration, and gets each change of it with the same mistake.
final class MisconfiguredSwitch extends SwitchDecorator {
    private final UnaryOperator<SwitchConfig> mistake;

    MisconfiguredSwitch(SwitchConfig config, Function<SwitchConfig, SwitchUnderTest> maker, UnaryOperator<SwitchConfig> mistake) {
        super(config, maker.apply(mistake.apply(config)));
        this.mistake = mistake;
    }

    @Override
    public Outcome change(SwitchConfig.Port port, long nowNanos) {
        return super.change(mistake.apply(config.withPorts(List.of(port))).ports().getFirst(), nowNanos);
    }

    @Override
    public Outcome set(SwitchSpec.Options options, long nowNanos) {
        var changed = mistake.apply(new SwitchConfig(config.mtu(), config.uplinks(), options, config.ports(), config.endsDiscovery()));
        return super.set(changed.options(), nowNanos);
    }
}
