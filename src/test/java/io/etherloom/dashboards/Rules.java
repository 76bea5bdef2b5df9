package io.etherloom.dashboards;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/// The rules of Prometheus beside the dashboards.
///
/// @param name of the alert or of what is recorded
record Rules(String name, String expr, boolean isAlert, String runbook) {
    static final Path FOLDER = Path.of("grafana/prometheus/rules");

    @SuppressWarnings("unchecked")
    static List<Rules> all() throws IOException {
        var rules = new ArrayList<Rules>();
        try (var files = Files.newDirectoryStream(FOLDER, "*.yml")) {
            for (var file : files) {
                var yaml = (Map<String, Object>) new Load(LoadSettings.builder().build()).loadFromString(Files.readString(file));
                for (var group : (List<Map<String, Object>>) yaml.get("groups")) {
                    ((List<Map<String, Object>>) group.get("rules")).forEach(rule -> rules.add(rule(rule)));
                }
            }
        }
        return rules;
    }

    @SuppressWarnings("unchecked")
    private static Rules rule(Map<String, Object> rule) {
        boolean isAlert = rule.containsKey("alert");
        var annotations = (Map<String, Object>) rule.getOrDefault("annotations", Map.of());
        return new Rules((String) rule.get(isAlert ? "alert" : "record"), (String) rule.get("expr"), isAlert, (String) annotations.getOrDefault("runbook", ""));
    }

    /// What an alert watches, without the limit beyond which it fires.
    String watched() {
        return isAlert ? expr.replaceFirst(" (==|>=?|<) [0-9.]+$", "") : expr;
    }
}
