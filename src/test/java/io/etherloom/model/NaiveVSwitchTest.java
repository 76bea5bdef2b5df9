package io.etherloom.model;

/// The model against the fixed vectors.
final class NaiveVSwitchTest extends SwitchContract {
    @Override
    protected SwitchUnderTest switchOf(SwitchConfig config) {
        return new NaiveVSwitch(config);
    }
}
