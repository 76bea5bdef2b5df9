package io.etherloom.api;

import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// Finds the route of a request: a list, asked in order. Made once, then read by any thread.
final class Router {
    private final List<Route> routes = new ArrayList<>();

    /// Adds a route.
    ///
    /// @param template such as `/v1/vms/{vm}/{power}`; a word in braces stands for one segment
    Router on(HttpMethod method, String template, Function<Call, Answer> handler) {
        routes.add(new Route(method, template, List.of(template.substring(1).split("/")), handler));
        return this;
    }

    /// Answers a request, with a problem when no route fits it.
    Answer answer(Request request) {
        var fitting = routes.stream().filter(route -> route.fits(request.segments())).toList();
        for (var route : fitting) {
            if (route.method.equals(request.method())) {
                return route.handler.apply(new Call(request, route.segments));
            }
        }
        return Answer.problem(fitting.isEmpty() ? unknown(request) : wrongMethod(request, fitting));
    }

    private Problem unknown(Request request) {
        return Problem.of(HttpResponseStatus.NOT_FOUND, "There is no " + request.path() + " here.", named(routes));
    }

    private static Problem wrongMethod(Request request, List<Route> fitting) {
        return Problem.of(HttpResponseStatus.METHOD_NOT_ALLOWED,
            request.method() + " is not possible on " + request.path() + ".", named(fitting));
    }

    private static List<String> named(List<Route> routes) {
        return routes.stream().map(route -> route.method + " " + route.template).toList();
    }

    private record Route(HttpMethod method, String template, List<String> segments, Function<Call, Answer> handler) {
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
