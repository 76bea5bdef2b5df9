package io.etherloom.dashboards;

/// One query of a panel.
///
/// @param expr   PromQL, with variables of the dashboard
/// @param legend how Grafana names a series: `{{port}}`
/// @param isInstant the value of now, for tables and numbers, in place of a course
record Query(String expr, String legend, boolean isInstant) {
    static Query of(String expr, String legend) {
        return new Query(expr, legend, false);
    }

    static Query now(String expr, String legend) {
        return new Query(expr, legend, true);
    }
}
