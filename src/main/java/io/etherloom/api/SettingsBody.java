package io.etherloom.api;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The body of a request that sets values: an object whose keys are those of the topology file, joined by dots. A string is taken as it
/// would stand in the file; JSON is YAML, so any other value is, too.
final class SettingsBody {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private static final String FORM = "It is an object such as {\"security.forgedTransmits\":\"reject\",\"teaming.failback\":null}.";

    private SettingsBody() {}

    /// As `KEY=VALUE`, in the order of the body; null gives a key back to the file and leaves nothing behind the `=`.
    static List<String> assignments(String body) {
        var assignments = new ArrayList<String>();
        for (var property : read(body).properties()) {
            var value = property.getValue();
            assignments.add(property.getKey() + "=" + (value.isNull() ? "" : value.isString() ? value.stringValue() : value.toString()));
        }
        if (assignments.isEmpty()) {
            throw ProblemException.badRequest("The body sets nothing. " + FORM);
        }
        return assignments;
    }

    private static JsonNode read(String body) {
        try {
            var read = MAPPER.readTree(body);
            if (read != null && read.isObject()) {
                return read;
            }
        } catch (JacksonException _) {
            // Said below, like JSON that is no object.
        }
        throw ProblemException.badRequest("The body is not a JSON object. " + FORM);
    }
}
