package io.etherloom.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Draws docs/top.svg: `etherloom top` as it really looks, on a terminal beside a lab with traffic. Not one of the tests that always run;
/// `./build package && ./build test --only TopPicture` does it.
class TopPicture {
    private static final Path PICTURE = Path.of("docs/top.svg");
    private static final int COLUMNS = 116;
    private static final int ROWS = 27;

    /// Two hosts; db1 is shaped and sends more than it may, and probe sends from an address that is not its own.
    private static final String TOPOLOGY = """
        name: LAB
        fabric:
          switches:
            tor1: { ports: { "1": &host { trunk: [10, 20] }, "2": *host, "24": { trunk: all } } }
            tor2: { ports: { "1": *host, "2": *host, "24": { trunk: all } } }
          links: [ { between: [tor1/24, tor2/24] } ]
        hosts:
          esx1:
            pnics: { vmnic0: { link: tor1/1, speed: 10G }, vmnic1: { link: tor2/1, speed: 10G } }
            vSwitches:
              vSwitch0:
                uplinks: [vmnic0, vmnic1]
                portGroups:
                  VM Network: { vlan: 10 }
                  Backup:
                    vlan: 20
                    trafficShaping: { enabled: yes, averageBandwidth: 2 Mbps, peakBandwidth: 2 Mbps, burstSize: 16 KB }
                  DMZ: { vlan: 20, security: { macChanges: reject, forgedTransmits: reject } }
            vmkernel: { vmk0: { portGroup: VM Network, ip: 10.1.0.1/24 } }
          esx2: { like: esx1, pnics: { vmnic0: { link: tor1/2 }, vmnic1: { link: tor2/2 } }, vmkernel: { vmk0: { ip: 10.1.0.2/24 } } }
        vms:
          web1: { host: esx1, nics: [ { portGroup: VM Network, ip: 10.1.0.11/24 } ] }
          app1: { host: esx1, nics: [ { portGroup: VM Network, ip: 10.1.0.12/24 } ] }
          db1: { host: esx1, nics: [ { portGroup: Backup, ip: 10.2.0.11/24 } ] }
          probe: { host: esx1, nics: [ { portGroup: DMZ, ip: 10.2.0.12/24 } ] }
          web2: { host: esx2, nics: [ { portGroup: VM Network, ip: 10.1.0.21/24 } ] }
          app2: { host: esx2, nics: [ { portGroup: VM Network, ip: 10.1.0.22/24 } ] }
          db2: { host: esx2, nics: [ { portGroup: Backup, ip: 10.2.0.21/24 } ] }
        """;

    @TempDir
    Path folder;
    private Launcher launcher;

    @AfterEach
    void end() throws Exception {
        if (launcher != null) launcher.end();
    }

    @Test
    void draw() throws Exception {
        Need.root();
        Need.jar();
        Need.programs("script", "stty", "ping");
        launcher = new Launcher(folder);
        launcher.good("up", launcher.topology("", TOPOLOGY), "--detach");
        launcher.inside("web1", "ping", "-q", "-i", "0.002", "-s", "1400", "10.1.0.21");
        launcher.inside("app1", "ping", "-q", "-i", "0.005", "-s", "600", "10.1.0.22");
        launcher.inside("app2", "ping", "-q", "-i", "0.02", "-s", "200", "10.1.0.12");
        launcher.inside("db1", "ping", "-q", "-f", "-l", "200", "-s", "1400", "10.2.0.21");
        // A bridge in a guest sends from addresses that are not the vNIC's; so does a guest that changed its own.
        launcher.inside("probe", "sh", "-c", "ip link set eth0 down address 02:00:00:00:00:99 && ip link set eth0 up && ip neigh replace 10.2.0.21 lladdr 00:50:56:00:00:21 dev eth0 && ping -q -i 0.05 10.2.0.21");
        var environment = new HashMap<>(launcher.environment());
        try (var terminal = PseudoTerminal.start(folder.resolve("picture"), COLUMNS, ROWS, environment, "./etherloom", "top", "-d", "2")) {
            terminal.await("1-1[0-9]/1[0-9]").type("Te").await("(?s)shaper_full: [1-9].*reflected: 0\\.00.*forged_transmit: [1-9]");
            Files.writeString(PICTURE, new Picture(terminal.screen(), LocalLab.name(""), "campus").svg());
            terminal.type("q");
            assertThat(terminal.status()).isZero();
        }
    }

    /// A screen as SVG: every word is a text of exactly the width of its cells, whatever font is there.
    ///
    /// @param hidden a word of the screen that is another in each run
    /// @param shown  of the same or a smaller length, in its place
    record Picture(ScreenEmulator screen, String hidden, String shown) {
        private static final double CELL = 8.4;
        private static final double LINE = 18;
        private static final double MARGIN = 16;
        private static final double BAR = 34;
        private static final String BACKGROUND = "#0d1117";
        private static final String FOREGROUND = "#c9d1d9";
        private static final List<String> PALETTE =
            List.of("#484f58", "#ff7b72", "#3fb950", "#e3b341", "#58a6ff", "#bc8cff", "#39c5cf", "#b1bac4");

        private static final Pattern WORD = Pattern.compile("\\S+");

        private record Run(int column, String text, ScreenEmulator.Look look) {}

        String svg() {
            double width = 2 * MARGIN + screen.columns() * CELL;
            double height = BAR + 2 * MARGIN + screen.rows() * LINE - 6;
            var svg = new StringBuilder();
            svg.append("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%s\" height=\"%s\" viewBox=\"0 0 %s %s\" role=\"img\">%n"
                .formatted(number(width), number(height), number(width), number(height)));
            svg.append("<title>etherloom top</title>\n<style>text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,\"DejaVu Sans Mono\",monospace}</style>\n");
            svg.append("<rect width=\"100%%\" height=\"100%%\" rx=\"10\" fill=\"%s\"/>%n".formatted(BACKGROUND));
            svg.append("<path d=\"M0 34V10Q0 0 10 0H%s Q%s 0 %s 10V34Z\" fill=\"#161b22\"/>%n".formatted(number(width - 10), number(width), number(width)));
            var dots = List.of("#ff5f57", "#febc2e", "#28c840");
            for (int i = 0; i < dots.size(); i++) {
                svg.append("<circle cx=\"%d\" cy=\"17\" r=\"6\" fill=\"%s\"/>%n".formatted(20 + 20 * i, dots.get(i)));
            }
            svg.append("<text x=\"50%%\" y=\"22\" text-anchor=\"middle\" fill=\"#8b949e\">etherloom top</text>%n".formatted());
            for (int row = 0; row < screen.rows(); row++) {
                for (var run : runs(row)) append(svg, row, run);
            }
            return svg.append("</svg>\n").toString();
        }

        private List<Run> runs(int row) {
            var text = new StringBuilder();
            for (int column = 0; column < screen.columns(); column++) text.append(screen.cell(row, column));
            int at = text.indexOf(hidden);
            if (at >= 0) {
                text.replace(at, at + hidden.length(), shown).append(" ".repeat(hidden.length() - shown.length()));
            }
            var runs = new ArrayList<Run>();
            int from = 0;
            for (int column = 1; column <= screen.columns(); column++) {
                if (column == screen.columns() || !screen.look(row, column).equals(screen.look(row, from))) {
                    runs.add(new Run(from, text.substring(from, column), screen.look(row, from)));
                    from = column;
                }
            }
            return runs;
        }

        private static void append(StringBuilder svg, int row, Run run) {
            var look = run.look();
            double x = MARGIN + run.column() * CELL;
            double y = BAR + MARGIN + row * LINE;
            var colour = look.colour() >= 0 ? PALETTE.get(look.colour()) : look.isBold() ? "#f0f6fc" : look.isFaint() ? "#6e7681" : FOREGROUND;
            if (look.isInverse()) {
                svg.append("<rect x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\" fill=\"%s\"/>%n".formatted(number(x), number(y - 1),
                    number(run.text().length() * CELL), number(LINE), colour));
            }
            // Word by word, because not every viewer keeps more than one blank.
            var words = WORD.matcher(run.text());
            while (words.find()) {
                svg.append("<text x=\"%s\" y=\"%s\" textLength=\"%s\" lengthAdjust=\"spacingAndGlyphs\" fill=\"%s\"%s%s>%s</text>%n".formatted(
                    number(x + words.start() * CELL), number(y + 13), number(words.group().length() * CELL), look.isInverse() ? BACKGROUND : colour,
                    look.isBold() ? " font-weight=\"bold\"" : "", look.isUnderlined() ? " text-decoration=\"underline\"" : "", escaped(words.group())));
            }
        }

        private static String number(double value) {
            return String.format(Locale.ROOT, "%.1f", value).replace(".0", "");
        }

        private static String escaped(String text) {
            return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
        }
    }
}
