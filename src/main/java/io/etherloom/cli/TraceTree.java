package io.etherloom.cli;

import java.io.PrintStream;
import java.util.LinkedHashSet;
import java.util.List;

/// Prints a trace for an expert's eye: one line a point, the deciding sentence under it, and what follows a cable further in.
///
/// ```
/// esx1/vSwitch0
///   VnicTx             web1.eth0        untagged
///                      sent by the guest, untagged
///   UplinkSnd          esx1/vmnic0      VLAN 10      crosses
///                      with tag VLAN 10, put on; …
///     tor1
///       UplinkRcv …
/// ```
final class TraceTree {
    private static final int POINT = 18;
    private static final int PORT = 16;
    private static final int WIDTH = 132;

    private final PrintStream out;

    TraceTree(PrintStream out) {
        this.out = out;
    }

    void print(Row trace) {
        var frame = trace.row("frame");
        out.println(frame.text("protocol") + " " + frame.text("source") + " > " + frame.text("destination") + ", "
            + (frame.text("vlan").equals("-") ? "untagged" : "VLAN " + frame.text("vlan")) + ", " + frame.text("octets") + " octets, from "
            + trace.text("from") + (trace.text("to").equals("-") ? "" : " to " + trace.text("to")));
        hop(trace.row("path"), "");
        for (var note : trace.list("notes")) {
            wrapped("note: " + note, "");
        }
        wrapped(trace.text("verdict"), "");
    }

    private void hop(Row hop, String indent) {
        out.println(indent + hop.text("where"));
        for (var stage : hop.rows("stages")) {
            stage(stage, indent + "  ");
        }
        if (hop.number("leftOut") > 0) {
            out.println(indent + "  ... and " + TopologyFile.count((int) hop.number("leftOut"), "more port"));
        }
    }

    private void stage(Row stage, String indent) {
        var vlan = stage.text("vlan");
        var outcome = stage.text("outcome");
        var reason = stage.text("reason");
        out.println((indent + padded(stage.text("point"), POINT) + " " + padded(stage.text("port"), PORT) + " "
            + padded(vlan.equals("-") ? "untagged" : "VLAN " + vlan, 9) + " " + (outcome.equals("passes") ? "" : outcome)
            + (reason.equals("-") ? "" : " as " + reason)
            + (stage.number("micros") > 0 ? " after " + stage.number("micros") + " us" : "")).stripTrailing());
        var words = indent + " ".repeat(POINT + 1);
        if (!stage.text("sentence").equals("-")) {
            wrapped(stage.text("sentence"), words);
        }
        for (var value : values(stage)) {
            wrapped(value, words + "  ");
        }
        if (!stage.row("next").members().isEmpty()) {
            hop(stage.row("next"), indent + "  ");
        }
    }

    /// Those that the sentence does not name with their origin already.
    private static List<String> values(Row stage) {
        var sentence = stage.text("sentence");
        var lines = new LinkedHashSet<String>();
        for (var value : stage.rows("because")) {
            if (!sentence.contains(value.text("origin")) || !sentence.contains(value.text("value"))) {
                lines.add(value.text("what") + " = " + value.text("value") + "  (" + value.text("origin") + ")");
            }
        }
        return List.copyOf(lines);
    }

    private void wrapped(String text, String indent) {
        var line = new StringBuilder(indent);
        for (var word : text.split(" ")) {
            if (line.length() + word.length() > WIDTH && line.length() > indent.length()) {
                out.println(line.toString().stripTrailing());
                line = new StringBuilder(indent).append("  ");
            }
            line.append(word).append(' ');
        }
        out.println(line.toString().stripTrailing());
    }

    private static String padded(String text, int width) {
        return text.length() >= width ? text : text + " ".repeat(width - text.length());
    }
}
