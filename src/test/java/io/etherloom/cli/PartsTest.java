package io.etherloom.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The parts of which verbs are made.
class PartsTest {
    @Test
    void alignsNumbersToTheRightAndTextToTheLeft() {
        var out = new ByteArrayOutputStream();
        new Table("NAME", "COUNT", "LIST").row("a", 5, List.of()).row("longer", 1234, List.of("x", "y")).print(new PrintStream(out, true, UTF_8));
        assertThat(out.toString(UTF_8).lines()).containsExactly("NAME    COUNT  LIST", "a           5  -", "longer   1234  x,y");
    }

    @Test
    void readsDurationsWithTheirUnit() {
        assertThat(DurationText.millis("1500ms")).isEqualTo(1_500);
        assertThat(DurationText.millis("10s")).isEqualTo(10_000);
        assertThat(DurationText.millis("5m")).isEqualTo(300_000);
        assertThat(DurationText.millis("1h")).isEqualTo(3_600_000);
        for (var wrong : List.of("10", "0s", "-1s", "1d", "", "s", "10000000000s")) {
            assertThatThrownBy(() -> DurationText.millis(wrong)).as(wrong).isInstanceOf(Failure.class);
        }
    }

    @Test
    void readsSharesAndRates() {
        assertThat(Quantity.ppm("1%")).isEqualTo(10_000);
        assertThat(Quantity.ppm("0.0001")).isEqualTo(1);
        assertThat(Quantity.rate("250k")).isEqualTo(250_000);
        assertThat(Quantity.rate("1.5M")).isEqualTo(1_500_000);
        for (var wrong : List.of("", "-1%", "1.00001%", "x")) {
            assertThatThrownBy(() -> Quantity.ppm(wrong)).as(wrong).isInstanceOf(Failure.class);
        }
        assertThat(Quantity.micros(2_449)).hasToString("2.4");
        assertThat(Quantity.micros(123_500)).hasToString("124");
        assertThat(Quantity.megabits(163_476_480)).hasToString("163");
    }

    @Test
    void writesCommaSeparatedValues() {
        var out = new ByteArrayOutputStream();
        new Table("A", "B").row(1, "x, \"y\"").printCsv(new PrintStream(out, true, UTF_8));
        assertThat(out.toString(UTF_8).lines()).containsExactly("A,B", "1,\"x, \"\"y\"\"\"");
    }

    @Test
    void readsAndWritesJson() {
        var text = "{\"a\":[1,-2,true,null,\"\\u00e9\\n\"],\"b\":{\"c\":\"\"}}";
        assertThat(Json.text(Json.parse(text))).isEqualTo("{\"a\":[1,-2,true,null,\"é\\n\"],\"b\":{\"c\":\"\"}}");
        var row = Row.of(Json.parse("{\"n\":3,\"drops\":{\"b\":2,\"a\":1}}"));
        assertThat(row.cell("n")).isEqualTo(3L);
        assertThat(row.cell("missing")).isEqualTo("-");
        assertThat(row.counts("drops")).isEqualTo("a=1 b=2");
        assertThat(new Row(Map.of()).rows("missing")).isEmpty();
    }

    /// draft-ietf-opsawg-pcapng: a section tells its byte order by its magic.
    @Test
    void cutsBlocksOfEitherByteOrder() throws IOException {
        byte[] big = {0x0a, 0x0d, 0x0d, 0x0a, 0, 0, 0, 16, 0x1a, 0x2b, 0x3c, 0x4d, 0, 0, 0, 16, 0, 0, 0, 6, 0, 0, 0, 12, 0, 0, 0, 12};
        var blocks = new PcapngStream(new ByteArrayInputStream(big));
        assertThat(blocks.next()).isTrue();
        assertThat(blocks.copy()).hasSize(16);
        assertThat(blocks.next()).isTrue();
        assertThat(blocks.isFrame()).isTrue();
        assertThat(blocks.next()).isFalse();
    }

    @Test
    void refusesABlockThatIsCutOffOrAbsurd() {
        byte[] cut = {0x0a, 0x0d, 0x0d, 0x0a, 28, 0, 0, 0, 0x4d, 0x3c, 0x2b, 0x1a, 1, 0};
        assertThatThrownBy(() -> new PcapngStream(new ByteArrayInputStream(cut)).next()).isInstanceOf(EOFException.class);
        byte[] absurd = {6, 0, 0, 0, -1, -1, -1, 127, 0, 0, 0, 0};
        assertThatThrownBy(() -> new PcapngStream(new ByteArrayInputStream(absurd)).next()).isInstanceOf(IOException.class)
            .hasMessageContaining("octets");
    }

    @Test
    void saysTheVersionOfThisBuild() {
        assertThat(Version.ofThisBuild().number()).matches("[0-9]+\\.[0-9]+\\.[0-9]+.*");
    }
}
