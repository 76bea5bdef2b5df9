package io.etherloom.api;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Map;

/// The course of something long as JSON objects, one a line, each with the kind of what it says: `{"progress": …}`.
record JsonLines(OutputStream out) {
    static final String MEDIA_TYPE = "application/x-ndjson";

    /// @throws UncheckedIOException when nobody reads any more
    void write(String kind, Object value) {
        var json = Json.bytes(Map.of(kind, value));
        var line = Arrays.copyOf(json, json.length + 1);
        line[json.length] = '\n';
        try {
            out.write(line);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
