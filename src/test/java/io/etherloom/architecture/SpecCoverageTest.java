package io.etherloom.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Keeps `docs/spec-coverage.md` in step with the tests: which rule of the behavioural reference holds, by which tests, read from the
/// comments of test methods (`/// Spec 2.11`). `-Dspec.coverage=write` writes the page instead.
final class SpecCoverageTest {
    private static final Path PAGE = Path.of("docs/spec-coverage.md");
    private static final Path TESTS = Path.of("src/test/java");
    private static final Pattern NAMED = Pattern.compile("[Ss]pec ((?:\\d\\.\\d+[a-z]?(?:-\\d\\.\\d+)?(?:, | and )?)+)");
    private static final Pattern NUMBER = Pattern.compile("(\\d\\.\\d+[a-z]?)(?:-(\\d)\\.(\\d+))?");
    private static final Pattern METHOD = Pattern.compile("    (?:@(?!Test ).*|(?:@Test )?(?:public |final |static )*void (\\w+)\\(.*)");

    /// A rule and what is known of it.
    private record Rule(String number, String mark, String title) {
        String state(boolean isTested) {
            if (!isTested) {
                return "not yet";
            }
            return switch (mark) {
                case "option" -> "option";
                case "part" -> "in part";
                case "refused" -> "refused";
                default -> "holds";
            };
        }
    }

    private static List<Rule> rules() throws IOException {
        try (var in = Objects.requireNonNull(SpecCoverageTest.class.getResourceAsStream("/spec/rules.txt"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split(" ", 3))
                    .map(words -> new Rule(words[0], words[1], words[2]))
                    .toList();
        }
    }

    /// Tests by the rule that their comment names: `Class.method`.
    private static Map<String, TreeSet<String>> tests() throws IOException {
        var tests = new TreeMap<String, TreeSet<String>>();
        try (var files = Files.walk(TESTS)) {
            for (var file : files.filter(it -> it.toString().endsWith(".java")).sorted().toList()) {
                var type = file.getFileName().toString().replace(".java", "");
                collect(type, Files.readAllLines(file), tests);
            }
        }
        return tests;
    }

    private static void collect(String type, List<String> lines, Map<String, TreeSet<String>> tests) {
        var comment = new StringBuilder();
        boolean isTest = false;
        for (var line : lines) {
            var method = METHOD.matcher(line);
            if (line.startsWith("    ///")) {
                comment.append(line.substring(7));
            } else if (method.matches() && method.group(1) == null) {
                isTest |= line.matches("    @(Test|ParameterizedTest|RepeatedTest)\\b.*");
            } else {
                if ((isTest || line.startsWith("    @Test ")) && method.matches()) {
                    for (var number : numbers(comment.toString())) {
                        tests.computeIfAbsent(number, _ -> new TreeSet<>()).add(type + "." + method.group(1));
                    }
                }
                comment.setLength(0);
                isTest = false;
            }
        }
    }

    /// `Spec 1.5, 1.6` and `Spec 3.1-3.4` and both.
    static List<String> numbers(String comment) {
        var numbers = new ArrayList<String>();
        var named = NAMED.matcher(comment);
        while (named.find()) {
            var number = NUMBER.matcher(named.group(1));
            while (number.find()) {
                numbers.add(number.group(1));
                if (number.group(2) != null) {
                    int first = Integer.parseInt(number.group(1).substring(2)) + 1;
                    for (int at = first; at <= Integer.parseInt(number.group(3)); at++) {
                        numbers.add(number.group(2) + "." + at);
                    }
                }
            }
        }
        return numbers;
    }

    private static String page() throws IOException {
        var tests = tests();
        var rows = new LinkedHashMap<Character, List<String>>();
        int held = 0;
        for (var rule : rules()) {
            var by = tests.getOrDefault(rule.number(), new TreeSet<>());
            held += by.isEmpty() ? 0 : 1;
            var state = rule.state(!by.isEmpty());
            rows.computeIfAbsent(rule.number().charAt(0), _ -> new ArrayList<>())
                    .add("| " + rule.number() + " | " + rule.title() + " | " + state + " | " + String.join("<br>", by) + " |");
        }
        var page = new StringBuilder("""
                # Which rules hold

                Every rule of the behavioural reference, with the tests that name it. *holds*: a test would fail without it. *option*: the same,
                and a setting chooses between readings. *in part*: something of the rule is not built yet. *not yet*: refused in a topology file with "not supported yet", or not offered. *refused*: a test says so.

                Written by `SpecCoverageTest` (`mvn test -Dtest=SpecCoverageTest -Dspec.coverage=write`); do not edit.
                """);
        page.append("\n%d of %d rules hold, some of them in part.\n".formatted(held, rules().size()));
        rows.forEach((section, lines) -> page.append("\n## Section ").append(section)
                .append("\n\n| rule | what it says | state | tests |\n|---|---|---|---|\n").append(String.join("\n", lines)).append('\n'));
        return page.toString();
    }

    @Test
    void thePageSaysWhatTheTestsSay() throws IOException {
        if (System.getProperty("spec.coverage", "").equals("write")) {
            Files.writeString(PAGE, page());
        }
        assertThat(Files.exists(PAGE) ? Files.readString(PAGE) : "").as("write it anew with -Dspec.coverage=write").isEqualTo(page());
    }

    @Test
    void testsNameNoRuleThatDoesNotExist() throws IOException {
        var known = rules().stream().map(Rule::number).toList();
        assertThat(known).doesNotHaveDuplicates().hasSizeGreaterThan(200);
        assertThat(tests().keySet()).isSubsetOf(known);
    }

    /// Guards the reading of comments itself: one test that names several rules.
    @Test
    void readsListsAndRanges() {
        assertThat(numbers("Spec 1.5, 1.6: the domain. Spec 2.32a; spec 3.1-3.3, 4.36.")).containsExactly(
                "1.5", "1.6", "2.32a", "3.1", "3.2", "3.3", "4.36");
    }
}
