package io.etherloom.api;

import io.netty.handler.codec.http.HttpMethod;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// One route: where it is, who answers, and what the OpenAPI document says of it. Filled while the server is made, then only read.
final class Route {
    /// A query parameter.
    ///
    /// @param allowed its only values; any when empty
    /// @param isMany whether it may be given several times
    record Query(String name, String about, List<String> allowed, boolean isRequired, boolean isMany) {}

    /// What is sent or answered: a record as JSON, or text and octets of a media type.
    ///
    /// @param type null where the media type says it all
    record Content(String mediaType, @Nullable Type type, boolean isList) {
        static final String JSON = "application/json";

        static Content json(Class<?> type, boolean isList) {
            return new Content(JSON, type, isList);
        }

        static Content of(String mediaType) {
            return new Content(mediaType, null, false);
        }
    }

    private final HttpMethod method;
    private final String template;
    private final List<String> segments;
    private final Function<Router.Call, Answer> handler;
    private final List<Query> queries = new ArrayList<>();
    private final List<Content> answers = new ArrayList<>();
    private @Nullable Content body;
    private String about = "";
    private int status = 204;
    private boolean runsCode;
    private @Nullable String fileParameter;

    Route(HttpMethod method, String template, Function<Router.Call, Answer> handler) {
        this.method = method;
        this.template = template;
        this.handler = handler;
        segments = List.of(template.substring(1).split("/"));
    }

    HttpMethod method() {
        return method;
    }

    String template() {
        return template;
    }

    List<String> segments() {
        return segments;
    }

    String about() {
        return about;
    }

    List<Query> queries() {
        return queries;
    }

    List<Content> answers() {
        return answers;
    }

    @Nullable Content body() {
        return body;
    }

    /// Of an answer when all is well.
    int status() {
        return status;
    }

    /// Whether it has somebody's code run with the lab's rights.
    boolean runsCode() {
        return runsCode;
    }

    /// The query parameter that names a file which the lab opens with its own rights, or null.
    @Nullable String fileParameter() {
        return fileParameter;
    }

    Answer answer(Router.Call call) {
        return handler.apply(call);
    }

    void about(String sentence) {
        about = sentence;
    }

    void query(Query query) {
        queries.add(query);
    }

    void body(Content content) {
        body = content;
    }

    void answers(int next, Content content) {
        status = next;
        answers.add(content);
    }

    void markRunsCode() {
        runsCode = true;
    }

    void opensFile(String parameter) {
        fileParameter = parameter;
    }

    /// How many of its segments may be any word.
    long variables() {
        return segments.stream().filter(segment -> segment.startsWith("{")).count();
    }

    boolean fits(List<String> path) {
        if (path.size() != segments.size()) {
            return false;
        }
        for (int i = 0; i < path.size(); i++) {
            if (!segments.get(i).startsWith("{") && !segments.get(i).equals(path.get(i))) {
                return false;
            }
        }
        return true;
    }

    /// The paths of this route with each choice of words (`{on|off}`) written out; single names in braces stay.
    List<String> paths() {
        var paths = List.of("");
        for (var segment : segments) {
            var words = segment.startsWith("{") && segment.contains("|") ? List.of(segment.substring(1, segment.length() - 1).split("\\|")) : List.of(segment);
            paths = paths.stream().flatMap(path -> words.stream().map(word -> path + "/" + word)).toList();
        }
        return paths;
    }
}
