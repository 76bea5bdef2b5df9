package io.etherloom.model;

/// The virtual switch of the data plane against the fixed vectors.
final class VSwitchContractTest extends SwitchContract {
    @Override
    protected SwitchUnderTest switchOf(SwitchConfig config) {
        return new RealVSwitch(config);
    }
}
