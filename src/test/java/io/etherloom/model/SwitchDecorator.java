package io.etherloom.model;

import io.etherloom.vswitch.SwitchSpec;

/// A switch that does what another one does; subclasses change one thing.
class SwitchDecorator implements SwitchUnderTest {
    /// Makes a decorator.
    interface Maker {
        SwitchUnderTest around(SwitchConfig config, SwitchUnderTest inner);
    }

    final SwitchConfig config;
    final SwitchUnderTest inner;

    SwitchDecorator(SwitchConfig config, SwitchUnderTest inner) {
        this.config = config;
        this.inner = inner;
    }

    @Override
    public Outcome fromPort(int port, byte[] frame, long nowNanos) {
        return inner.fromPort(port, frame, nowNanos);
    }

    @Override
    public Outcome fromUplink(String uplink, byte[] frame, long nowNanos) {
        return inner.fromUplink(uplink, frame, nowNanos);
    }

    @Override
    public Outcome link(String uplink, boolean up, long nowNanos) {
        return inner.link(uplink, up, nowNanos);
    }

    @Override
    public Outcome tick(long nowNanos) {
        return inner.tick(nowNanos);
    }

    @Override
    public long due() {
        return inner.due();
    }

    @Override
    public Outcome change(SwitchConfig.Port port, long nowNanos) {
        return inner.change(port, nowNanos);
    }

    @Override
    public Outcome set(SwitchSpec.Options options, long nowNanos) {
        return inner.set(options, nowNanos);
    }

    @Override
    public Outcome connect(int port, long nowNanos) {
        return inner.connect(port, nowNanos);
    }

    @Override
    public Outcome disconnect(int port, long nowNanos) {
        return inner.disconnect(port, nowNanos);
    }

    @Override
    public void close() {
        inner.close();
    }
}
