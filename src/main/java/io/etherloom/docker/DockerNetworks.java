package io.etherloom.docker;

import io.etherloom.container.Engine;
import io.etherloom.container.EngineException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What Docker knows of networks and does not tell a driver. It answers while it waits for one, since it reads its store. Any thread.
final class DockerNetworks {
    private @Nullable Engine engine;

    /// Names of the containers of a network by the ids of their endpoints.
    ///
    /// @param found as [#inspect] found it
    static Map<String, String> containers(JsonNode found) {
        var names = new LinkedHashMap<String, String>();
        found.path("Containers").forEach(container -> names.put(container.path("EndpointID").asString(""), container.path("Name").asString("")));
        return names;
    }

    /// What Docker says of a network; null when it cannot be asked, or has no such network.
    @Nullable JsonNode inspect(String network) {
        try {
            var asked = engine();
            var answer = asked.run("network", "inspect", "--format", "{{json .}}", network);
            return answer.isGood() ? JsonMapper.shared().readTree(answer.out()) : null;
        } catch (EngineException | JacksonException e) {
            return null;
        }
    }

    private synchronized Engine engine() {
        if (engine == null) {
            engine = Engine.find();
        }
        return engine;
    }
}
