package io.etherloom.api;

import io.etherloom.lab.LabException;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.List;

/// What is said when a request cannot be fulfilled: a problem detail (RFC 9457, 3.1) of type `about:blank`, whose title is therefore the
/// status' own phrase.
///
/// @param detail   a sentence for the person who asked
/// @param expected what could have been asked instead, empty when the sentence says it all
record Problem(String type, String title, int status, String detail, List<String> expected) {
    static final String MEDIA_TYPE = "application/problem+json";

    static Problem of(HttpResponseStatus status, String detail) {
        return of(status, detail, List.of());
    }

    static Problem of(HttpResponseStatus status, String detail, List<String> expected) {
        return new Problem("about:blank", status.reasonPhrase(), status.code(), detail, expected);
    }

    /// A fault of the request is the client's, a kernel that refuses makes the service unavailable, all else is a bug of ours.
    static Problem of(Throwable fault) {
        return switch (fault) {
            case ProblemException known -> known.problem();
            case LabException refused -> of(status(refused.kind()), sentence(refused));
            default -> of(HttpResponseStatus.INTERNAL_SERVER_ERROR,
                "A bug of Etherloom: " + fault + ". The lab's log says where.");
        };
    }

    private static HttpResponseStatus status(LabException.Kind kind) {
        return switch (kind) {
            case NOT_FOUND -> HttpResponseStatus.NOT_FOUND;
            case CONFLICT -> HttpResponseStatus.CONFLICT;
            case INVALID -> HttpResponseStatus.BAD_REQUEST;
            case ENVIRONMENT -> HttpResponseStatus.SERVICE_UNAVAILABLE;
        };
    }

    private static String sentence(LabException refused) {
        var message = refused.getMessage();
        return message == null ? refused.kind().toString() : message;
    }
}
