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

    /// The path of a place in the file is left out: the same line stands under many paths when it is inherited.
    private record Key(String file, int line, int column, String path, String message) {
        static Key of(Problem problem) {
            return new Key(problem.file(), problem.line(), problem.column(), problem.line() == 0 ? problem.path() : "", problem.message());
        }
    }

    private final String file;
    private final List<Setting> settings;
    private final List<Problem> found = new ArrayList<>();
    private final Set<Key> seen = new HashSet<>();
    private int unreported;
    private boolean hasErrors;

    Problems(String file) {
        this(file, List.of());
    }

    /// @param settings what was set by hand: values with negative lines come from them
    Problems(String file, List<Setting> settings) {
        this.file = file;
        this.settings = settings;
    }

    void error(int line, int column, String path, String message) {
        hasErrors = true;
        add(problem(line, column, path, message, Severity.ERROR));
    }

    void warning(int line, int column, String path, String message) {
        add(problem(line, column, path, message, Severity.WARNING));
    }

    private Problem problem(int line, int column, String path, String message, Severity severity) {
        if (line >= 0) {
            return new Problem(file, line, column, path, message, severity);
        }
        var setting = Settings.at(line, settings);
        int below = path.lastIndexOf("." + setting.path());
        return new Problem(setting.command(), 0, 0, below < 0 ? setting.path() : path.substring(below + 1), message, severity);
    }

    private void add(Problem problem) {
        if (found.size() >= MAX_REPORTED) {
            unreported++;
        } else if (seen.add(Key.of(problem))) {
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
