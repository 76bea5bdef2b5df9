package io.etherloom.lab;

import io.etherloom.lab.Blueprint.EndpointPlan;
import io.etherloom.topology.Container;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// The lab's home on a real machine: named network namespaces, some of them containers', and commands inside them.
final class MachineHome implements LabHome {
    private final LabNamespaces namespaces;
    private final LabContainers containers;
    private final VmCommands commands;

    MachineHome(LabNamespaces namespaces, LabContainers containers, VmCommands commands) {
        this.namespaces = namespaces;
        this.containers = containers;
        this.commands = commands;
    }

    @Override
    public String namespace(String endpoint) {
        return namespaces.name(endpoint);
    }

    @Override
    public void create(Collection<EndpointPlan> endpoints) {
        var own = new ArrayList<String>();
        var wanted = new LinkedHashMap<String, Container>();
        endpoints.forEach(endpoint -> {
            var container = endpoint.container();
            if (container == null) {
                own.add(endpoint.name());
            } else {
                wanted.put(endpoint.name(), container);
            }
        });
        containers.remove(own);      // What was a container may be a namespace now.
        if (!own.isEmpty()) {
            namespaces.create(own);
        }
        try {
            containers.create(wanted);
        } catch (RuntimeException fault) {
            if (!own.isEmpty()) {
                namespaces.delete(own);
            }
            throw fault;
        }
    }

    @Override
    public void remove(Collection<String> endpoints) {
        if (!endpoints.isEmpty()) {
            commands.stop(endpoints);
            containers.stop(endpoints);
            namespaces.delete(endpoints);
        }
    }

    @Override
    public void resolve(SequencedMap<String, List<String>> addresses) {
        namespaces.writeHosts(addresses);
    }

    @Override
    public List<String> inside(String endpoint, List<String> command) {
        return commands.inside(endpoint, command);
    }

    @Override
    public void run(String endpoint, List<String> shellCommands) {
        commands.start(endpoint, shellCommands);
    }

    @Override
    public void stop(String endpoint) {
        commands.stop(List.of(endpoint));
    }
}
