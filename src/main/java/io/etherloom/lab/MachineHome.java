package io.etherloom.lab;

import java.util.Collection;
import java.util.List;
import java.util.SequencedMap;

/// The lab's home on a real machine: named network namespaces, and commands inside them.
final class MachineHome implements LabHome {
    private final LabNamespaces namespaces;
    private final VmCommands commands;

    MachineHome(LabNamespaces namespaces, VmCommands commands) {
        this.namespaces = namespaces;
        this.commands = commands;
    }

    @Override
    public String namespace(String endpoint) {
        return namespaces.name(endpoint);
    }

    @Override
    public void create(Collection<String> endpoints) {
        if (!endpoints.isEmpty()) {
            namespaces.create(endpoints);
        }
    }

    @Override
    public void remove(Collection<String> endpoints) {
        if (!endpoints.isEmpty()) {
            commands.stop(endpoints);
            namespaces.delete(endpoints);
        }
    }

    @Override
    public void resolve(SequencedMap<String, List<String>> addresses) {
        namespaces.writeHosts(addresses);
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
