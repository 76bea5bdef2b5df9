package io.etherloom.api;

import io.etherloom.topology.Suggestion;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One request, taken off the event loop: nothing in it is Netty's memory.
///
/// @param segments of the path, decoded, without the leading empty one
/// @param headers  by name in lower case; of one that was sent several times, the first
/// @param upload   the body of a route that reads it while it comes, null elsewhere; `body` is empty then
record Request(HttpMethod method, String path, List<String> segments, Map<String, List<String>> query, Map<String, String> headers, byte[] body,
        @Nullable UploadedBody upload) {
    /// With a body that is here.
    static Request of(HttpMethod method, String uri, Map<String, String> headers, byte[] body) {
        return of(method, uri, headers, body, null);
    }

    static Request of(HttpMethod method, String uri, Map<String, String> headers, byte[] body, @Nullable UploadedBody upload) {
        var target = new QueryStringDecoder(uri);
        // A name may hold an encoded slash (an uplink is esx1/vmnic0), so the path is split before it is decoded.
        var raw = target.rawPath();
        var segments = List.of((raw.startsWith("/") ? raw.substring(1) : raw).split("/", -1)).stream()
            .map(segment -> QueryStringDecoder.decodeComponent(segment.replace("+", "%2B"), StandardCharsets.UTF_8)).toList();
        return new Request(method, raw, segments, target.parameters(), Map.copyOf(headers), body, upload);
    }

    /// The Accept header, null without one.
    @Nullable String accept() {
        return headers.get("accept");
    }

    /// All values of a query parameter; several may also stand in one, parted by commas.
    List<String> words(String name) {
        return query.getOrDefault(name, List.of()).stream().flatMap(value -> Arrays.stream(value.split(","))).filter(word -> !word.isEmpty()).toList();
    }

    /// The same for parameters that know only some words.
    List<String> words(String name, List<String> allowed) {
        var words = words(name);
        for (var word : words) {
            if (!allowed.contains(word)) {
                var hint = Suggestion.among(word, allowed);
                throw new ProblemException(Problem.of(HttpResponseStatus.BAD_REQUEST,
                    "\"" + name + "\" knows no \"" + word + "\"" + (hint.isEmpty() ? "." : hint), allowed));
            }
        }
        return words;
    }

    /// A query parameter that must be there.
    String required(String name) {
        var values = query.get(name);
        if (values == null || values.getFirst().isEmpty()) {
            throw ProblemException.badRequest("The query parameter \"" + name + "\" is missing.");
        }
        return values.getFirst();
    }

    /// A query parameter that is a whole number of this range.
    int number(String name, int smallest, int largest, int otherwise) {
        var values = query.get(name);
        return values == null ? otherwise : number("\"" + name + "\"", values.getFirst(), smallest, largest);
    }

    /// A query parameter that is a whole number from 0.
    long longNumber(String name, long otherwise) {
        var values = query.get(name);
        return values == null ? otherwise : longNumber("\"" + name + "\"", values.getFirst());
    }

    static long longNumber(String what, String text) {
        try {
            long number = Long.parseLong(text);
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException _) {
            // Said below, like a negative number.
        }
        throw ProblemException.badRequest(what + " is a whole number from 0, not \"" + text + "\".");
    }

    static int number(String what, String text, int smallest, int largest) {
        try {
            int number = Integer.parseInt(text);
            if (number >= smallest && number <= largest) {
                return number;
            }
        } catch (NumberFormatException _) {
            // Said below, like a number outside the range.
        }
        throw ProblemException.badRequest(what + " is a number from " + smallest + " to " + largest + ", not \"" + text + "\".");
    }

    /// A query parameter that is yes or no.
    boolean flag(String name) {
        var values = query.getOrDefault(name, List.of("no"));
        return switch (values.getFirst()) {
            case "yes", "true" -> true;
            case "no", "false" -> false;
            default -> throw ProblemException.badRequest("\"" + name + "\" is yes or no, not \"" + values.getFirst() + "\".");
        };
    }

    /// The body as text.
    String text() {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
        } catch (CharacterCodingException _) {
            throw ProblemException.badRequest("The body is not UTF-8.");
        }
    }
}
