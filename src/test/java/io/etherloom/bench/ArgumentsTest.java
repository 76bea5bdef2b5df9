package io.etherloom.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What `./build bench` takes, and what it says to the rest.
class ArgumentsTest {
    private static final Set<String> MEASURES = new LinkedHashSet<>(List.of("tcp", "frames"));

    @Test
    void measuresFiveRoundsOfEverybodyByDefault() throws Exception {
        var arguments = Arguments.parse(List.of(), MEASURES);

        assertThat(arguments.extent()).isEqualTo(Arguments.Extent.NORMAL);
        assertThat(arguments.rounds()).isEqualTo(5);
        assertThat(arguments.peers()).containsExactlyInAnyOrder(Subject.values());
        assertThat(arguments.only()).isEmpty();
        assertThat(arguments.json()).isNull();
    }

    @Test
    void takesListsAndFiles() throws Exception {
        var arguments = Arguments.parse(List.of("--only", "frames,tcp", "--peers", "ovs,etherloom", "--peers", "vde", "--rounds", "7",
            "--seconds", "3", "--json", "a.json", "--markdown", "b.md", "--chart", "c.svg"), MEASURES);

        assertThat(arguments.only()).containsExactly("frames", "tcp");
        assertThat(arguments.peers()).containsExactlyInAnyOrder(Subject.OVS, Subject.ETHERLOOM, Subject.VDE);
        assertThat(arguments.rounds()).isEqualTo(7);
        assertThat(arguments.seconds()).isEqualTo(3);
        assertThat(arguments.json()).isEqualTo(Path.of("a.json"));
        assertThat(arguments.markdown()).isEqualTo(Path.of("b.md"));
        assertThat(arguments.chart()).isEqualTo(Path.of("c.svg"));
    }

    @Test
    void roundsGivenByHandStandAgainstTheExtent() throws Exception {
        assertThat(Arguments.parse(List.of("--rounds", "2", "--full"), MEASURES).rounds()).isEqualTo(2);
        assertThat(Arguments.parse(List.of("--full"), MEASURES).rounds()).isEqualTo(9);
        assertThat(Arguments.parse(List.of("--quick"), MEASURES).rounds()).isEqualTo(1);
    }

    @Test
    void aMeasureAskedForByNameIsTakenWhateverTheExtent() throws Exception {
        var ports = new PortsMeasure();

        assertThat(Arguments.parse(List.of("--quick"), Set.of("ports")).includes(ports)).isFalse();
        assertThat(Arguments.parse(List.of("--quick", "--only", "ports"), Set.of("ports")).includes(ports)).isTrue();
        assertThat(Arguments.parse(List.of("--only", "tcp"), Set.of("ports", "tcp")).includes(ports)).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        --fast            | unknown option --fast; ./build bench --help shows all
        --only ping       | --only does not know "ping"; there are tcp, frames
        --only tcp,       | --only does not know ""; there are tcp, frames
        --only            | --only needs one or more of tcp, frames
        --only --quick    | --only needs one or more of tcp, frames
        --peers vde,xen   | --peers does not know "xen"; there are etherloom, relay, relay-threads, bridge, ovs, vde, ovs-dpdk
        --rounds 0        | --rounds needs a number from 1 to 99, not 0
        --rounds many     | --rounds needs a number from 1 to 99, not many
        --seconds 601     | --seconds needs a number from 1 to 600, not 601
        --json            | --json needs a file
        --quick --full    | --quick and --full exclude each other
        """)
    void saysOneSentenceAboutWhatItDoesNotTake(String words, String sentence) {
        assertThatThrownBy(() -> Arguments.parse(List.of(words.strip().split(" ")), MEASURES))
            .isInstanceOf(UsageException.class).hasMessage(sentence);
    }
}
