package io.etherloom.model;

/// The comparison tried on the model itself: it agrees with itself, and each mistake put on it is found.
final class NaiveVSwitchAgreementTest extends SwitchAgreement {
    @Override
    protected SwitchUnderTest switchOf(SwitchConfig config) {
        return new NaiveVSwitch(config);
    }
}
