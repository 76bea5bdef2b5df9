package io.etherloom.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;

/// Expectations about the problems of a text in which `»` marks the place of each, in order.
final class Marked {
    private static final char MARK = '»';

    private Marked() {}

    /// Asserts that the text has exactly the marked problems.
    ///
    /// @param expected for each mark how the problem begins: `error: path: message`
    static void assertProblems(String marked, String... expected) {
        var places = places(marked);
        var problems = problems(marked.replace(String.valueOf(MARK), ""));
        assertThat(problems).as("problems").hasSameSizeAs(expected);
        for (int i = 0; i < expected.length; i++) {
            var problem = problems.get(i);
            var path = problem.path().isEmpty() ? "" : problem.path() + ": ";
            assertThat(problem.severity() + ": " + path + problem.message()).startsWith(expected[i]);
            assertThat(problem.line() + ":" + problem.column()).as("place of %s", problem).isEqualTo(places.get(i));
        }
    }

    /// Errors and warnings of a text, or the warnings of one that is accepted.
    static List<Problem> problems(String text) {
        try {
            return Topology.parse(text, "t.yaml").warnings();
        } catch (TopologyException e) {
            return e.problems();
        }
    }

    /// The topology of a text that must be right.
    static Topology topology(String text) {
        try {
            return Topology.parse(text, "t.yaml");
        } catch (TopologyException e) {
            throw new AssertionError(e.getMessage(), e);
        }
    }

    private static List<String> places(String marked) {
        var places = new ArrayList<String>();
        var lines = marked.lines().toList();
        for (int line = 0; line < lines.size(); line++) {
            int before = 0;
            for (int at = lines.get(line).indexOf(MARK); at >= 0; at = lines.get(line).indexOf(MARK, at + 1)) {
                places.add((line + 1) + ":" + (at - before++ + 1));
            }
        }
        return places;
    }
}
