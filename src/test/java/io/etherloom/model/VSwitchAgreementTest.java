package io.etherloom.model;

/// The virtual switch of the data plane beside the model.
final class VSwitchAgreementTest extends SwitchAgreement {
    @Override
    protected SwitchUnderTest switchOf(SwitchConfig config) {
        return new RealVSwitch(config);
    }
}
