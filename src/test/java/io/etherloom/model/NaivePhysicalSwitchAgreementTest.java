package io.etherloom.model;

/// The comparison tried on the model itself: it agrees with itself, and each mistake put on it is found.
final class NaivePhysicalSwitchAgreementTest extends PhysicalSwitchAgreement {
    @Override
    protected PhysicalSwitchUnderTest switchOf(PhysicalConfig config) {
        return new NaivePhysicalSwitch(config);
    }
}
