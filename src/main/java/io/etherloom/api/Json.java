package io.etherloom.api;

import tools.jackson.databind.json.JsonMapper;

/// Records to JSON: the component names are the keys.
final class Json {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private Json() {}

    static byte[] bytes(Object value) {
        return MAPPER.writeValueAsBytes(value);
    }
}
