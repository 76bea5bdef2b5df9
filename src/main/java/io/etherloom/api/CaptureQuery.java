package io.etherloom.api;

import io.etherloom.capture.ProductPoint;
import io.etherloom.lab.CaptureRequest;
import io.etherloom.lab.CaptureRequest.Kind;
import io.etherloom.lab.CaptureRequest.Stage;
import io.etherloom.lab.CaptureRequest.Subject;
import io.etherloom.lab.CaptureRequest.Way;
import io.etherloom.frame.CapturePoint;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The query of a capture: `port`, `switchport`, `uplink`, `vmk`, `portgroup`, `vm`, `link`, `point` and `filter` any number of times, `lab=true`,
/// `dir` (`0`, `1`, `2` or `in`, `out`, `both`), `stage` (`0`, `1` or `pre`, `post`), `snaplen`, `count`.
final class CaptureQuery {
    private CaptureQuery() {}

    static CaptureRequest of(Request request) {
        var subjects = new ArrayList<Subject>();
        for (var kind : Kind.values()) {
            for (var value : values(request, kind.word())) {
                if (kind == Kind.LAB) {
                    if (!value.equals("true")) {
                        throw ProblemException.badRequest("\"lab\" is true or not there, not \"" + value + "\".");
                    }
                    subjects.add(new Subject(kind, ""));
                } else if (!value.isEmpty()) {
                    subjects.add(new Subject(kind, value));
                }
            }
        }
        if (subjects.isEmpty()) {
            throw ProblemException.badRequest("The query parameter \"port\" is missing; or give \"switchport\", \"uplink\", \"vmk\", \"portgroup\", "
                + "\"vm\", \"link\" or \"lab=true\".");
        }
        return new CaptureRequest(subjects, points(request), way(request), stage(request),
            values(request, "filter").stream().filter(filter -> !filter.isBlank()).toList(),
            request.number("snaplen", 1, CaptureRequest.MAX_SNAP_LENGTH, CaptureRequest.MAX_SNAP_LENGTH),
            request.number("count", 0, Integer.MAX_VALUE, 0));
    }

    private static List<String> values(Request request, String name) {
        return request.query().getOrDefault(name, List.of());
    }

    private static Set<CapturePoint> points(Request request) {
        var points = EnumSet.noneOf(CapturePoint.class);
        for (var name : values(request, "point")) {
            try {
                points.add(ProductPoint.here(name));
            } catch (IllegalArgumentException refused) {
                throw ProblemException.badRequest(String.valueOf(refused.getMessage()));
            }
        }
        return points;
    }

    private static Way way(Request request) {
        return switch (last(request, "dir")) {
            case null -> Way.BOTH;
            case "2", "both" -> Way.BOTH;
            case "0", "in" -> Way.IN;
            case "1", "out" -> Way.OUT;
            case String other -> throw ProblemException.badRequest("\"dir\" is 0 (in), 1 (out) or 2 (both), not \"" + other + "\".");
        };
    }

    private static @Nullable Stage stage(Request request) {
        return switch (last(request, "stage")) {
            case null -> null;
            case "0", "pre" -> Stage.PRE;
            case "1", "post" -> Stage.POST;
            case String other -> throw ProblemException.badRequest("\"stage\" is 0 (pre) or 1 (post), not \"" + other + "\".");
        };
    }

    private static @Nullable String last(Request request, String name) {
        var all = values(request, name);
        return all.isEmpty() ? null : all.getLast();
    }
}
