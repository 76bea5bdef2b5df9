package io.etherloom.top;

import java.util.ArrayList;
import java.util.List;
import org.jline.utils.AttributedString;

/// What stands in the place of a pane: the keys, and the fields to choose from.
final class Pages {
    /// Fits 80 by 24.
    private static final List<String> HELP = List.of(
            "Panes:  n ports   u uplinks   d drops by reason   m teams   b shapers   Tab next",
            "",
            "  space  take a sample now          s  delay between samples",
            "  f      fields that are shown      o  their order",
            "  t T    sort by PKTTX/s, MbTX/s    r R  sort by PKTRX/s, MbRX/s",
            "  < >    sort by the next column    N  as they came (by port id)",
            "  /      filter: rows that hold a text; empty for all, Escape to leave it",
            "  e      expand: drops of each port, ports of each reason, members of teams",
            "  U      unit of traffic: Mb, Kb, Gb (powers of 1000), MB (of octets)",
            "  up down PgUp PgDn Home End (8 2)  scroll      left right  scroll columns",
            "  h ?    this page                  q  quit",
            "",
            "TX and RX are seen from the VM or vmk: TX is what it sends, RX what it gets.",
            "Of an uplink they are what the pNIC puts on the wire and takes from it.",
            "PKT and Mb count frames on the wire, tags included, also those that the switch",
            "drops. %DRPTX is the share of the frames sent that ended in the switch, for any",
            "reason; %DRPRX that of the frames for it which its ring had no room for. Above",
            "0.1 % look, above 1 % fix; the pane of drops names the reasons.",
            "Rates are over the time between two samples by the lab's own clock.");

    private Pages() {}

    static List<AttributedString> help() {
        var page = new ArrayList<AttributedString>();
        HELP.forEach(line -> page.add(new AttributedString(line)));
        return page;
    }

    /// The fields of a pane, each with the letter that means it.
    static List<AttributedString> fields(PaneView<?> view, Unit unit, Interval interval, boolean hasColour) {
        var page = new ArrayList<AttributedString>();
        var columns = view.columns(unit, interval);
        var order = view.fields().order();
        for (int place = 0; place < order.size(); place++) {
            int field = order.get(place);
            boolean isShown = view.fields().isShown(field);
            var column = columns.get(field);
            page.add(new AttributedString((isShown ? "* " : "  ") + letter(place) + ": " + Cells.fit(column.heading(), 15, false) + column.help(),
                    (isShown ? Tone.PLAIN : Tone.QUIET).style(hasColour)));
        }
        return page;
    }

    private static char letter(int place) {
        return (char) ('A' + place);
    }

    /// The place in the order that a letter means, or -1.
    static int place(int letter, int fields) {
        int place = Character.toUpperCase(letter) - 'A';
        return place >= 0 && place < fields ? place : -1;
    }
}
