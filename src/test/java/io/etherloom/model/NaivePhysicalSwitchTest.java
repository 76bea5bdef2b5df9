package io.etherloom.model;

/// The model against the fixed vectors.
final class NaivePhysicalSwitchTest extends PhysicalSwitchContract {
    @Override
    protected PhysicalSwitchUnderTest switchOf(PhysicalConfig config) {
        return new NaivePhysicalSwitch(config);
    }
}
