package io.etherloom.model;

import java.util.List;

/// Invents cases, and knows how to make one smaller.
///
/// @param <C> the configuration of a switch
/// @param <S> the kind of switch
public interface CaseSource<C, S> {
    /// The case of this seed, always the same.
    Case<C, S> make(long seed, int events);

    /// The cases that lack one port each, and what happened to it.
    List<Case<C, S>> smaller(Case<C, S> whole);
}
