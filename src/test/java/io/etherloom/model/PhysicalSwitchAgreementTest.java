package io.etherloom.model;

/// The learning switch of the data plane beside the model.
final class PhysicalSwitchAgreementTest extends PhysicalSwitchAgreement {
    @Override
    protected PhysicalSwitchUnderTest switchOf(PhysicalConfig config) {
        return new RealPhysicalSwitch(config);
    }
}
