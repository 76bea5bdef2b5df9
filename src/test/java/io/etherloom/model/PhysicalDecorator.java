package io.etherloom.model;

/// Stands before a switch of the fabric and passes everything on; mistakes are put on by overriding.
class PhysicalDecorator implements PhysicalSwitchUnderTest {
    final PhysicalConfig config;
    final PhysicalSwitchUnderTest inner;

    PhysicalDecorator(PhysicalConfig config, PhysicalSwitchUnderTest inner) {
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
    public Outcome recover(String port, long nowNanos) {
        return inner.recover(port, nowNanos);
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
