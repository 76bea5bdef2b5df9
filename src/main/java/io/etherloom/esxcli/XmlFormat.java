package io.etherloom.esxcli;

import java.util.ArrayList;
import java.util.List;

/// The XML of the product's name space, three blanks a level.
final class XmlFormat {
    private static final String NAMESPACE = "http://www.vmware.com/Products/ESX/5.0/esxcli";
    private static final String STEP = " ".repeat(3);

    private final List<String> lines = new ArrayList<>();

    private XmlFormat() {}

    static List<String> lines(Reply reply) {
        var xml = new XmlFormat();
        xml.lines.addAll(List.of("<?xml version=\"1.0\" encoding=\"utf-8\"?>", "<output xmlns=\"" + NAMESPACE + "\">", "<root>"));
        if (reply.isList()) {
            xml.list(reply.structures(), STEP);
        } else {
            xml.structure(reply.structures().getFirst(), STEP);
        }
        xml.lines.addAll(List.of("</root>", "</output>"));
        return xml.lines;
    }

    private void list(List<Structure> structures, String indent) {
        lines.add(indent + "<list type=\"structure\">");
        structures.forEach(structure -> structure(structure, indent + STEP));
        lines.add(indent + "</list>");
    }

    private void structure(Structure structure, String indent) {
        lines.add(indent + "<structure typeName=\"" + escaped(structure.type()) + "\">");
        structure.sorted().forEach((key, value) -> {
            lines.add(indent + STEP + "<field name=\"" + escaped(key) + "\">");
            value(value, indent + STEP + STEP);
            lines.add(indent + STEP + "</field>");
        });
        lines.add(indent + "</structure>");
    }

    private void value(Value value, String indent) {
        switch (value) {
            case Value.Text(var text) -> lines.add(indent + "<string>" + escaped(text) + "</string>");
            case Value.Whole whole -> lines.add(indent + "<integer>" + whole.number() + "</integer>");
            case Value.Flag flag -> lines.add(indent + "<boolean>" + flag.text() + "</boolean>");
            case Value.Texts(var texts) -> {
                lines.add(indent + "<list type=\"string\">");
                texts.forEach(text -> lines.add(indent + STEP + "<string>" + escaped(text) + "</string>"));
                lines.add(indent + "</list>");
            }
            case Value.Inner inner when inner.isList() -> list(inner.structures(), indent);
            case Value.Inner inner -> structure(inner.structures().getFirst(), indent);
        }
    }

    /// Control characters, which XML has no way to write, become blanks.
    private static String escaped(String text) {
        return text.replaceAll("\\p{Cntrl}", " ").replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
    }
}
