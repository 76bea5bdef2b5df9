package io.etherloom.api;

import static io.etherloom.api.Schemas.ordered;

import io.netty.handler.codec.http.HttpMethod;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// The OpenAPI 3.1 document of the routes, made from nothing but them.
final class OpenApi {
    private static final Pattern NAME = Pattern.compile("\\{([a-zA-Z]+)}");

    private final Schemas schemas = new Schemas();
    private final Router router;

    private OpenApi(Router router) {
        this.router = router;
    }

    /// @param version of the software
    static Map<String, Object> document(Router router, String version) {
        return new OpenApi(router).document(version);
    }

    private Map<String, Object> document(String version) {
        var paths = new TreeMap<String, Map<String, Object>>();
        for (var route : router.routes()) {
            for (var path : route.paths()) {
                paths.computeIfAbsent(path, _ -> new LinkedHashMap<>())
                    .put(route.method().name().toLowerCase(Locale.ROOT), operation(route, path));
            }
        }
        schemas.of(Problem.class);
        return ordered(
            "openapi", "3.1.0",
            "info", ordered("title", "Etherloom", "version", version,
                "summary", "One running lab.",
                "description", "Over the lab's unix socket everything is allowed. Over TCP a lab with a token wants it from everybody; one without listens on"
                    + " loopback only, refuses pages of other origins, and runs nobody's code."),
            "servers", List.of(ordered("url", "/", "description", "the lab's unix socket, or the address of etherloom up --listen")),
            "security", List.of(Map.of("bearer", List.of()), Map.of()),
            "paths", paths,
            "components", ordered("schemas", schemas.named(), "securitySchemes", Map.of("bearer", Map.of("type", "http", "scheme", "bearer"))));
    }

    private Map<String, Object> operation(Route route, String path) {
        var operation = ordered("operationId", id(route.method(), path), "summary", route.about(), "tags", List.of(tag(path)));
        var parameters = parameters(route, path);
        if (!parameters.isEmpty()) {
            operation.put("parameters", parameters);
        }
        var body = route.body();
        if (body != null) {
            operation.put("requestBody", ordered("required", true, "content", content(List.of(body))));
        }
        if (route.runsCode()) {
            operation.put("security", List.of(Map.of("bearer", List.of())));
        }
        operation.put("responses", ordered(Integer.toString(route.status()), good(route), "default", ordered("description", "What is wrong with the request, or the lab.",
            "content", Map.of(Problem.MEDIA_TYPE, Map.of("schema", schemas.of(Problem.class))))));
        return operation;
    }

    private Map<String, Object> good(Route route) {
        var answer = ordered("description", route.answers().isEmpty() ? "Done." : route.about());
        if (!route.answers().isEmpty()) {
            answer.put("content", content(route.answers()));
        }
        return answer;
    }

    private Map<String, Object> content(List<Route.Content> all) {
        var content = new LinkedHashMap<String, Object>();
        for (var each : all) {
            var type = each.type();
            var schema = type == null ? Map.<String, Object>of() : schemas.of(type);
            content.put(each.mediaType(), type == null ? Map.of() : Map.of("schema", each.isList() ? Schemas.array(schema) : schema));
        }
        return content;
    }

    private static List<Object> parameters(Route route, String path) {
        var parameters = new ArrayList<Object>();
        var names = NAME.matcher(path);
        while (names.find()) {
            parameters.add(ordered("name", names.group(1), "in", "path", "required", true, "schema", Map.of("type", "string")));
        }
        for (var query : route.queries()) {
            var value = query.allowed().isEmpty() ? ordered("type", "string") : ordered("type", "string", "enum", query.allowed());
            parameters.add(ordered("name", query.name(), "in", "query", "required", query.isRequired(), "description", query.about(),
                "schema", query.isMany() ? Schemas.array(value) : value));
        }
        return parameters;
    }

    private static String id(HttpMethod method, String path) {
        var id = new StringBuilder(method.name().toLowerCase(Locale.ROOT));
        for (var word : path.replaceFirst("^/v1", "").split("[^a-zA-Z0-9]+")) {
            id.append(word.isEmpty() ? "" : word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1));
        }
        return id.toString();
    }

    private static String tag(String path) {
        var words = path.split("/");
        return words.length > 2 && words[1].equals("v1") ? words[2] : words[1];
    }
}
