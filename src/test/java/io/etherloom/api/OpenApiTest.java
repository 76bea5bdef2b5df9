package io.etherloom.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.netty.handler.codec.http.HttpMethod;
import java.util.ArrayList;
import java.util.List;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The OpenAPI document against the routes, both ways, and answers against its schemas.
final class OpenApiTest {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    /// What OpenAPI 3.1.0 demands of a document, as far as ours has it: the schema of the specification is not at hand.
    private static final String META = """
        {"type": "object", "required": ["openapi", "info", "paths", "components"], "properties": {
          "openapi": {"pattern": "^3\\\\.1\\\\.[0-9]+$"},
          "info": {"required": ["title", "version"], "properties": {"title": {"type": "string"}, "version": {"type": "string"}}},
          "paths": {"minProperties": 30, "propertyNames": {"pattern": "^/"}, "additionalProperties": {"$ref": "#/$defs/pathItem"}},
          "components": {"properties": {"schemas": {"propertyNames": {"pattern": "^[a-zA-Z0-9._-]+$"}}}}},
         "$defs": {
          "pathItem": {"propertyNames": {"enum": ["get", "post", "delete", "put", "patch"]}, "additionalProperties": {"$ref": "#/$defs/operation"}},
          "operation": {"required": ["operationId", "summary", "responses"], "properties": {
            "operationId": {"type": "string", "minLength": 4}, "summary": {"type": "string", "minLength": 8, "pattern": "\\\\.$"},
            "parameters": {"items": {"required": ["name", "in", "schema"], "properties": {"in": {"enum": ["path", "query"]}},
              "if": {"properties": {"in": {"const": "path"}}}, "then": {"properties": {"required": {"const": true}}, "required": ["required"]}}},
            "requestBody": {"required": ["content"], "properties": {"content": {"$ref": "#/$defs/content"}}},
            "responses": {"minProperties": 2, "propertyNames": {"pattern": "^([1-5][0-9][0-9]|default)$"}, "additionalProperties": {
              "required": ["description"], "properties": {"content": {"$ref": "#/$defs/content"}}}}}},
          "content": {"minProperties": 1, "propertyNames": {"pattern": "^[a-z]+/[a-z0-9.+-]+$"}}}}
        """;

    private final FixedLab lab = new FixedLab("campus");
    private final Router router = new LabRoutes(lab, lab::lab, new io.etherloom.metrics.LabMetrics(lab::meters, "1.0"), "1.0", () -> { }).all();
    private final JsonNode document = MAPPER.valueToTree(OpenApi.document(router, "1.0"));

    @Test
    void isADocumentOfOpenApi() {
        assertThat(faults(META, document)).isEmpty();
        assertThat(faults(META, MAPPER.readTree("{\"openapi\":\"3.0.0\"}"))).as("that this test can fail").isNotEmpty();
        var ids = new ArrayList<String>();
        document.get("paths").forEach(path -> path.forEach(operation -> ids.add(operation.get("operationId").asString())));
        assertThat(ids).doesNotHaveDuplicates();
    }

    private static List<String> faults(String schema, JsonNode value) {
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12).getSchema(schema, InputFormat.JSON)
            .validate(value.toString(), InputFormat.JSON).stream().map(Object::toString).toList();
    }

    /// Each route says what it does; a route without words is one that was forgotten here.
    @Test
    void tellsEveryRoute() {
        var routes = new TreeSet<String>();
        for (var route : router.routes()) {
            assertThat(route.about()).as(route.method() + " " + route.template() + " says what it does: Router.about").isNotEmpty();
            route.paths().forEach(path -> routes.add(route.method().name().toLowerCase(java.util.Locale.ROOT) + " " + path));
        }
        assertThat(operations()).isEqualTo(routes);
    }

    private TreeSet<String> operations() {
        var operations = new TreeSet<String>();
        document.get("paths").properties().forEach(path -> path.getValue().propertyNames().forEach(method -> operations.add(method + " " + path.getKey())));
        return operations;
    }

    /// With all its names filled in, each path finds a route: whatever the lab says to it, it is neither an unknown path nor an unknown method.
    @Test
    void tellsNoRouteThatThereIsNot() {
        for (var operation : operations()) {
            var words = operation.split(" ");
            var request = Request.of(HttpMethod.valueOf(words[0].toUpperCase(java.util.Locale.ROOT)), words[1].replaceAll("\\{[a-z]+}", "x"), Map.of(), new byte[0], null);
            assertThat(router.routes().stream().filter(route -> route.fits(request.segments()) && route.method().equals(request.method()))).as(operation).isNotEmpty();
        }
        var unknown = Request.of(HttpMethod.GET, "/v1/nothing", Map.of(), new byte[0], null);
        assertThat(((Answer.Whole) router.answer(unknown, new Access.Open())).status().code()).isEqualTo(404);
    }

    /// What the routes really answer is what the document promises.
    @Test
    void answersAreAsTheDocumentSays() {
        int checked = 0;
        router.answer(Request.of(HttpMethod.POST, "/v1/vmotions", Map.of(), "{\"vm\":\"web1\",\"host\":\"esx2\"}".getBytes(StandardCharsets.UTF_8), null), new Access.Open());
        for (var path : document.get("paths").properties()) {
            var schema = path.getValue().at("/get/responses/200/content/application~1json/schema");
            if (!schema.isMissingNode() && !path.getKey().equals("/v1/openapi.json")) {
                var answer = (Answer.Whole) router.answer(Request.of(HttpMethod.GET, path.getKey().replace("{id}", "1"), Map.of(), new byte[0], null), new Access.Open());
                assertThat(faults(schemaWithNames(schema, document), MAPPER.readTree(answer.body()))).as(path.getKey()).isEmpty();
                checked++;
            }
        }
        assertThat(checked).isGreaterThan(15);
        assertThat(faults(schemaWithNames(document.at("/paths/~1v1~1vms/get/responses/200/content/application~1json/schema"), document),
            MAPPER.readTree("[{\"name\":7}]"))).as("that this test can fail").isNotEmpty();
    }

    /// A schema that finds those to which it refers.
    static String schemaWithNames(JsonNode schema, JsonNode document) {
        return "{\"allOf\":[" + schema + "],\"components\":" + document.get("components") + "}";
    }
}
