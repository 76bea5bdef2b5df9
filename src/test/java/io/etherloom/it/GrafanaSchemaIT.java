package io.etherloom.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The dashboards' JSON against the types that Grafana publishes: misspelled keys and wrong types do not compile. Versions are pinned in
/// `src/test/npm/package-lock.json`.
class GrafanaSchemaIT {
    private static final Path LOCK = Path.of("src/test/npm");
    private static final Path MODULES = Path.of("target/npm");

    @Test
    void dashboardsFitTheirSchema() throws Exception {
        Need.programs("node", "npm");
        install();
        var text = new StringBuilder("import { type Dashboard, MappingType, ThresholdsMode } from \"@grafana/schema\";\n");
        int count = 0;
        try (var files = Files.newDirectoryStream(Path.of("grafana/dashboards"), "*.json")) {
            for (var file : files) text.append("export const d").append(count++).append(": Dashboard = ").append(typed(Files.readString(file))).append(";\n");
        }
        assertThat(count).isGreaterThanOrEqualTo(7);
        var compiled = compile(text.toString());
        assertThat(compiled.status()).as(compiled.all()).isZero();
        assertThat(compile(text.toString().replaceFirst("\"panels\"", "\"pannels\"")).all()).as("what a mistake looks like").contains("pannels");
    }

    /// The same in TypeScript, whose enums are no strings. What an annotation asks belongs to its data source, which the schema does not know.
    private static String typed(String text) {
        var json = JsonMapper.shared().readTree(text);
        json.path("annotations").path("list").forEach(mark -> ((ObjectNode) mark).remove(List.of("expr", "step", "titleFormat", "tagKeys")));
        return json.toPrettyString().replace("\"mode\" : \"absolute\"", "mode: ThresholdsMode.Absolute")
            .replace("\"type\" : \"value\"", "type: MappingType.ValueToText");
    }

    private static Command.Outcome compile(String text) throws Exception {
        Files.writeString(MODULES.resolve("dashboards.ts"), text);
        return Command.run("node", MODULES.resolve("node_modules/typescript/bin/tsc").toString(), "--noEmit", "--strict", "--skipLibCheck",
            "--module", "nodenext", "--moduleResolution", "nodenext", MODULES.resolve("dashboards.ts").toString());
    }

    /// Once for each version of the lock file.
    private static void install() throws Exception {
        var lock = Files.readString(LOCK.resolve("package-lock.json"));
        var done = MODULES.resolve("done");
        if (Files.exists(done) && Files.readString(done).equals(lock)) return;
        Files.createDirectories(MODULES);
        for (var name : List.of("package.json", "package-lock.json")) Files.copy(LOCK.resolve(name), MODULES.resolve(name), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        var npm = Command.run("timeout", "60", "npm", "ci", "--prefix", MODULES.toString(), "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=0");
        assumeTrue(npm.status() == 0, "needs npm's registry or a filled cache, for @grafana/schema");
        Files.writeString(done, lock);
    }
}
