package io.etherloom.bench;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What the command line asks for.
///
/// @param rounds how often those that are compared take their turns, at least 1
/// @param seconds how long one turn lasts, at least 1
/// @param only ids of the measures that are asked for by name; empty for those of the extent
/// @param peers who is compared
/// @param isList whether to say what there is and measure nothing
record Arguments(Extent extent, int rounds, int seconds, Set<String> only, Set<Subject> peers, @Nullable Path json, @Nullable Path markdown,
        @Nullable Path chart, boolean isList) {
    static final String USAGE = """
        usage: ./build bench [OPTION…]
          --quick           a smoke of half a minute; its numbers mean nothing
          --full            everything, with more and longer rounds: about an hour
          --only MEASURE,…  these measures alone
          --peers NAME,…    compare these alone
          --rounds N        how often they take turns (5; 9 with --full; 1 with --quick)
          --seconds N       how long a turn lasts (2; 4 with --full; 1 with --quick)
          --json FILE       write every value of every round there, too
          --markdown FILE   write the tables there, too
          --chart FILE      write the chart there, too (SVG)
          --list            say which measures and peers there are
        What a run found is always left in target/bench as result.json, result.md and performance.svg.
        """;

    private static final int MAX_ROUNDS = 99;
    private static final int MAX_SECONDS = 600;

    /// Whether a measure belongs to the run.
    boolean includes(Measure measure) {
        return only.isEmpty() ? measure.isIn(extent) : only.contains(measure.id());
    }

    /// How much is measured.
    enum Extent {
        QUICK(1, 1), NORMAL(5, 2), FULL(9, 4);

        private final int rounds;
        private final int seconds;

        Extent(int rounds, int seconds) {
            this.rounds = rounds;
            this.seconds = seconds;
        }
    }

    /// @param measures ids of all measures that there are
    /// @throws UsageException for whatever is not understood
    static Arguments parse(List<String> words, Set<String> measures) throws UsageException {
        var parser = new Parser(words, measures);
        while (parser.next < words.size()) {
            parser.option(words.get(parser.next++));
        }
        return parser.result();
    }

    private static final class Parser {
        private final List<String> words;
        private final Set<String> measures;
        private int next;
        private Extent extent = Extent.NORMAL;
        private int rounds;
        private int seconds;
        private final Set<String> only = new LinkedHashSet<>();
        private final Set<Subject> peers = EnumSet.noneOf(Subject.class);
        private @Nullable Path json;
        private @Nullable Path markdown;
        private @Nullable Path chart;
        private boolean isList;

        Parser(List<String> words, Set<String> measures) {
            this.words = words;
            this.measures = measures;
        }

        void option(String word) throws UsageException {
            switch (word) {
                case "--quick" -> extent(Extent.QUICK);
                case "--full" -> extent(Extent.FULL);
                case "--rounds" -> rounds = number(word, MAX_ROUNDS);
                case "--seconds" -> seconds = number(word, MAX_SECONDS);
                case "--json" -> json = Path.of(value(word, "a file"));
                case "--markdown" -> markdown = Path.of(value(word, "a file"));
                case "--chart" -> chart = Path.of(value(word, "a file"));
                case "--list" -> isList = true;
                case "--only" -> {
                    for (var id : list(word, measures)) {
                        only.add(known(word, id, measures));
                    }
                }
                case "--peers" -> {
                    for (var name : list(word, subjects())) {
                        known(word, name, subjects());
                        peers.add(Arrays.stream(Subject.values()).filter(it -> it.word().equals(name)).findFirst().orElseThrow());
                    }
                }
                default -> throw new UsageException("unknown option " + word + "; ./build bench --help shows all");
            }
        }

        private void extent(Extent wanted) throws UsageException {
            if (extent != Extent.NORMAL && extent != wanted) {
                throw new UsageException("--quick and --full exclude each other");
            }
            extent = wanted;
        }

        private String value(String option, String what) throws UsageException {
            if (next >= words.size() || words.get(next).startsWith("--") || words.get(next).isBlank()) {
                throw new UsageException(option + " needs " + what);
            }
            return words.get(next++);
        }

        private int number(String option, int max) throws UsageException {
            var what = "a number from 1 to " + max;
            var word = value(option, what);
            try {
                int number = Integer.parseInt(word);
                if (number >= 1 && number <= max) {
                    return number;
                }
            } catch (NumberFormatException e) {
                // Said below.
            }
            throw new UsageException(option + " needs " + what + ", not " + word);
        }

        private List<String> list(String option, Set<String> allowed) throws UsageException {
            return List.of(value(option, "one or more of " + String.join(", ", allowed)).split(",", -1));
        }

        private static String known(String option, String word, Set<String> allowed) throws UsageException {
            if (!allowed.contains(word)) {
                throw new UsageException(option + " does not know \"" + word + "\"; there are " + String.join(", ", allowed));
            }
            return word;
        }

        Arguments result() {
            return new Arguments(extent, rounds > 0 ? rounds : extent.rounds, seconds > 0 ? seconds : extent.seconds,
                only, peers.isEmpty() ? EnumSet.allOf(Subject.class) : peers, json, markdown, chart, isList);
        }
    }

    /// What `--peers` takes.
    static Set<String> subjects() {
        return Arrays.stream(Subject.values()).map(Subject::word).collect(Collectors.toCollection(LinkedHashSet::new));
    }
}
