package io.etherloom.model;

/// One thing that happens to a switch; the same object is applied to the reference and to the subject.
///
/// @param <S> what it happens to: [SwitchUnderTest] or [PhysicalSwitchUnderTest]
public interface Event<S> {
    /// Lets it happen.
    Outcome applyTo(S subject);
}
