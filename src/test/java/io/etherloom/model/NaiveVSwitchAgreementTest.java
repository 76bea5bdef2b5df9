package io.etherloom.model;

/// The comparison tried on the model itself: it agrees with itself, and each mistake put on it is found.
final class NaiveVSwitchAgreementTest extends SwitchAgreement {
    @Override
    protected SwitchUnderTest switchOf(SwitchConfig config) {
        return new NaiveVSwitch(config);
    }

    /// That it agrees with itself needs no long proof.
    @Override
    long defaultEvents() {
        return 50_000;
    }
}
