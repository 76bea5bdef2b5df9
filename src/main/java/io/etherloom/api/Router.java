package io.etherloom.api;

import io.etherloom.api.Route.Content;
import io.etherloom.api.Route.Query;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Finds the route of a request: a list, asked in order. What follows [#on] says more of that route, for the OpenAPI document. Made once, then
/// read by any thread.
final class Router {
    private final List<Route> routes = new ArrayList<>();

    /// Adds a route.
    ///
    /// @param template such as `/v1/vms/{vm}/{on|off}`; a word in braces stands for one segment, words parted by bars for one of them
    Router on(HttpMethod method, String template, Function<Call, Answer> handler) {
        routes.add(new Route(method, template, handler));
        return this;
    }

    /// What the route does, in a sentence.
    Router about(String sentence) {
        routes.getLast().about(sentence);
        return this;
    }

    /// A query parameter that may be left out.
    Router query(String name, String about, String... allowed) {
        routes.getLast().query(new Query(name, about, List.of(allowed), false, false));
        return this;
    }

    /// A query parameter that may be given several times.
    Router queries(String name, String about, List<String> allowed) {
        routes.getLast().query(new Query(name, about, allowed, false, true));
        return this;
    }

    Router required(String name, String about) {
        routes.getLast().query(new Query(name, about, List.of(), true, false));
        return this;
    }

    Router takes(Class<?> json) {
        routes.getLast().body(Content.json(json, false));
        return this;
    }

    Router takes(String mediaType) {
        routes.getLast().body(Content.of(mediaType));
        return this;
    }

    Router answers(Class<?> json) {
        routes.getLast().answers(200, Content.json(json, false));
        return this;
    }

    Router answers(int status, Class<?> json) {
        routes.getLast().answers(status, Content.json(json, false));
        return this;
    }

    Router answersMany(Class<?> json) {
        routes.getLast().answers(200, Content.json(json, true));
        return this;
    }

    /// Text or octets, perhaps as a stream.
    Router answers(String mediaType) {
        routes.getLast().answers(200, Content.of(mediaType));
        return this;
    }

    /// Runs somebody's code with the rights of the lab, so that nobody may ask it who could not do that himself.
    Router runsCode() {
        routes.getLast().markRunsCode();
        return this;
    }

    /// Opens the file that this parameter names with the rights of the lab, so that it may not be given by who could not do that himself.
    Router opensFile(String parameter) {
        routes.getLast().opensFile(parameter);
        return this;
    }

    List<Route> routes() {
        return routes;
    }

    /// Answers a request, with a problem when no route fits it.
    ///
    /// @param access who may ask
    Answer answer(Request request, Access access) {
        var refused = access.refusal(request);
        if (refused != null) {
            return refused;
        }
        var fitting = routes.stream().filter(route -> route.fits(request.segments()))
            .sorted(Comparator.comparingLong(Route::variables)).toList();      // A word that a route spells out is meant before a name.
        for (var route : fitting) {
            if (route.method().equals(request.method())) {
                access.admit(request, route);
                return route.answer(new Call(request, route.segments()));
            }
        }
        return fitting.isEmpty() ? Answer.problem(unknown(request)) : wrongMethod(request, fitting);
    }

    private Problem unknown(Request request) {
        return Problem.of(HttpResponseStatus.NOT_FOUND, "There is no " + request.path() + " here.", named(routes));
    }

    private static Answer.Whole wrongMethod(Request request, List<Route> fitting) {
        var allowed = fitting.stream().map(route -> route.method().name()).distinct().collect(Collectors.joining(", "));
        return Answer.problem(Problem.of(HttpResponseStatus.METHOD_NOT_ALLOWED,
            request.method() + " is not possible on " + request.path() + ".", named(fitting)), Map.of("Allow", allowed));
    }

    private static List<String> named(List<Route> routes) {
        return routes.stream().map(route -> route.method() + " " + route.template()).toList();
    }

    /// A request that has found its route.
    record Call(Request request, List<String> template) {
        /// The segment that stands at `{name}`.
        String at(String name) {
            return request.segments().get(template.indexOf("{" + name + "}"));
        }

        /// The same for a segment that is one of two words.
        boolean isFirst(String name, String first, String second) {
            var word = at(name);
            if (word.equals(first)) {
                return true;
            }
            if (word.equals(second)) {
                return false;
            }
            throw new ProblemException(Problem.of(HttpResponseStatus.NOT_FOUND,
                "\"" + word + "\" cannot be done here.", List.of(first, second)));
        }
    }
}
