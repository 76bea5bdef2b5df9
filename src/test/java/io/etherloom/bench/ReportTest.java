package io.etherloom.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import tools.jackson.databind.json.JsonMapper;

/// The text, the Markdown, the JSON and the picture of one small run.
class ReportTest {
    private static final Quantity ODD = Quantity.rate("a|b <c> & \"d\"", Unit.GIGABITS);

    private final Results results = new Results();

    ReportTest() {
        for (double value : new double[] {8e9, 9e9, 10e9}) {
            results.add(TcpMeasure.TCP, Subject.ETHERLOOM, value);
            results.add(TcpMeasure.TCP, Subject.RELAY, 10e9);
        }
        results.add(ODD, Subject.ETHERLOOM, 1e9);
        results.note("VDE is left out: there is no vde_switch <here>");
    }

    private Report report() {
        var moment = new Machine.Moment("0.1 0.2 0.3", "2600.000");
        var verdicts = List.of(Target.share(TcpMeasure.TCP, Subject.RELAY, 0.95), Target.share(TcpMeasure.TCP, Subject.VDE, 3)).stream()
            .map(it -> it.judge(results)).toList();
        return new Report(new Machine("Xeon <\"A&B\">", 2, "6.1", "25"), "./build bench", Arguments.Extent.NORMAL, 3, moment, moment, results,
            verdicts);
    }

    private static Document parse(String svg) throws Exception {
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void textHasOneLineForEachAndWhatIsAskedLast() {
        assertThat(TextTable.of(report())).contains("""
            TCP, one flow  Gbit/s  Etherloom   9.00 (8.00–10.00)
                           Gbit/s  bare relay  10.00 (10.00–10.00)
            a|b <c> & "d"  Gbit/s  Etherloom   1.00

            TCP, one flow, Etherloom / bare relay  0.90 (0.80–1.00)  ≥ 0.95  missed
            VDE is left out: there is no vde_switch <here>
            """).contains("load 0.1 0.2 0.3, clock 2600.000 MHz");
    }

    @Test
    void markdownHasAColumnForEachAndEscapesWhatIsMarkup() {
        assertThat(MarkdownTable.of(report())).contains("""

            |  | unit | Etherloom | bare relay |
            |---|---|---|---|
            | TCP, one flow | Gbit/s | 9.00 (8.00–10.00) | 10.00 (10.00–10.00) |

            |  | unit | Etherloom |
            |---|---|---|
            | a\\|b &lt;c> & "d" | Gbit/s | 1.00 |

            | ratio or figure | measured | wanted |  |
            |---|---|---|---|
            | TCP, one flow, Etherloom / bare relay | 0.90 (0.80–1.00) | ≥ 0.95 | missed |

            - VDE is left out: there is no vde_switch &lt;here>
            """);
    }

    @Test
    void jsonHasEveryValueInBaseUnitsAndWhatWasNotMeasured() {
        var json = JsonMapper.shared().readTree(report().json());

        assertThat(json.at("/results/0/values").size()).isEqualTo(3);
        assertThat(json.at("/results/0/values/0").asDouble()).isEqualTo(8e9);
        assertThat(json.at("/results/0/unit").asString()).isEqualTo("bit/s");
        assertThat(json.at("/results/0/median").asDouble()).isEqualTo(9e9);
        assertThat(json.at("/targets/1/outcome").asString()).isEqualTo("not_measured");
        assertThat(json.at("/notes/0").asString()).startsWith("VDE is left out");
    }

    @Test
    void theChartIsXmlWhoseBarsAreAsLongAsTheirMedians() throws Exception {
        var bars = parse(Chart.of(report())).getElementsByTagName("rect");

        // The first rectangle is the page.
        var widths = IntStream.range(1, bars.getLength()).mapToObj(it -> (Element) bars.item(it))
            .mapToDouble(it -> Double.parseDouble(it.getAttribute("width"))).toArray();
        assertThat(widths).hasSize(2);
        assertThat(widths[0] / widths[1]).isBetween(0.89, 0.91);
    }

    @Test
    void theChartKeepsWithinItsPageAndNamesWhatItShows() throws Exception {
        for (var quantity : List.of(FramesMeasure.FRAMES, BroadcastMeasure.WRITES, new RoundTripMeasure(false).median())) {
            results.add(quantity, Subject.ETHERLOOM, 1);
        }
        var document = parse(Chart.of(report()));
        var texts = document.getElementsByTagName("text");
        int height = Integer.parseInt(document.getDocumentElement().getAttribute("height"));

        assertThat(IntStream.range(0, texts.getLength()).mapToObj(it -> (Element) texts.item(it)).toList())
            .allSatisfy(it -> assertThat(Integer.parseInt(it.getAttribute("y"))).isLessThan(height))
            .extracting(Element::getTextContent).contains("Etherloom", "bare relay", "9.00 (8.00–10.00)", "10.00 (10.00–10.00)");
        assertThat(document.getElementsByTagName("title").item(0).getTextContent()).contains("Xeon <\"A&B\">");
    }

    @Test
    void anEmptyRunHasAnEmptyChartAndTable() throws Exception {
        var moment = new Machine.Moment("0 0 0", "unknown");
        var report = new Report(new Machine("cpu", 1, "6", "25"), "./build bench", Arguments.Extent.QUICK, 1, moment, moment, new Results(),
            List.of());

        assertThat(parse(Chart.of(report)).getElementsByTagName("rect").getLength()).isOne();
        assertThat(TextTable.of(report)).contains("these numbers mean nothing");
        assertThat(MarkdownTable.of(report)).doesNotContain("|---");
    }
}
