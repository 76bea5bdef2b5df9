package io.etherloom.topology;

import java.util.List;
import java.util.stream.Collectors;

/// A topology file that cannot be used. Holds every problem found in it, in the order of the file, warnings included.
public final class TopologyException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient List<Problem> problems;

    TopologyException(List<Problem> problems) {
        super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
        this.problems = List.copyOf(problems);
    }

    /// Errors and warnings in the order of the file; at least one is an error.
    public List<Problem> problems() {
        return problems;
    }
}
