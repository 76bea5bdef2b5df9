package io.etherloom.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.etherloom.linux.Libpcap;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What is said of a wrong filter.
final class CaptureFiltersTest {
    @BeforeAll
    static void needsLibpcap() throws Exception {
        try {
            Libpcap.compile("ip");
        } catch (Libpcap.MissingException absent) {
            assumeTrue(false, String.valueOf(absent.getMessage()));
        }
    }

    /// The caret stands below the bar.
    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
        "vlan 10 |andd icmp; syntax error",
        "(icmp or arp|; syntax error",
        "tcp port |; syntax error",
        "icmp and and| arp; syntax error",
        "icmp |) or arp; syntax error",
        "tcp[13 |&& 2; syntax error",
        "vlan 10 and |frobnicate 3; syntax error",
        "tcp port |http5; http5",
        "icmp or vlan |5000; 5000",
    })
    void showsLibpcapsWordsAndWhereTheExpressionIsWrong(String marked, String words) {
        var expression = marked.replace("|", "");
        assertThatThrownBy(() -> CaptureFilters.compile(List.of(expression))).isInstanceOfSatisfying(LabException.class, refused -> {
            assertThat(refused.kind()).isEqualTo(LabException.Kind.INVALID);
            var lines = String.valueOf(refused.getMessage()).lines().toList();
            assertThat(lines.getFirst()).startsWith("the filter is refused by libpcap: ").contains(words == null ? "" : words);
            assertThat(lines.get(1)).isEqualTo("  " + expression);
            int bar = marked.replaceFirst("and and\\|", "and |and").indexOf('|');
            assertThat(lines.get(2)).as(refused.getMessage()).isEqualTo("  " + " ".repeat(bar) + "^");
        });
    }

    @Test
    void compilesEveryExpressionOfARequest() {
        assertThat(CaptureFilters.compile(List.of("icmp", "vlan 10 and tcp"))).hasSize(2);
        assertThat(CaptureFilters.compile(List.of())).isEmpty();
    }
}
