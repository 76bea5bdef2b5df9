package io.etherloom.topology;

import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Who is asked when a VM moves, by `vmotion.hooks` of the file.
public sealed interface Hook {
    /// How long it is waited for when the file does not say.
    Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);

    /// As errors call it.
    String name();

    /// Which moves it takes part in.
    Scope scope();

    /// How long it is waited for.
    default Duration timeout() {
        return scope().timeout();
    }

    /// @param host    only of moves from or to this host; null for all
    /// @param vm      only of moves of this VM; null for all
    /// @param timeout how long it is waited for
    record Scope(@Nullable String host, @Nullable String vm, Duration timeout) {
        /// Whether it takes part in a move.
        public boolean includes(String movedVm, String from, String to) {
            return (host == null || host.equals(from) || host.equals(to)) && (vm == null || vm.equals(movedVm));
        }
    }

    /// A shell command, run in the folder of the file.
    record Program(String command, Scope scope) implements Hook {
        @Override
        public String name() {
            return command;
        }
    }

    /// Something that answers a `POST`.
    record Http(URI url, Scope scope) implements Hook {
        @Override
        public String name() {
            return url.toString();
        }
    }
}
