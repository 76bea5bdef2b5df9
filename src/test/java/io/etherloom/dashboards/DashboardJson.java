package io.etherloom.dashboards;

import static io.etherloom.dashboards.Panel.options;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Writes a dashboard as Grafana's classic JSON model, which every version from 9 on reads.
record DashboardJson(Dashboard dashboard) {
    static final String SOURCE_UID = "etherloom-prometheus";
    static final String TAG = "etherloom";
    private static final Map<String, Object> SOURCE = options("type", "prometheus", "uid", SOURCE_UID);
    private static final int COLUMNS = 24;

    Map<String, Object> json() {
        return options(
            "uid", dashboard.uid(),
            "title", dashboard.title(),
            "description", dashboard.description(),
            "tags", List.of(TAG),
            "schemaVersion", 39,
            "editable", true,
            "graphTooltip", 1,
            "refresh", "5s",
            "time", options("from", "now-15m", "to", "now"),
            "timezone", "browser",
            "fiscalYearStartMonth", 0,
            "templating", options("list", dashboard.variables().stream().map(DashboardJson::variable).toList()),
            "annotations", options("list", annotations()),
            "links", List.of(options("type", "dashboards", "title", "Etherloom", "tags", List.of(TAG), "asDropdown", false, "icon", "external link",
                "includeVars", true, "keepTime", true, "targetBlank", false, "tooltip", "", "url", "")),
            "panels", panels());
    }

    private static Map<String, Object> variable(Dashboard.Variable variable) {
        return options("type", "query", "name", variable.name(), "label", variable.label(), "datasource", SOURCE, "query",
            options("qryType", 1, "query", variable.query(), "refId", "variable"), "refresh", 2, "sort", 1,
            "includeAll", true, "multi", true, "allValue", ".*", "current", options("text", List.of("All"), "value", List.of("$__all")));
    }

    private List<Map<String, Object>> annotations() {
        return dashboard.annotations().stream().map(mark -> options("name", mark.name(), "datasource", SOURCE, "enable", true, "hide", false,
            "iconColor", mark.color(), "expr", mark.expr(), "step", "5s", "titleFormat", mark.title(), "tagKeys", "lab,type")).toList();
    }

    private List<Map<String, Object>> panels() {
        var panels = new ArrayList<Map<String, Object>>();
        int[] id = {0};
        int y = 0;
        for (var row : dashboard.rows().entrySet()) {
            panels.add(options("id", ++id[0], "type", "row", "title", row.getKey(), "collapsed", false, "gridPos", grid(0, y, COLUMNS, 1), "panels", List.of()));
            y++;
            int x = 0;
            int height = 0;
            for (var panel : row.getValue()) {
                if (x + panel.width() > COLUMNS) {
                    y += height;
                    x = 0;
                    height = 0;
                }
                panels.add(panel(panel, ++id[0], grid(x, y, panel.width(), panel.height())));
                x += panel.width();
                height = Math.max(height, panel.height());
            }
            y += height;
        }
        return panels;
    }

    private static Map<String, Object> grid(int x, int y, int width, int height) {
        return options("x", x, "y", y, "w", width, "h", height);
    }

    private static Map<String, Object> panel(Panel panel, int id, Map<String, Object> grid) {
        var json = options("id", id, "type", panel.type(), "title", panel.title(), "description", panel.description(), "datasource", SOURCE,
            "gridPos", grid, "targets", targets(panel), "fieldConfig", options("defaults", defaults(panel), "overrides", overrides(panel)),
            "options", panel.options());
        if (panel.type().equals("table")) json.put("transformations", List.of(options("id", "organize", "options",
            options("excludeByName", options("Time", true, "__name__", true, "instance", true, "job", true)))));
        return json;
    }

    private static List<Map<String, Object>> targets(Panel panel) {
        var targets = new ArrayList<Map<String, Object>>();
        for (var query : panel.queries()) {
            var format = panel.type().equals("table") ? "table" : panel.type().equals("heatmap") ? "heatmap" : "time_series";
            targets.add(options("refId", String.valueOf((char) ('A' + targets.size())), "datasource", SOURCE, "expr", query.expr(), "legendFormat",
                query.legend(), "instant", query.isInstant(), "range", !query.isInstant(), "format", format, "editorMode", "code"));
        }
        return targets;
    }

    private static Map<String, Object> defaults(Panel panel) {
        var defaults = options("unit", panel.unit(), "custom", custom(panel));
        if (!panel.thresholds().isEmpty()) {
            var steps = new ArrayList<Map<String, Object>>();
            steps.add(options("color", panel.thresholds().getFirst().from() == 0 ? panel.thresholds().getFirst().color() : "green", "value", null));
            panel.thresholds().stream().filter(it -> it.from() != 0).forEach(it -> steps.add(options("color", it.color(), "value", it.from())));
            defaults.put("thresholds", options("mode", "absolute", "steps", steps));
        }
        defaults.putAll(panel.extras());
        if (!panel.link().isEmpty()) defaults.put("links", List.of(link(panel)));
        return defaults;
    }

    private static Map<String, Object> custom(Panel panel) {
        return switch (panel.type()) {
            case "timeseries" -> options("lineWidth", 1, "fillOpacity", 10, "showPoints", "never", "spanNulls", false, "axisLabel",
                panel.mirrored().isEmpty() ? "" : "transmitted below, received above", "thresholdsStyle",
                options("mode", panel.thresholds().isEmpty() ? "off" : "dashed"));
            case "state-timeline" -> options("fillOpacity", 70, "lineWidth", 0);
            case "table" -> options("align", "auto", "filterable", true);
            default -> options();
        };
    }

    private static List<Map<String, Object>> overrides(Panel panel) {
        if (panel.mirrored().isEmpty()) return List.of();
        return List.of(options("matcher", options("id", "byRegexp", "options", "/" + panel.mirrored() + "/"), "properties",
            List.of(options("id", "custom.transform", "value", "negative-Y"))));
    }

    private static Map<String, Object> link(Panel panel) {
        var words = panel.link().split(" ");
        var value = panel.type().equals("table") ? "${__data.fields." + words[1] + "}" : "${__field.labels." + words[1] + "}";
        return options("title", "Show this " + words[1], "url",
            "/d/" + words[0] + "?${lab:queryparam}&var-" + words[1] + "=" + value + "&${__url_time_range}", "targetBlank", false);
    }
}
