package io.etherloom.lab;

import io.etherloom.lab.Blueprint.EndpointPlan;
import java.util.Collection;
import java.util.List;
import java.util.SequencedMap;

/// The lab's place on the machine: namespaces, the names that resolve inside them, and the commands that run there. What it makes is
/// recorded before it is made, so that nothing of a killed lab is lost.
interface LabHome {
    /// Name of an endpoint's namespace, whether it exists or not.
    String namespace(String endpoint);

    /// Makes the namespaces of these endpoints, and the containers to which they belong; all or none.
    void create(Collection<EndpointPlan> endpoints);

    /// Ends what runs inside and removes the namespaces. What a container has written is kept for when its endpoint comes again.
    void remove(Collection<String> endpoints);

    /// Has these names resolve inside all namespaces.
    ///
    /// @param addresses by name
    void resolve(SequencedMap<String, List<String>> addresses);

    /// The words that run a command inside and hand its streams and its exit status on.
    List<String> inside(String endpoint, List<String> command);

    /// Starts shell commands inside, each in the background until [#remove] or [#stop].
    void run(String endpoint, List<String> commands);

    /// Ends the commands that [#run] started.
    void stop(String endpoint);
}
