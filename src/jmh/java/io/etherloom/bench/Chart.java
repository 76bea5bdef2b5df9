package io.etherloom.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// A report as a picture: one panel a quantity, one bar for each who was measured, the median as its length and number, the lowest and
/// the highest round as a line. Each panel has a scale of its own that begins at 0. The picture brings its own background, so that it can
/// be read on light and on dark pages, also by those whose browser and page disagree about which it is.
final class Chart {
    private static final int COLUMNS = 2;
    private static final int PANEL_WIDTH = 490;
    private static final int LABEL_WIDTH = 146;
    private static final int BAR_WIDTH = 170;
    private static final int BAR_HEIGHT = 16;
    private static final int BAR_STEP = 24;
    private static final int TITLE_HEIGHT = 34;
    private static final int MARGIN = 22;
    private static final int FOOT = 40;
    /// Of a panel's width, beside the bars.
    private static final int GAP = 8;

    private static final String STYLE = """
        <style>
          .page { fill: #ffffff; stroke: #d0d7de; } text { fill: #1f2328; } .less { fill: #59636e; }
          .own { fill: #0969da; } .other { fill: #8c959f; } .spread { stroke: #1f2328; }
          @media (prefers-color-scheme: dark) {
            .page { fill: #0d1117; stroke: #3d444d; } text { fill: #f0f6fc; } .less { fill: #9198a1; }
            .own { fill: #4493f8; } .other { fill: #6e7681; } .spread { stroke: #f0f6fc; }
          }
        </style>
        """;

    private final StringBuilder text = new StringBuilder();

    private Chart() {}

    /// @param title above the bars
    private record Panel(String title, List<Bar> bars) {
        int height() {
            return TITLE_HEIGHT + bars.size() * BAR_STEP + MARGIN;
        }
    }

    private record Bar(String label, Series series) {}

    /// As SVG 1.1 with a style sheet. An empty report gives an empty picture.
    static String of(Report report) {
        return new Chart().draw(report);
    }

    private String draw(Report report) {
        var panels = panels(report.results());
        int width = 2 * MARGIN + COLUMNS * PANEL_WIDTH;
        int height = MARGIN + FOOT;
        for (int i = 0; i < panels.size(); i += COLUMNS) {
            height += rowHeight(panels, i);
        }
        line("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" role=\"img\""
            + " font-family=\"-apple-system, 'Segoe UI', 'Noto Sans', Helvetica, Arial, sans-serif\" font-size=\"13\">",
            width, height, width, height);
        line("<title>%s</title>", escape("Etherloom's speed beside others: " + report.machine().cpu()));
        text.append(STYLE);
        line("<rect class=\"page\" x=\"0.5\" y=\"0.5\" width=\"%d\" height=\"%d\" rx=\"6\"/>", width - 1, height - 1);
        int top = MARGIN;
        for (int i = 0; i < panels.size(); i++) {
            panel(panels.get(i), MARGIN + i % COLUMNS * PANEL_WIDTH, top);
            if (i % COLUMNS == COLUMNS - 1) {
                top += rowHeight(panels, i - COLUMNS + 1);
            }
        }
        line("<text class=\"less\" x=\"%d\" y=\"%d\" font-size=\"11\">%s</text>", MARGIN, height - MARGIN,
            escape(report.machine().cpu() + ", " + report.machine().processors() + " processors, Linux " + report.machine().kernel()
                + ", JDK " + report.machine().jdk() + "; medians, lowest and highest of " + report.rounds()
                + (report.rounds() == 1 ? " round" : " rounds")));
        line("</svg>");
        return text.toString();
    }

    private static int rowHeight(List<Panel> panels, int first) {
        return panels.subList(first, Math.min(first + COLUMNS, panels.size())).stream().mapToInt(Panel::height).max().orElse(0);
    }

    private static List<Panel> panels(Results results) {
        var panels = new ArrayList<Panel>();
        for (var quantity : List.of(TcpMeasure.TCP, FramesMeasure.FRAMES, new RoundTripMeasure(true).median(),
                new RoundTripMeasure(false).median(), BroadcastMeasure.WRITES)) {
            var bars = new ArrayList<Bar>();
            for (var subject : Subject.values()) {
                results.find(quantity, subject).ifPresent(it -> bars.add(new Bar(subject.title(), it)));
            }
            add(panels, quantity.name(), bars);
        }
        var core = new ArrayList<Bar>();
        results.find(CoreMeasure.rate("vmToVm", "100", "none"), Subject.ETHERLOOM)
            .ifPresent(it -> core.add(new Bar(Subject.ETHERLOOM.title(), it)));
        results.find(DpdkCore.NORMAL, Subject.OVS_DPDK).ifPresent(it -> core.add(new Bar("OVS-DPDK, NORMAL", it)));
        results.find(DpdkCore.FLOW, Subject.OVS_DPDK).ifPresent(it -> core.add(new Bar("OVS-DPDK, one flow", it)));
        add(panels, "core in memory, 60-byte frames", core);
        return panels;
    }

    private static void add(List<Panel> panels, String title, List<Bar> bars) {
        if (!bars.isEmpty()) {
            panels.add(new Panel(title, bars));
        }
    }

    private void panel(Panel panel, int left, int top) {
        var quantity = panel.bars().getFirst().series().quantity();
        line("<text x=\"%d\" y=\"%d\"><tspan font-weight=\"600\">%s</tspan><tspan class=\"less\" dx=\"8\">%s</tspan></text>", left, top + 16,
            escape(panel.title()), escape(quantity.unit().title() + (quantity.isMoreBetter() ? ", more is better" : ", less is better")));
        double most = panel.bars().stream().mapToDouble(it -> it.series().max()).filter(Double::isFinite).max().orElse(0);
        int y = top + TITLE_HEIGHT;
        for (var bar : panel.bars()) {
            bar(bar, left, y, most > 0 ? BAR_WIDTH / most : 0);
            y += BAR_STEP;
        }
    }

    private void bar(Bar bar, int left, int top, double scale) {
        var series = bar.series();
        int x = left + LABEL_WIDTH;
        int baseline = top + BAR_HEIGHT - 4;
        line("<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>", x - GAP, baseline, escape(bar.label()));
        line("<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" rx=\"2\"/>",
            series.subject() == Subject.ETHERLOOM ? "own" : "other", x, top, length(series.median(), scale), BAR_HEIGHT);
        line("<line class=\"spread\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\"/>", x + length(series.min(), scale),
            x + length(series.max(), scale), top + BAR_HEIGHT / 2, top + BAR_HEIGHT / 2);
        line("<text x=\"%d\" y=\"%d\">%s</text>", x + BAR_WIDTH + GAP, baseline, escape(series.show()));
    }

    private static double length(double value, double scale) {
        return Double.isFinite(value) ? Math.max(0, value * scale) : 0;
    }

    private static String escape(String words) {
        return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
    }

    private void line(String format, Object... values) {
        text.append(values.length == 0 ? format : String.format(Locale.ROOT, format, values)).append('\n');
    }
}
