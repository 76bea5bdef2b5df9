package io.etherloom.model;

/// The switch of the data plane against the fixed vectors for ports.
final class PhysicalPortContractTest extends PhysicalPortContract {
    @Override
    protected PhysicalSwitchUnderTest switchOf(PhysicalConfig config) {
        return new RealPhysicalSwitch(config);
    }
}
