package io.etherloom.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.etherloom.api.ApiServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The HTTP interface of a real lab: what `docs/api.md` shows works, and answers are what the OpenAPI document says.
class ApiIT extends OneLab {
    private static final String TOKEN = "0123456789abcdef0123456789abcdef";
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final int CURL_TIMEOUT = 28;
    private Path socket;
    private ApiServer server;

    @BeforeEach
    void startLab() throws Exception {
        start(Files.readString(Path.of("topologies/quickstart.yaml")).replace("name: quickstart", "name: LAB"), "curl");
        socket = folder.resolve("api.sock");
        var any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        server = lab.with(ApiServer.start(lab.lab(), new ApiServer.Options(socket, null, "test", any, TOKEN), () -> { }));
        // Without it each example of a stream would go on for ever, and one that fails would look well.
        Files.writeString(folder.resolve(".curlrc"), "fail-with-body\nsilent\nshow-error\n");
    }

    private Command.Outcome shell(String line) throws Exception {
        var process = Command.start(List.of("sh", "-c", line), Map.of("SOCKET", socket.toString(), "URL", server.apiUrl(), "TOKEN", TOKEN,
            "FILE", lab.file().toString(), "CURL_HOME", folder.toString()));
        return process.await();
    }

    @Test
    void theExamplesOfTheManualWork() throws Exception {
        var examples = new ArrayList<String>();
        boolean isCode = false;
        for (var line : Files.readAllLines(Path.of("docs/api.md"))) {
            isCode = line.startsWith("```") ? line.equals("```sh") : isCode;
            if (isCode && line.startsWith("curl ")) {
                examples.add(line);
            }
        }
        assertThat(examples).hasSizeGreaterThan(15);
        for (var example : examples) {
            boolean isStream = example.contains(" -N ");
            var outcome = shell(isStream ? example.replace(" -N ", " -N --max-time 1 ") : example);
            assertThat(outcome.status()).as(example + "\n" + outcome.all()).isEqualTo(isStream ? CURL_TIMEOUT : 0);
        }
    }

    @Test
    void answersAreWhatTheDocumentPromises() throws Exception {
        var document = MAPPER.readTree(shell("curl --unix-socket $SOCKET http://lab/v1/openapi.json").out());
        int checked = 0;
        for (var path : document.get("paths").properties()) {
            var schema = path.getValue().at("/get/responses/200/content/application~1json/schema");
            if (schema.isObject() && !schema.isEmpty() && !path.getKey().contains("{")) {      // Of one move, and nothing has moved.
                var answer = shell("curl --unix-socket $SOCKET http://lab" + path.getKey());
                assertThat(answer.status()).as(path.getKey() + answer.all()).isZero();
                assertThat(faults(schema, document, answer.out())).as(path.getKey()).isEmpty();
                checked++;
            }
        }
        assertThat(checked).isGreaterThan(15);
    }

    private static List<String> faults(JsonNode schema, JsonNode document, String answer) {
        var whole = "{\"allOf\":[" + schema + "],\"components\":" + document.get("components") + "}";
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12).getSchema(whole, InputFormat.JSON)
            .validate(answer, InputFormat.JSON).stream().map(Object::toString).toList();
    }

    @Test
    void aCommandRunsInTheNamespaceOfItsVm() throws Exception {
        var outcome = shell("curl --unix-socket $SOCKET --json '{\"command\":[\"ip\",\"-br\",\"addr\"]}' http://lab/v1/vms/web1/exec");
        assertThat(outcome.out()).contains("10.0.10.11/24").contains("{\"exit\":0}").doesNotContain("10.0.10.12");
        shell("curl --unix-socket $SOCKET -X POST http://lab/v1/vms/web2/off");
        assertThat(shell("curl --unix-socket $SOCKET --json '{\"command\":[\"id\"]}' http://lab/v1/vms/web2/exec").out()).contains("\"status\":409", "web2 is off");
    }
}
