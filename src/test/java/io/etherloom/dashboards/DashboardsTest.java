package io.etherloom.dashboards;

import static org.assertj.core.api.Assertions.assertThat;

import io.etherloom.frame.DropReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// Keeps `grafana/` whole: the JSON is that of [Boards], no query stands twice, and everything that is named exists. Needs neither
/// Prometheus nor Grafana.
class DashboardsTest {
    private static final Path FOLDER = Path.of("grafana/dashboards");
    private static final JsonMapper JSON = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
    private static final Pattern METRIC = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*");
    /// What Prometheus itself makes.
    private static final Set<String> OF_PROMETHEUS = Set.of("up", "ALERTS", "scrape_duration_seconds");

    static List<Dashboard> dashboards() {
        return Boards.all();
    }

    private static Path file(Dashboard dashboard) {
        return FOLDER.resolve(dashboard.uid() + ".json");
    }

    @ParameterizedTest
    @MethodSource("dashboards")
    void theJsonIsWhatTheCodeSays(Dashboard dashboard) throws IOException {
        var text = JSON.writeValueAsString(dashboard.json()) + "\n";
        if (System.getProperty("dashboards", "").equals("write")) Files.writeString(file(dashboard), text);
        assertThat(Files.readString(file(dashboard))).as("write it anew with -Ddashboards=write").isEqualTo(text);
    }

    @Test
    void noDashboardIsLeftOver() throws IOException {
        try (var files = Files.newDirectoryStream(FOLDER, "*.json")) {
            var names = new ArrayList<Path>();
            files.forEach(names::add);
            assertThat(names).containsExactlyInAnyOrderElementsOf(dashboards().stream().map(DashboardsTest::file).toList());
        }
    }

    /// Read from the files, so that it holds for what Grafana and Prometheus are given.
    @Test
    void noQueryIsWrittenTwice() throws IOException {
        var places = new LinkedHashMap<String, List<String>>();
        for (var dashboard : dashboards()) {
            expressions(JSON.readTree(Files.readString(file(dashboard))), expr -> add(places, expr, dashboard.uid()));
        }
        for (var rule : Rules.all()) add(places, rule.expr(), rule.name());
        assertThat(places).hasSizeGreaterThan(80);
        assertThat(places.values()).allSatisfy(where -> assertThat(where).hasSize(1));
    }

    private static void expressions(JsonNode node, java.util.function.Consumer<String> sink) {
        if (node.has("expr")) sink.accept(node.get("expr").asString());
        node.forEach(child -> expressions(child, sink));
    }

    private static void add(LinkedHashMap<String, List<String>> places, String expr, String where) {
        places.computeIfAbsent(expr.replaceAll("\\s+", ""), _ -> new ArrayList<>()).add(where);
    }

    @Test
    void everyMetricAndRecordingRuleThatIsNamedExists() throws IOException {
        var known = new HashSet<>(OF_PROMETHEUS);
        // Of the JVM's garbage collector there is nothing to tell before its first collection, so the page does not have it.
        known.add("jvm_gc_pause_seconds_sum");
        for (var line : Files.readAllLines(Path.of("docs/metrics.md"))) {
            var cells = line.split("\\|");
            if (line.startsWith("| `")) {
                var name = cells[1].replace("`", "").strip();
                known.add(name);
                if (cells[2].contains("histogram")) known.addAll(List.of(name + "_bucket", name + "_sum", name + "_count"));
            }
        }
        var exprs = dashboards().stream().flatMap(it -> it.queries().stream()).map(Query::expr).collect(Collectors.toCollection(ArrayList::new));
        dashboards().forEach(it -> it.variables().forEach(variable -> exprs.add(variable.metric())));
        for (var rule : Rules.all()) {
            exprs.add(rule.expr());
            if (!rule.isAlert()) known.add(rule.name());
        }
        for (var expr : exprs) assertThat(known).as(expr).containsAll(metrics(expr));
    }

    /// Names that stand where a metric stands: not functions, labels, durations or strings.
    private static List<String> metrics(String expr) {
        var plain = expr.replaceAll("\"[^\"]*\"", "").replaceAll("\\{[^}]*}", "").replaceAll("\\[[^\\]]*]", "")
            .replaceAll("offset \\S+", "").replaceAll("(by|on|group_left) \\([^)]*\\)", "");
        var names = new ArrayList<String>();
        var matcher = METRIC.matcher(plain);
        while (matcher.find()) {
            boolean isFunction = plain.substring(matcher.end()).stripLeading().startsWith("(");
            if (!isFunction && !Set.of("or", "and", "unless", "sum", "count").contains(matcher.group())) names.add(matcher.group());
        }
        return names;
    }

    /// What drops are of the frames that a VM has sent is said once, in the code; rules only repeat it.
    @Test
    void theRulesKnowWhichDropsAreTowardsAVm() throws IOException {
        var towardsVm = DropReason.TOWARDS_VM.stream().map(DropReason::label).collect(Collectors.joining("|"));
        assertThat(Rules.all()).filteredOn(rule -> rule.name().equals("vswitch_port:tx_drops:rate1m")).singleElement()
            .satisfies(rule -> assertThat(rule.expr()).contains("{reason!~\"" + towardsVm + "\"}"));
        assertThat(Rules.all()).filteredOn(rule -> rule.name().equals("vswitch_port:rx_drops:rate1m")).singleElement()
            .satisfies(rule -> assertThat(rule.expr()).contains("{reason=\"" + DropReason.QUEUE_FULL.label() + "\"}"));
    }

    /// The dashboards ask for what the page lists; what nobody looks at is not worth a series.
    @Test
    void everyPortAndTeamMetricIsLookedAt() throws IOException {
        var exprs = dashboards().stream().flatMap(it -> it.queries().stream()).map(Query::expr).collect(Collectors.joining("\n"))
            + Rules.all().stream().map(Rules::expr).collect(Collectors.joining("\n"));
        for (var line : Files.readAllLines(Path.of("docs/metrics.md"))) {
            if (line.startsWith("| `vswitch_") || line.startsWith("| `agent_")) assertThat(exprs).contains(line.split("`")[1]);
        }
    }

    @ParameterizedTest
    @MethodSource("dashboards")
    void everyPanelSaysWhatItShowsInWhichUnit(Dashboard dashboard) {
        var titles = new ArrayList<String>();
        dashboard.rows().values().forEach(panels -> panels.forEach(panel -> {
            titles.add(panel.title());
            assertThat(panel.description()).as(panel.title()).endsWith(".").hasSizeGreaterThan(10);
            assertThat(panel.unit()).as(panel.title()).isIn("bps", "pps", "percentunit", "s", "bytes", "short");
            panel.queries().forEach(query -> {
                if (query.expr().contains("rate(")) assertThat(query.expr()).as(panel.title()).containsPattern("__(rate_interval|range)\\]");
            });
        }));
        assertThat(titles).doesNotHaveDuplicates();
    }

    /// Lab, host, vSwitch, port group, port: the choices of each follow from those before, and every one is used.
    @ParameterizedTest
    @MethodSource("dashboards")
    void variablesAreChained(Dashboard dashboard) {
        var before = new ArrayList<String>();
        var json = JSON.writeValueAsString(dashboard.json());
        for (var variable : dashboard.variables()) {
            var asked = Pattern.compile("\\$(\\w+)").matcher(variable.narrowing()).results().map(it -> it.group(1)).toList();
            assertThat(before).as(variable.name()).containsAll(asked);
            if (!before.isEmpty()) assertThat(asked).as(variable.name()).isNotEmpty();
            assertThat(json.split("\\$" + variable.name() + "\\b")).as("uses of " + variable.name()).hasSizeGreaterThan(1);
            before.add(variable.name());
        }
        var used = dashboard.queries().stream().flatMap(query -> Pattern.compile("\\$([a-z]+)").matcher(query.expr()).results()).map(it -> it.group(1)).toList();
        assertThat(before).containsAll(used);
    }

    /// Spec 8.9: above 0.1 % look, above 1 % fix.
    @Test
    void dropSharesHaveTheThresholdsOfEsxtop() {
        for (var title : List.of("%DRPTX", "%DRPRX")) {
            var panel = dashboards().stream().flatMap(it -> it.rows().values().stream()).flatMap(List::stream).filter(it -> it.title().equals(title))
                .findFirst().orElseThrow();
            assertThat(panel.thresholds()).containsExactly(new Panel.Threshold(0.001, "yellow"), new Panel.Threshold(0.01, "red"));
            assertThat(panel.unit()).isEqualTo("percentunit");
        }
    }

    @Test
    void linksLeadToDashboardsThatExistAndCarryWhatTheyShow() {
        var byUid = dashboards().stream().collect(Collectors.toMap(Dashboard::uid, it -> it));
        int links = 0;
        for (var dashboard : dashboards()) {
            for (var panel : dashboard.rows().values().stream().flatMap(List::stream).filter(it -> !it.link().isEmpty()).toList()) {
                var words = panel.link().split(" ");
                assertThat(byUid).containsKey(words[0]);
                assertThat(byUid.get(words[0]).variables()).anyMatch(variable -> variable.name().equals(words[1]));
                links++;
            }
        }
        assertThat(links).isGreaterThanOrEqualTo(4);
    }

    @Test
    void everyAlertHasItsSectionInTheRunbook() throws IOException {
        var headings = Files.readAllLines(Path.of("docs/observability.md")).stream().filter(line -> line.startsWith("#"))
            .map(line -> line.replaceFirst("#+ ", "").toLowerCase(Locale.ROOT)).toList();
        for (var rule : Rules.all()) {
            if (rule.isAlert()) {
                assertThat(rule.runbook()).isEqualTo("docs/observability.md#" + rule.name().toLowerCase(Locale.ROOT));
                assertThat(headings).contains(rule.name().toLowerCase(Locale.ROOT));
            }
        }
    }

    @Test
    void theDataSourceIsTheOneThatDashboardsName() throws IOException {
        assertThat(Files.readString(Path.of("grafana/datasources/etherloom.yaml"))).contains("uid: " + DashboardJson.SOURCE_UID + "\n");
    }
}
