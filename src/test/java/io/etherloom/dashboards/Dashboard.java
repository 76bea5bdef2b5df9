package io.etherloom.dashboards;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// One dashboard.
///
/// @param uid its address in Grafana and the name of its file
/// @param variables in the order of their chain: each one's choices depend on those before
/// @param annotations marks over all panels
/// @param rows by title
record Dashboard(
        String uid, String title, String description, List<Variable> variables, List<Annotation> annotations,
        LinkedHashMap<String, List<Panel>> rows) {
    /// @param metric an info metric whose values of `label` are the choices
    /// @param narrowing selectors by the variables before
    record Variable(String name, String label, String metric, String narrowing) {
        String query() {
            return "label_values(" + metric + (narrowing.isEmpty() ? "" : "{" + narrowing + "}") + ", " + name + ")";
        }
    }

    record Annotation(String name, String color, String expr, String title) {}

    static Dashboard of(String uid, String title, String description, List<Variable> variables) {
        return new Dashboard(uid, title, description, variables, List.of(), new LinkedHashMap<>());
    }

    Dashboard row(String title, Panel... panels) {
        rows.put(title, List.of(panels));
        return this;
    }

    Dashboard annotated(Annotation... marks) {
        return new Dashboard(uid, title, description, variables, List.of(marks), rows);
    }

    /// All its queries, those of annotations too.
    List<Query> queries() {
        var queries = new java.util.ArrayList<Query>();
        rows.values().forEach(panels -> panels.forEach(panel -> queries.addAll(panel.queries())));
        annotations.forEach(mark -> queries.add(Query.of(mark.expr(), "")));
        return queries;
    }

    Map<String, Object> json() {
        return new DashboardJson(this).json();
    }
}
