package io.etherloom.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/// Whatever stands in a file, reading it ends in a topology or in problems with places inside the file.
///
/// `-Detherloom.topology.mutations=N` and `-Detherloom.topology.seed=S` run more, or a failing seed again.
class MutatedTopologyTest {
    private static final List<String> SCRAPS = List.of("none", "*host", "&host", "<<: *host", "{", "}", "[", "]", ": ", "- ", "#", "\"", "'", "\t", "\n", "  ",
        "-1", "0x", "0o9", "99999999999999999999", "1e9", "yes", "null", "~", "10.0.0.1/24", "::/0", "1.2.3", "00:50:56:00:00:01", "tor1/1", "vmnic0", "like: esx2",
        "\u0000", "\uD83D", "é", "!!map", "---", "...", "|", ">", "%YAML 3.0", "all", "0-0", "5-", ",", "/", "%", "ageing: .5s", "vlan: 10");

    @Test void endsInATopologyOrInProblemsWithTheirPlaces() throws Exception {
        long seed = Long.getLong("etherloom.topology.seed", 1L);
        int mutations = Integer.getInteger("etherloom.topology.mutations", 6000);
        var examples = new ArrayList<String>();
        for (var example : ExampleTopologiesTest.examples()) {
            examples.add(Files.readString(example));
        }
        int refused = 0;
        for (int i = 0; i < mutations; i++) {
            var text = mutated(examples.get(i % examples.size()), new Random(seed + i));
            refused += isRefused(text, seed + i) ? 1 : 0;
        }
        // Mutations that nothing notices would test nothing, and neither would those that always break the syntax.
        assertThat(refused).isBetween(mutations / 4, mutations - mutations / 50);
    }

    private static boolean isRefused(String text, long seed) {
        try {
            Topology.parse(text, "m.yaml");
            return false;
        } catch (TopologyException e) {
            int lines = (int) text.chars().filter(c -> c == '\n').count() + 2;
            assertThat(e.problems()).as("seed %d", seed).isNotEmpty()
                .allSatisfy(p -> assertThat(p.line()).isBetween(1, lines)).allSatisfy(p -> assertThat(p.column()).isPositive());
            return true;
        } catch (RuntimeException | StackOverflowError e) {
            throw new AssertionError("seed " + seed + " of -Detherloom.topology.seed", e);
        }
    }

    private static String mutated(String text, RandomGenerator random) {
        var mutated = new StringBuilder(text);
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            int from = random.nextInt(mutated.length());
            int to = Math.min(mutated.length(), from + 1 + random.nextInt(12));
            switch (random.nextInt(5)) {
                case 0 -> mutated.delete(from, to);
                case 1 -> mutated.insert(from, SCRAPS.get(random.nextInt(SCRAPS.size())));
                case 2 -> mutated.replace(from, to, SCRAPS.get(random.nextInt(SCRAPS.size())));
                case 3 -> mutated.insert(random.nextInt(mutated.length()), mutated.substring(from, to));
                default -> replaceWord(mutated, random, from);
            }
        }
        return mutated.toString();
    }

    /// Swaps a whole word for a scrap, which mostly leaves the syntax right.
    private static void replaceWord(StringBuilder text, RandomGenerator random, int from) {
        int start = from;
        while (start < text.length() && !Character.isLetterOrDigit(text.charAt(start))) {
            start++;
        }
        int end = start;
        while (end < text.length() && Character.isLetterOrDigit(text.charAt(end))) {
            end++;
        }
        text.replace(start, end, SCRAPS.get(random.nextInt(SCRAPS.size())));
    }
}
