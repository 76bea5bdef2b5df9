package io.etherloom.api;

import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import java.util.function.BooleanSupplier;

/// What a route answers.
sealed interface Answer {
    /// A body that is there at once.
    ///
    /// @param afterwards what happens when the answer is on its way, on the request's thread
    /// @param headers beside those that every answer has
    record Whole(HttpResponseStatus status, String mediaType, byte[] body, Runnable afterwards, Map<String, String> headers) implements Answer {
        Whole(HttpResponseStatus status, String mediaType, byte[] body, Runnable afterwards) {
            this(status, mediaType, body, afterwards, Map.of());
        }
    }

    /// A body of any size that is written into pooled memory and sent when it is whole; whoever fails while writing can still be answered with a problem.
    record Written(String mediaType, Content content) implements Answer {}

    /// Writes a body that is sent when it is whole.
    @FunctionalInterface
    interface Content {
        void write(OutputStream out) throws IOException;
    }

    /// A body that is written while it comes into being, until it ends or the client goes away.
    record Stream(String mediaType, Writer writer) implements Answer {}

    /// Writes a body.
    @FunctionalInterface
    interface Writer {
        /// @param isOver whether nobody listens any more
        void write(OutputStream out, BooleanSupplier isOver) throws IOException;
    }

    static Answer json(Object value) {
        return json(HttpResponseStatus.OK, value, () -> {});
    }

    static Answer json(HttpResponseStatus status, Object value, Runnable afterwards) {
        return new Whole(status, "application/json", Json.bytes(value), afterwards);
    }

    static Answer.Whole problem(Problem problem) {
        return problem(problem, Map.of());
    }

    static Answer.Whole problem(Problem problem, Map<String, String> headers) {
        return new Whole(HttpResponseStatus.valueOf(problem.status()), Problem.MEDIA_TYPE, Json.bytes(problem), () -> {}, headers);
    }

    /// Done, and there is nothing to say about it.
    static Answer done() {
        return new Whole(HttpResponseStatus.NO_CONTENT, "", new byte[0], () -> {});
    }
}
