package io.etherloom.esxcli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.StringReader;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.xml.sax.InputSource;
import tools.jackson.databind.json.JsonMapper;

/// Spec 8.10: whatever a label holds, each format can be read back.
class FormatsTest {
    private static final String HOSTILE = "a \"b\" <c> & d, e\\f\tg ü";
    private static final Reply TABLE = Reply.table(List.of("Name", "Num Ports", "Is Up", "Uplinks"), List.of(
        row("vSwitch0", 2432, true, List.of("vmnic0", "vmnic1")), row(HOSTILE, 5, false, List.of())));

    private static Structure row(String name, long ports, boolean isUp, List<String> uplinks) {
        return Structure.of("Row").with("Name", name).with("Num Ports", ports).with("Is Up", isUp).with("Uplinks", uplinks);
    }

    private static String text(String formatter, Reply reply, String... parameters) {
        return String.join("\n", Formatter.of(formatter).lines(reply, Formatter.parameters(List.of(parameters))));
    }

    @Test void givesJsonThatReadsBack() {
        var json = new JsonMapper().readTree(text("json", TABLE));
        assertThat(json.get(1).get("Name").asString()).isEqualTo(HOSTILE);
        assertThat(json.get(0).get("NumPorts").asInt()).isEqualTo(2432);
        assertThat(json.get(0).get("IsUp").asBoolean()).isTrue();
        assertThat(json.get(0).get("Uplinks")).hasSize(2);
        assertThat(text("json", Reply.one(row("a\nb\u0000", 1, true, List.of())))).isEqualTo("{\"IsUp\": true, \"Name\": \"a\\nb\\u0000\", \"NumPorts\": 1, \"Uplinks\": []}");
        assertThat(text("json", Reply.table(List.of("Name"), List.of()))).isEqualTo("[]");
    }

    @Test void givesXmlThatReadsBack() throws Exception {
        var factory = DocumentBuilderFactory.newInstance();
        factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        var document = factory.newDocumentBuilder().parse(new InputSource(new StringReader(text("xml", TABLE))));
        assertThat(document.getDocumentElement().getAttribute("xmlns")).isEqualTo("http://www.vmware.com/Products/ESX/5.0/esxcli");
        var texts = document.getElementsByTagName("string");
        assertThat(texts.item(3).getTextContent()).isEqualTo(HOSTILE.replace('\t', ' '));
        assertThat(document.getElementsByTagName("structure").getLength()).isEqualTo(2);
        assertThat(text("xml", Reply.one(row("a\u0000\u001b[2J", 1, true, List.of())))).contains("<string>a  [2J</string>").doesNotContain("<list type=\"structure\">");
    }

    @Test void givesCsvWithACommaBehindEachLine() {
        assertThat(text("csv", TABLE)).isEqualTo("""
            IsUp,Name,NumPorts,Uplinks,
            true,vSwitch0,2432,"vmnic0,vmnic1",
            false,"a ""b"" <c> & d, e\\f\tg ü",5,,""");
        assertThat(text("csv", TABLE, "fields=Num Ports,IsUp")).isEqualTo("NumPorts,IsUp,\n2432,true,\n5,false,");
        assertThat(text("csv", TABLE, "fields==\"NumPorts\"", "show-header=false")).isEqualTo("2432,\n5,");
        assertThat(text("csv", Reply.table(List.of("Num Ports", "Name"), List.of()))).isEqualTo("Name,NumPorts,");
        assertThatThrownBy(() -> text("csv", TABLE, "fields=Ports")).hasMessage("Error: Invalid field name 'Ports'");
        assertThatThrownBy(() -> text("csv", TABLE, "fields")).hasMessage("Error: Invalid format parameter 'fields'");
        assertThatThrownBy(() -> text("yaml", TABLE)).hasMessage("Error: Unknown formatter 'yaml'");
    }

    @Test void givesOneLineForEachKeyAndValue() {
        assertThat(text("keyvalue", TABLE)).startsWith("structure[0].Row.IsUp.boolean=true\nstructure[0].Row.Name.string=vSwitch0\n"
            + "structure[0].Row.NumPorts.integer=2432\nstructure[0].Row.Uplinks.string[0].string=vmnic0\n");
        assertThat(text("keyvalue", Reply.one(row("a\nb=c", 1, true, List.of())))).isEqualTo("Row.IsUp.boolean=true\nRow.Name.string=a b=c\nRow.NumPorts.integer=1");
    }

    @Test void nestsStructures() {
        var inner = new Value.Inner(List.of(row("x", 1, true, List.of()), row("y", 2, false, List.of())), true);
        var reply = Reply.one(Structure.of("Outer").with("Rows", inner));
        assertThat(new JsonMapper().readTree(text("json", reply)).get("Rows").get(1).get("Name").asString()).isEqualTo("y");
        assertThat(text("keyvalue", reply)).contains("Outer.Rows.structure[1].Row.Name.string=y");
        assertThat(Formatter.TEXT.lines(reply, Map.of())).containsExactly("   Rows: ", "         Name: x", "         Num Ports: 1", "         Is Up: true",
            "         Uplinks: ", "      ", "         Name: y", "         Num Ports: 2", "         Is Up: false", "         Uplinks: ");
    }

    @Test void alignsTables() {
        assertThat(text("", Reply.table(List.of("Name", "Ports", "Description"), List.of(
            Structure.of("R").with("Name", "vmnic10").with("Ports", 128).with("Description", "longer than its heading"),
            Structure.of("R").with("Name", "a").with("Ports", 1234567).with("Description", "")))))
            .isEqualTo("""
                Name       Ports  Description
                -------  -------  -----------
                vmnic10      128  longer than its heading
                a        1234567\s\s""");
        assertThat(Formatter.TEXT.lines(Reply.table(List.of("Name", "Ports"), List.of()), Map.of())).containsExactly("Name  Ports", "----  -----");
        assertThat(Formatter.TEXT.lines(Reply.SILENCE, Map.of())).isEmpty();
    }
}
