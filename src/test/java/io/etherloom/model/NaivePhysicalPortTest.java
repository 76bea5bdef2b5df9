package io.etherloom.model;

/// The model against the fixed vectors for ports.
final class NaivePhysicalPortTest extends PhysicalPortContract {
    @Override
    protected PhysicalSwitchUnderTest switchOf(PhysicalConfig config) {
        return new NaivePhysicalSwitch(config);
    }
}
