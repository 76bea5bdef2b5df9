package io.etherloom.docker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// What the plugin has to know after it was ended or killed: networks and endpoints by Docker's ids, in a small file that is written as a whole on every change.
/// Any thread.
final class PluginState {
    private final Path file;
    private Content content;

    /// A network.
    ///
    /// @param gateway of the containers, without prefix length; empty for none
    record Network(String lab, String host, String portGroup, String gateway, String gatewayV6) {}

    /// An endpoint of a container.
    ///
    /// @param vm      name in the lab; empty until a container has joined it
    /// @param sandbox path of the container's network namespace; empty until then
    record Endpoint(String network, String mac, List<String> addresses, String vm, String sandbox) {
        Endpoint joined(String name, String path) {
            return new Endpoint(network, mac, addresses, name, path);
        }
    }

    /// The whole file.
    record Content(Map<String, Network> networks, Map<String, Endpoint> endpoints) {
        Content {
            networks = new LinkedHashMap<>(networks == null ? Map.of() : networks);
            endpoints = new LinkedHashMap<>(endpoints == null ? Map.of() : endpoints);
        }
    }

    PluginState(Path file) {
        this.file = file;
        content = read();
    }

    private Content read() {
        try {
            return Files.exists(file) ? JsonMapper.shared().readValue(Files.readString(file), Content.class) : new Content(Map.of(), Map.of());
        } catch (IOException | JacksonException e) {
            throw new Refused("the state of the plugin cannot be read: " + e.getMessage() + "; remove " + file);
        }
    }

    synchronized @Nullable Network network(String id) {
        return content.networks.get(id);
    }

    synchronized @Nullable Endpoint endpoint(String id) {
        return content.endpoints.get(id);
    }

    synchronized Map<String, Network> networks() {
        return Map.copyOf(content.networks);
    }

    synchronized Map<String, Endpoint> endpoints() {
        return Map.copyOf(content.endpoints);
    }

    void put(String id, Network network) {
        change(next -> {
            next.networks.put(id, network);
            return next;
        });
    }

    void put(String id, Endpoint endpoint) {
        change(next -> {
            next.endpoints.put(id, endpoint);
            return next;
        });
    }

    /// A network goes with its endpoints.
    void removeNetwork(String id) {
        change(next -> {
            next.networks.remove(id);
            next.endpoints.values().removeIf(endpoint -> endpoint.network.equals(id));
            return next;
        });
    }

    void removeEndpoint(String id) {
        change(next -> {
            next.endpoints.remove(id);
            return next;
        });
    }

    private synchronized void change(UnaryOperator<Content> change) {
        var next = change.apply(new Content(content.networks, content.endpoints));
        try {
            if (next.networks.isEmpty() && next.endpoints.isEmpty()) {
                Files.deleteIfExists(file);
                content = next;
                return;
            }
            var draft = file.resolveSibling(file.getFileName() + ".new");
            Files.writeString(draft, JsonMapper.shared().writeValueAsString(next));
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
        content = next;
    }
}
