package io.etherloom.model;

import java.util.List;

/// One switch and what happens to it.
///
/// @param <C>    its configuration
/// @param <S>    the kind of switch
/// @param seed   the number from which a [CaseSource] made it
/// @param config the switch
/// @param events what happens, in order of time
public record Case<C, S>(long seed, C config, List<? extends Event<S>> events) {
    Case<C, S> withEvents(List<? extends Event<S>> others) {
        return new Case<>(seed, config, others);
    }
}
