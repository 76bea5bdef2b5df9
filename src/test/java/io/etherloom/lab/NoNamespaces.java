package io.etherloom.lab;

import io.etherloom.lab.Blueprint.EndpointPlan;
import java.util.Collection;
import java.util.List;
import java.util.SequencedMap;

/// The home of a lab that lives in memory: whoever wants a namespace or a command of it is wrong.
final class NoNamespaces implements LabHome {
    @Override
    public String namespace(String endpoint) {
        throw new AssertionError("a lab in memory has no namespace for " + endpoint);
    }

    @Override
    public void create(Collection<EndpointPlan> endpoints) {
        mustBeEmpty(endpoints);
    }

    @Override
    public void remove(Collection<String> endpoints) {
        mustBeEmpty(endpoints);
    }

    @Override
    public void resolve(SequencedMap<String, List<String>> addresses) {}

    @Override
    public List<String> inside(String endpoint, List<String> command) {
        throw new AssertionError("a lab in memory has no place for a command in " + endpoint);
    }

    @Override
    public void run(String endpoint, List<String> commands) {
        mustBeEmpty(commands);
    }

    @Override
    public void stop(String endpoint) {}

    private static void mustBeEmpty(Collection<?> wanted) {
        if (!wanted.isEmpty()) {
            throw new AssertionError("not in memory: " + wanted);
        }
    }
}
