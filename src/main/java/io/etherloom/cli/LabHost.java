package io.etherloom.cli;

import io.etherloom.esxcli.LabAccess;
import io.etherloom.lab.ExecPlan;
import io.etherloom.lab.LabRecord;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A lab's host as [io.etherloom.esxcli] asks it: views and settings over the lab's socket, programs in its namespaces.
record LabHost(World world, LabRecord lab, LabClient client) implements LabAccess {
    private static final String SCHEMA = "/schema/topology.schema.json";

    @Override
    public List<Map<?, ?>> view(String name) {
        var answer = Json.parse(client.get("/v1/" + name));
        return answer instanceof List<?> list ? list.stream().<Map<?, ?>>map(each -> Row.of(each).members()).toList() : List.of(Row.of(answer).members());
    }

    @Override
    public void set(String kind, String target, Map<String, @Nullable Object> values) {
        var answer = Row.of(Json.parse(post("/v1/settings/" + kind + "/" + LabClient.segment(target), Json.text(values))));
        answer.list("warnings").forEach(warning -> world.note("warning: " + warning));
    }

    @Override
    public void link(String host, String pnic, boolean isUp) {
        post("/v1/hosts/" + LabClient.segment(host) + "/pnics/" + LabClient.segment(pnic) + "/" + (isUp ? "up" : "down"), "");
    }

    /// What a lab refuses is one kind of failure to esxcli.
    private String post(String path, String body) {
        try {
            return client.post(path, body);
        } catch (Failure refused) {
            throw new Failure(ExitCode.FAILED, refused.sentence(), refused);
        }
    }

    @Override
    public Run run(String namespace, List<String> command) {
        var plan = ExecPlan.of(lab, namespace, command);
        var builder = new ProcessBuilder(plan.command()).redirectErrorStream(true).redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
        builder.environment().clear();
        builder.environment().putAll(plan.environment());
        builder.environment().put("LC_ALL", "C");
        try {
            var process = builder.start();
            var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Run(process.waitFor(), output);
        } catch (IOException e) {
            throw new Failure(ExitCode.ENVIRONMENT, command.getFirst() + " cannot be run: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure(ExitCode.INTERRUPTED, "interrupted", e);
        }
    }

    /// From the schema of the topology file, which describes every option; without the rule's number and the default.
    @Override
    public String about(String option) {
        try (var in = LabHost.class.getResourceAsStream(SCHEMA)) {
            if (in == null) {
                return "";
            }
            var schema = Row.of(Json.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8)));
            var described = schema.row("$defs").row("advanced").row("properties").row(option).members().get("description");
            return described == null ? "" : described.toString().replaceAll(" \\(spec [^)]*\\)|;? ?[Tt]he default follows the profile\\.?| Default \\S*\\.", "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
