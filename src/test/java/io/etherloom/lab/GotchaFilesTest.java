package io.etherloom.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.etherloom.topology.Setting;
import io.etherloom.topology.Topology;
import io.etherloom.topology.TopologyException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/// Each file of `topologies/gotchas` says what it shows and how it is cured, is in the table of the README, and is run by a test.
final class GotchaFilesTest {
    private static final Path TESTS = Path.of("src", "test", "java", "io", "etherloom", "lab");

    @Test
    void eachIsInTheTableAndRunByATest() throws IOException {
        var readme = Files.readString(GotchaFile.FOLDER.resolve("README.md"));
        var tests = Files.readString(TESTS.resolve("SecurityGotchasTest.java")) + Files.readString(TESTS.resolve("TeamingGotchasTest.java"));
        assertThat(GotchaFile.all()).hasSizeGreaterThan(20).allSatisfy(file -> {
            assertThat(readme).contains("(" + file.name() + ".yaml)");
            assertThat(tests).contains("\"" + file.name().replace("-cured", "") + "\"");
        });
        assertThat(readme.lines().filter(line -> line.contains(".yaml)"))).allSatisfy(line ->
                assertThat(GotchaFile.FOLDER.resolve(line.replaceAll(".*?\\]\\(([^)]*\\.yaml)\\).*", "$1"))).exists());
    }

    @Test
    void eachSaysWhatToDoAndHowToCureIt() throws IOException {
        assertThat(GotchaFile.all()).allSatisfy(file -> {
            var comment = file.text().lines().takeWhile(line -> line.startsWith("#")).toList();
            assertThat(comment.get(2)).startsWith("# Spec " + file.name().substring(0, 4).replace(".0", "."));
            if (!file.name().endsWith("-cured")) {
                assertThat(file.commands().getFirst()).startsWith("up", "topologies/gotchas/" + file.name() + ".yaml");
                assertThat(file.cure(1)).isNotEmpty();
                // A running lab refuses another file than its own.
                assertThat(file.cures()).allSatisfy(cure -> assertThat(cure.getFirst().getFirst()).isNotEqualTo("up"));
            }
        });
    }

    /// What a reader copies from the comment must be there: files, VMs, hosts, keys.
    @Test
    void eachCommandFitsItsLab() throws Exception {
        for (var file : GotchaFile.all()) {
            var topology = Topology.parse(file.text(), file.name());
            for (var words : file.commands()) {
                switch (words.getFirst()) {
                    case "up" -> assertThat(Path.of(words.get(1))).exists();
                    case "exec" -> assertThat(words.get(1)).as(file.name())
                            .matches(it -> topology.vms().containsKey(it) || topology.fabric().machines().containsKey(it));
                    case "link" -> assertThat(words.get(2).split("/", 2)).as(file.name()).satisfies(end -> assertThat(topology.hosts().containsKey(end[0])
                            ? topology.hosts().get(end[0]).pnics().keySet() : topology.fabric().switches().get(end[0]).ports().keySet()).contains(end[1]));
                    case "set" -> {
                        var kind = Arrays.stream(Setting.Kind.values()).filter(it -> it.word().equals(words.get(1))).findFirst().orElseThrow();
                        var settings = words.subList(3, words.size()).stream().map(it -> Setting.parse(kind, words.get(2), it)).toList();
                        assertThat(settings).isNotEmpty();
                        Topology.parse(file.text(), file.name(), settings);
                    }
                    default -> assertThat(words.getFirst()).as(file.name()).isIn("show", "down");
                }
            }
        }
    }

    /// Spec 9.9, 4.18
    @Test
    void loadBasedTeamingIsRefusedWithTheReason() {
        var refused = catchThrowableOfType(TopologyException.class, () -> Topology.load(GotchaFile.FOLDER.resolve("refused/9.09-lbt-on-vss.yaml")));
        assertThat(refused.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.path()).isEqualTo("hosts.esx1.vSwitches.vSwitch0.teaming.loadBalancing");
            assertThat(problem.message()).contains("distributed switch");
        });
    }
}
