package io.etherloom.topology;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Collects what is wrong while a file is bound. One place and message is reported once, even when several hosts inherit it.
final class Problems {
    /// Enough for any person; a file that is all wrong must not become a report of many megabytes.
    static final int MAX_REPORTED = 1000;

    private record Key(int line, int column, String message) {}

    private final String file;
    private final List<Problem> found = new ArrayList<>();
    private final Set<Key> seen = new HashSet<>();
    private int unreported;
    private boolean hasErrors;

    Problems(String file) {
        this.file = file;
    }

    void error(int line, int column, String path, String message) {
        hasErrors = true;
        add(new Problem(file, line, column, path, message, Severity.ERROR));
    }

    void warning(int line, int column, String path, String message) {
        add(new Problem(file, line, column, path, message, Severity.WARNING));
    }

    private void add(Problem problem) {
        if (found.size() >= MAX_REPORTED) {
            unreported++;
        } else if (seen.add(new Key(problem.line(), problem.column(), problem.message()))) {
            found.add(problem);
        }
    }

    boolean hasErrors() {
        return hasErrors;
    }

    /// All problems in the order of the file.
    List<Problem> inFileOrder() {
        var sorted = new ArrayList<>(found);
        sorted.sort(Comparator.comparingInt(Problem::line).thenComparingInt(Problem::column));
        if (unreported > 0) {
            var severity = hasErrors ? Severity.ERROR : Severity.WARNING;
            sorted.add(new Problem(file, 1, 1, "", unreported + " more problems are not shown", severity));
        }
        return List.copyOf(sorted);
    }
}
