package io.etherloom.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Files that are wrong, each of which says so itself: `# expect LINE:COLUMN severity: path: beginning of the message`.
class BadTopologiesTest {
    private static final Path FOLDER = Path.of("src/test/resources/topology");
    private static final String EXPECT = "# expect ";

    @Test void reportsWhatEachFileExpects() throws IOException {
        List<Path> files;
        try (var listed = Files.list(FOLDER.resolve("bad"))) {
            files = listed.sorted().toList();
        }
        assertThat(files).hasSizeGreaterThan(4);
        for (var file : files) {
            var text = Files.readString(file);
            var expected = text.lines().filter(line -> line.startsWith(EXPECT)).map(line -> line.substring(EXPECT.length())).toList();
            var problems = Marked.problems(text);
            assertThat(problems).as(file.toString()).hasSameSizeAs(expected);
            for (int i = 0; i < expected.size(); i++) {
                var parts = expected.get(i).split(" ", 2);
                assertThat(problems.get(i).toString()).as(file.toString()).startsWith("t.yaml:" + parts[0] + ": " + parts[1]);
            }
        }
    }

    /// The plan of the format is known to the binder: no key of it is taken for a misspelling.
    @Test void refusesWhatIsPlannedAsNotSupportedYet() throws Exception {
        var problems = Marked.problems(Files.readString(FOLDER.resolve("later/whole-format.yaml")));
        assertThat(problems).extracting(Problem::message).noneMatch(message -> message.contains("unknown"));
        assertThat(problems).extracting(Problem::path).contains("fabric.links[0].latency", "fabric.links[0].rate", "hosts.esx1.pnics.vmnic1.impair",
            "distributedSwitches", "expect", "scenarios");
    }
}
