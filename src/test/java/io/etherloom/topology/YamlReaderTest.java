package io.etherloom.topology;

import static io.etherloom.topology.Marked.assertProblems;
import static io.etherloom.topology.Marked.problems;
import static io.etherloom.topology.Marked.topology;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class YamlReaderTest {
    @Test void reportsDuplicateKeysAndGoesOn() {
        assertProblems("""
            name: t
            profile: »vi4
            hosts:
              a: {}
              »a: {}
            »name: u
            """,
            "error: profile: 'vi4' is not known here; did you mean 'vi3'? Allowed: vi3, vss-classic, modern",
            "error: hosts.a: the key 'a' stands here twice, first in line 4; remove one",
            "error: name: the key 'name' stands here twice, first in line 1; remove one");
    }

    @Test void takesAnchorsAliasesAndMergeKeys() {
        var topology = topology("""
            name: t
            hosts:
              a: &a { vSwitches: { vSwitch0: &sw { mtu: 9000, portGroups: { A: { vlan: 5 } } } } }
              b: *a
              c: { vSwitches: { vSwitch0: { <<: *sw, mtu: 1600 }, vSwitch1: { <<: [ { mtu: 1700 }, *sw ], portGroups: {} } } }
            """);
        assertThat(topology.hosts().get("b").vSwitches()).isEqualTo(topology.hosts().get("a").vSwitches());
        var c = topology.hosts().get("c").vSwitches();
        assertThat(c.get("vSwitch0").mtu()).isEqualTo(1600);
        assertThat(c.get("vSwitch0").portGroups().get("A").vlan()).isEqualTo(5);
        assertThat(c.get("vSwitch1").mtu()).isEqualTo(1700);
        assertThat(c.get("vSwitch1").portGroups()).isEmpty();
    }

    @Test void refusesMergeKeysThatBringNoMapping() {
        assertProblems("name: t\nmetrics: { <<: »3 }\nfabric: { <<: [ »4, {} ] }",
            "error: a merge key takes a mapping or a list", "error: a merge key takes mappings only");
    }

    @Test void refusesAliasesWithoutACompleteAnchor() {
        assertProblems("name: t\nhosts: »*h", "error: *h stands for nothing");
        assertProblems("name: t\nhosts: &h { a: »*h }", "error: *h stands for nothing");
    }

    @Test void refusesTagsAndSecondDocuments() {
        assertProblems("name: »!lab t", "error: has the YAML tag !lab");
        assertProblems("name: t\nhosts: »!!set { }", "error: has the YAML tag tag:yaml.org,2002:set");
        assertProblems("name: t\n---\n»name: u", "error: is a second YAML document");
        assertProblems("»[a]: b\nname: t", "error: a list or mapping cannot be a key");
        assertThat(topology("name: !!str t").name()).isEqualTo("t");
    }

    @Test void reportsSyntaxErrorsWithTheirPlace() {
        assertProblems("name: t\nhosts: { a: {}, »", "error: is not YAML: ");
        assertProblems("name: t\nhosts:\n»\ta: {}", "error: is not YAML: ");
        assertProblems("name: \"t»", "error: is not YAML: ");
        assertProblems("name: t\nhosts: \"ab»\u0000\"", "error: holds the character U+0000");
    }

    @Test void refusesAnEmptyFileAndOneThatIsNoMapping() {
        assertProblems("»", "error: the file is empty; begin with 'name: '");
        assertProblems("»# nothing\n", "error: the file is empty");
        assertProblems("»[a]", "error: is a list, but a mapping (name: value) is expected");
        assertProblems("»hosts: {}", "error: 'name' is missing; begin with 'name: '");
    }

    @Test void refusesAnAliasBombQuickly() {
        var bomb = new StringBuilder("name: t\nx0: &x0 [a, a, a, a, a, a, a, a, a, a]\n");
        for (int i = 1; i < 40; i++) {
            bomb.append("x%d: &x%d [%s]\n".formatted(i, i, ("*x" + (i - 1) + ", ").repeat(10)));
        }
        long start = System.nanoTime();
        assertThat(problems(bomb.toString())).anySatisfy(p -> assertThat(p.message()).contains("more than 500000 values once its aliases"));
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    }

    @Test void refusesAMergeBombQuickly() {
        var bomb = new StringBuilder("name: t\nx: &x {");
        for (int i = 0; i < 5000; i++) {
            bomb.append("k").append(i).append(": 1, ");
        }
        bomb.append("}\ny:\n");
        for (int i = 0; i < 5000; i++) {
            bomb.append("  - { <<: *x }\n");
        }
        assertThat(problems(bomb.toString())).anySatisfy(p -> assertThat(p.message()).contains("more than 500000 values"));
    }

    @Test void refusesAMultitudeOfHostsThatAreLikeALargeOne() {
        var bomb = new StringBuilder("name: t\nhosts:\n  a:\n    vSwitches:\n");
        for (int i = 0; i < 1000; i++) {
            bomb.append("      s").append(i).append(": {}\n");
        }
        for (int i = 0; i < 1000; i++) {
            bomb.append("  h").append(i).append(": { like: a, vSwitches: {} }\n");
        }
        assertThat(problems(bomb.toString())).anySatisfy(p -> assertThat(p.message()).contains("once 'like' is written out"));
    }

    @Test void refusesDeepNestingWithoutOverflow() {
        assertThat(problems("name: t\nhosts: " + "[".repeat(1_000_000)))
            .singleElement().satisfies(p -> assertThat(p.message()).isEqualTo("is nested deeper than 64 levels"));
        assertThat(problems("name: t\nhosts: " + "{a: ".repeat(100_000)))
            .singleElement().satisfies(p -> assertThat(p.message()).isEqualTo("is nested deeper than 64 levels"));
    }

    @Test void refusesWhatIsLargerThanFourMebibytes(@TempDir Path folder) throws Exception {
        var text = "name: t\n#" + "é".repeat(2_100_000);
        assertProblems("»" + text, "error: the file is larger than 4 MiB");
        var file = Files.writeString(folder.resolve("large.yaml"), text);
        assertThatThrownBy(() -> Topology.load(file)).isInstanceOf(TopologyException.class).hasMessageContaining("larger than 4 MiB");
        assertThat(topology("name: t\n#" + "x".repeat(4_000_000)).name()).isEqualTo("t");
    }

    @Test void refusesWhatIsNotUtf8WithItsLine(@TempDir Path folder) throws Exception {
        var file = Files.write(folder.resolve("latin1.yaml"), "name: t\n# caf\u00e9\n".getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> Topology.load(file)).isInstanceOf(TopologyException.class).hasMessageContaining("latin1.yaml:2:1: error: this line is not UTF-8");
    }

    @Test void countsColumnsInCodePoints() {
        assertThat(problems("name: t\nvms: { a: { host: \"\uD83D\uDE00\" } }")).singleElement()
            .satisfies(p -> assertThat(p.column()).isEqualTo(19));
        assertThat(problems("name: t\nvms: { a: { run: \"\uD83D\uDE00\", host: x } }")).singleElement()
            .satisfies(p -> assertThat(p.column()).isEqualTo(29));
    }

    @Test void ignoresAByteOrderMark() {
        assertThat(topology("\uFEFFname: t").name()).isEqualTo("t");
    }
}
