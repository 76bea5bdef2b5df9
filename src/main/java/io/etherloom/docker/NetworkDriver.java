package io.etherloom.docker;

import io.etherloom.docker.PluginState.Endpoint;
import io.etherloom.docker.PluginState.Network;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/// Docker's network driver: a network is a port group, an endpoint is a VM of kind `external` on it. It comes when a container joins, since only then Docker knows
/// whose it is, and goes when that leaves. Any thread.
public final class NetworkDriver {
    private static final Logger LOG = LoggerFactory.getLogger(NetworkDriver.class);
    private static final String GENERIC = "com.docker.network.generic";
    private static final List<String> OPTIONS = List.of("portgroup", "host", "lab");
    private static final int SHORT_ID = 12;

    private final Labs labs;
    private final PluginState state;
    private final DockerNetworks docker = new DockerNetworks();
    private final @Nullable String defaultLab;

    /// @param file       where networks and endpoints are kept
    /// @param defaultLab of networks that name none; null for the only one that runs
    public NetworkDriver(Labs labs, Path file, @Nullable String defaultLab) {
        this.labs = labs;
        this.defaultLab = defaultLab;
        state = new PluginState(file);
    }

    /// Answers one call.
    ///
    /// @param method such as `NetworkDriver.Join`
    /// @return what becomes JSON
    /// @throws Refused with a sentence for Docker's user
    public Map<String, Object> answer(String method, JsonNode body) {
        return switch (method) {
            case "Plugin.Activate" -> Map.of("Implements", List.of("NetworkDriver"));
            case "NetworkDriver.GetCapabilities" -> Map.of("Scope", "local", "ConnectivityScope", "local");
            case "NetworkDriver.CreateNetwork" -> createNetwork(body);
            case "NetworkDriver.DeleteNetwork" -> deleteNetwork(id(body, "NetworkID"));
            case "NetworkDriver.CreateEndpoint" -> createEndpoint(body);
            case "NetworkDriver.DeleteEndpoint" -> deleteEndpoint(id(body, "EndpointID"));
            case "NetworkDriver.EndpointOperInfo" -> operInfo(id(body, "EndpointID"));
            case "NetworkDriver.Join" -> join(body);
            case "NetworkDriver.Leave" -> leave(id(body, "EndpointID"));
            case "NetworkDriver.DiscoverNew", "NetworkDriver.DiscoverDelete", "NetworkDriver.ProgramExternalConnectivity",
                "NetworkDriver.RevokeExternalConnectivity" -> Map.of();
            default -> throw new Refused("the driver of Etherloom knows no " + method);
        };
    }

    private static String id(JsonNode body, String key) {
        return body.path(key).asString("");
    }

    private Map<String, Object> createNetwork(JsonNode body) {
        state.put(id(body, "NetworkID"), network(body.path("Options").path(GENERIC), gateway(body.path("IPv4Data")), gateway(body.path("IPv6Data"))));
        return Map.of();
    }

    private static String gateway(JsonNode pools) {
        return pools.path(0).path("Gateway").asString("").replaceFirst("/.*", "");
    }

    private Network network(JsonNode options, String gateway, String gatewayV6) {
        options.propertyNames().stream().filter(name -> !name.contains(".") && !OPTIONS.contains(name)).findFirst().ifPresent(name -> {
            throw new Refused("a network of Etherloom has no option " + name + "; allowed are -o portgroup=LABEL, -o host=HOST, -o lab=LAB");
        });
        var wanted = options.path("lab").asString("");
        var lab = labs.lab(wanted.isEmpty() ? defaultLab : wanted);
        var label = options.path("portgroup").asString("");
        if (label.isEmpty()) {
            throw new Refused("-o portgroup=LABEL is missing; the lab " + lab + " has " + String.join(", ", labs.portGroups(lab)));
        }
        return new Network(lab, host(lab, label, options.path("host").asString("")), label, gateway, gatewayV6);
    }

    private String host(String lab, String label, String wanted) {
        var hosts = labs.hosts(lab, label);
        if (hosts.isEmpty()) {
            throw new Refused("the lab " + lab + " has no port group " + label + "; it has " + String.join(", ", labs.portGroups(lab)));
        }
        if (!wanted.isEmpty() && !hosts.contains(wanted)) {
            throw new Refused("the port group " + label + " of the lab " + lab + " is not on a host " + wanted + " but on " + String.join(", ", hosts));
        }
        if (wanted.isEmpty() && hosts.size() > 1) {
            LOG.info("event=host-chosen lab={} port-group=\"{}\" host={} others={}", lab, label, hosts.getFirst(), hosts.subList(1, hosts.size()));
        }
        return wanted.isEmpty() ? hosts.getFirst() : wanted;
    }

    private Map<String, Object> deleteNetwork(String id) {
        state.endpoints().values().stream().filter(endpoint -> endpoint.network().equals(id)).forEach(this::leave);
        state.removeNetwork(id);
        return Map.of();
    }

    /// One that was made when another state was kept is told by Docker.
    private Network network(String id) {
        var known = state.network(id);
        if (known != null) {
            return known;
        }
        var told = docker.inspect(id);
        if (told == null) {
            throw new Refused("this network is not known any more; make it again: docker network rm, docker network create");
        }
        var pool = told.path("IPAM").path("Config").path(0).path("Gateway").asString("");
        var network = network(told.path("Options"), pool.contains(":") ? "" : pool, pool.contains(":") ? pool : "");
        state.put(id, network);
        return network;
    }

    private Map<String, Object> createEndpoint(JsonNode body) {
        var network = id(body, "NetworkID");
        network(network);
        var wanted = body.path("Interface");
        var addresses = new ArrayList<String>();
        for (var key : List.of("Address", "AddressIPv6")) {
            var address = wanted.path(key).asString("");
            if (!address.isEmpty()) {
                addresses.add(address);
            }
        }
        var endpoint = id(body, "EndpointID");
        var given = wanted.path("MacAddress").asString("");
        var mac = given.isEmpty() ? mac(network + "/" + (addresses.isEmpty() ? endpoint : addresses.getFirst())) : given;
        state.put(endpoint, new Endpoint(network, mac, addresses, "", ""));
        return Map.of("Interface", given.isEmpty() ? Map.of("MacAddress", mac) : Map.of());
    }

    /// In the range for written addresses (spec 1.37), and the same whenever a container has the same IP address again.
    private static String mac(String seed) {
        long hash = UUID.nameUUIDFromBytes(seed.getBytes(StandardCharsets.UTF_8)).getLeastSignificantBits();
        return "00:50:56:%02x:%02x:%02x".formatted(hash >> 16 & 0x3f, hash >> 8 & 0xff, hash & 0xff);
    }

    private Map<String, Object> join(JsonNode body) {
        var id = id(body, "EndpointID");
        var endpoint = state.endpoint(id);
        if (endpoint == null) {
            throw new Refused("this endpoint is not known any more; disconnect the container and connect it again");
        }
        var network = network(endpoint.network());
        var sandbox = id(body, "SandboxKey");
        var vm = name(id, endpoint, network);
        var tap = labs.arrive(network.lab(), vm, network.host(), network.portGroup(), endpoint.mac(), endpoint.addresses(), sandbox);
        state.put(id, endpoint.joined(vm, sandbox));
        LOG.info("event=endpoint-joined lab={} vm={} port-group=\"{}\" tap={}", network.lab(), vm, network.portGroup(), tap);
        var answer = new LinkedHashMap<String, Object>();
        answer.put("InterfaceName", Map.of("SrcName", tap, "DstPrefix", "eth"));
        answer.put("DisableGatewayService", true);
        boolean hasV4 = endpoint.addresses().stream().anyMatch(address -> !address.contains(":"));
        boolean hasV6 = endpoint.addresses().stream().anyMatch(address -> address.contains(":"));
        if (hasV4 && !network.gateway().isEmpty()) {
            answer.put("Gateway", network.gateway());
        }
        if (hasV6 && !network.gatewayV6().isEmpty()) {
            answer.put("GatewayIPv6", network.gatewayV6());
        }
        return answer;
    }

    /// That of the container where no other VM has it, else with more words behind: a container may be on several networks.
    private String name(String id, Endpoint endpoint, Network network) {
        var told = docker.inspect(endpoint.network());
        var container = told == null ? "" : DockerNetworks.containers(told).getOrDefault(id, "");
        var shortId = id.substring(0, Math.min(SHORT_ID, id.length()));
        var taken = labs.vms(network.lab());
        return Stream.of(container, container + "-" + (told == null ? "" : told.path("Name").asString("")), container + "-" + shortId)
            .filter(name -> name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,47}") && !taken.contains(name)).findFirst().orElse(shortId);
    }

    private Map<String, Object> leave(String id) {
        var endpoint = state.endpoint(id);
        if (endpoint != null && !endpoint.vm().isEmpty()) {
            leave(endpoint);
            state.put(id, endpoint.joined("", ""));
        }
        return Map.of();
    }

    private void leave(Endpoint endpoint) {
        var network = state.network(endpoint.network());
        if (network != null && !endpoint.vm().isEmpty()) {
            labs.leave(network.lab(), endpoint.vm());
            LOG.info("event=endpoint-left lab={} vm={}", network.lab(), endpoint.vm());
        }
    }

    private Map<String, Object> deleteEndpoint(String id) {
        leave(id);
        state.removeEndpoint(id);
        return Map.of();
    }

    private Map<String, Object> operInfo(String id) {
        var endpoint = state.endpoint(id);
        var network = endpoint == null ? null : state.network(endpoint.network());
        return Map.of("Value", network == null ? Map.of() : Map.of("etherloom.lab", network.lab(), "etherloom.vm", Objects.requireNonNull(endpoint).vm()));
    }

    /// Drops what went while nobody was there to be told: networks that Docker has no more, and endpoints whose container is gone.
    ///
    /// @return how many networks and endpoints are known then
    public String reconcile() {
        for (var id : state.networks().keySet()) {
            var told = docker.inspect(id);
            var containers = told == null ? null : DockerNetworks.containers(told);
            state.endpoints().forEach((endpoint, known) -> {
                boolean isIn = known.network().equals(id);
                boolean isHeld = containers == null ? !known.sandbox().isEmpty() && Files.exists(Path.of(known.sandbox())) : containers.containsKey(endpoint);
                if (isIn && !isHeld) {
                    deleteEndpoint(endpoint);
                }
            });
        }
        return count(state.networks().size(), "network") + ", " + count(state.endpoints().size(), "endpoint");
    }

    private static String count(int n, String noun) {
        return n + " " + noun + (n == 1 ? "" : "s");
    }
}
