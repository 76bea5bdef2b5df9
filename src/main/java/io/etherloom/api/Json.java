package io.etherloom.api;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// Records to JSON and back: the component names are the keys.
final class Json {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private Json() {}

    /// JSON to a record.
    ///
    /// @throws IllegalArgumentException with what the record or the notation has against it
    static <T> T read(String text, Class<T> type) {
        try {
            return MAPPER.readValue(text, type);
        } catch (JacksonException e) {
            var cause = e.getCause();
            throw new IllegalArgumentException(cause instanceof IllegalArgumentException ? cause.getMessage() : e.getOriginalMessage(), e);
        }
    }

    static byte[] bytes(Object value) {
        return MAPPER.writeValueAsBytes(value);
    }
}
