package io.etherloom.model;

/// The learning switch of the data plane against the fixed vectors.
final class PhysicalSwitchContractTest extends PhysicalSwitchContract {
    @Override
    protected PhysicalSwitchUnderTest switchOf(PhysicalConfig config) {
        return new RealPhysicalSwitch(config);
    }
}
