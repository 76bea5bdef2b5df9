package io.etherloom.dashboards;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// One panel: what it asks and how the answer is drawn. Immutable; the `with` methods give another.
///
/// @param type of Grafana: `timeseries`, `stat`, `table`, `state-timeline`, `heatmap`, `bargauge`
/// @param unit of Grafana: `bps`, `pps`, `percentunit`, `s`, `bytes`, `short`
/// @param mirrored what in a legend marks series that are drawn below the axis; empty for none
/// @param options of the panel's type
/// @param extras of the field configuration's defaults
/// @param link to another dashboard with the name of a label to carry, `etherloom-vm port`; empty for none
record Panel(
        String title, String description, String type, String unit, int width, int height, List<Query> queries, String mirrored,
        List<Threshold> thresholds, Map<String, Object> options, Map<String, Object> extras, String link) {
    /// From a value on a colour.
    record Threshold(double from, String color) {}

    static Panel course(String title, String description, String unit, Query... queries) {
        return new Panel(title, description, "timeseries", unit, 12, 8, List.of(queries), "", List.of(), legend(), Map.of(), "");
    }

    static Panel number(String title, String description, String unit, Query query) {
        return new Panel(title, description, "stat", unit, 4, 4, List.of(query), "", List.of(new Threshold(0, "green")),
            options("colorMode", "value", "graphMode", "area", "reduceOptions", reduce()), Map.of(), "");
    }

    static Panel table(String title, String description, String unit, Query query) {
        return new Panel(title, description, "table", unit, 12, 8, List.of(query), "", List.of(), options("showHeader", true, "cellHeight", "sm"),
            Map.of(), "");
    }

    static Panel states(String title, String description, Query query) {
        return new Panel(title, description, "state-timeline", "short", 12, 8, List.of(query), "", List.of(),
            options("mergeValues", true, "showValue", "auto", "rowHeight", 0.8, "alignValue", "left", "legend", bottom()), Map.of(), "");
    }

    static Panel heatmap(String title, String description, Query query) {
        return new Panel(title, description, "heatmap", "s", 12, 8, List.of(query), "", List.of(),
            options("calculate", false, "yAxis", Map.of("unit", "s"), "cellGap", 1, "color", options("mode", "scheme", "scheme", "Oranges", "steps", 64)),
            Map.of(), "");
    }

    static Panel bars(String title, String description, String unit, Query query) {
        return new Panel(title, description, "bargauge", unit, 12, 8, List.of(query), "", List.of(new Threshold(0, "blue")),
            options("displayMode", "gradient", "orientation", "horizontal", "reduceOptions", reduce()), Map.of(), "");
    }

    private static Map<String, Object> reduce() {
        return options("calcs", List.of("lastNotNull"), "fields", "", "values", false);
    }

    private static Map<String, Object> legend() {
        return options("legend", bottom(), "tooltip", options("mode", "multi", "sort", "desc"));
    }

    private static Map<String, Object> bottom() {
        return options("displayMode", "list", "placement", "bottom", "showLegend", true);
    }

    static Map<String, Object> options(Object... pairs) {
        var map = new LinkedHashMap<String, Object>();
        for (int i = 0; i < pairs.length; i += 2) map.put((String) pairs[i], pairs[i + 1]);
        return map;
    }

    Panel width(int columns) {
        return new Panel(title, description, type, unit, columns, height, queries, mirrored, thresholds, options, extras, link);
    }

    /// Draws what is transmitted below the axis.
    Panel transmitBelow() {
        return new Panel(title, description, type, unit, width, height, queries, "transmitted", thresholds, options, extras, link);
    }

    /// Green below the first, then that colour and so on.
    Panel thresholds(Object... pairs) {
        var list = new ArrayList<Threshold>();
        for (int i = 0; i < pairs.length; i += 2) list.add(new Threshold(((Number) pairs[i]).doubleValue(), (String) pairs[i + 1]));
        return new Panel(title, description, type, unit, width, height, queries, mirrored, list, options, extras, link);
    }

    Panel extra(String key, Object value) {
        var more = new LinkedHashMap<>(extras);
        more.put(key, value);
        return new Panel(title, description, type, unit, width, height, queries, mirrored, thresholds, options, more, link);
    }

    /// A series leads to that dashboard, which shows the value of this label.
    Panel leadsTo(String dashboard, String label) {
        return new Panel(title, description, type, unit, width, height, queries, mirrored, thresholds, options, extras, dashboard + " " + label);
    }

    /// Words for values of a state.
    Panel words(Object... triples) {
        var mapping = new LinkedHashMap<String, Object>();
        for (int i = 0; i < triples.length; i += 3) {
            mapping.put(String.valueOf(triples[i]), options("text", triples[i + 1], "color", triples[i + 2], "index", i / 3));
        }
        return extra("mappings", List.of(options("type", "value", "options", mapping)));
    }
}
