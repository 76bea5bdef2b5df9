package io.etherloom.topology;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;

/// A whole lab as its file describes it: checked, complete, and immutable. Two topologies are equal when they describe the same lab;
/// file name, text and warnings are left out of the comparison, since they do not change what runs.
///
/// @param name     name of the lab, `[a-z0-9-]`, at most 24 characters
/// @param profile  which defaults hold
/// @param metrics  where metrics are served
/// @param agents   how many threads carry frames, and how
/// @param fabric   the physical network
/// @param hosts    by name, in the file's order
/// @param vms      by name, in the file's order
/// @param vmotion  how VMs move between hosts, and who is asked
/// @param warnings what the author should look at, in the order of the file
/// @param file     the file as the user named it
/// @param text     the file's text, so that it can be read again with other settings by hand
public record Topology(String name, Profile profile, Metrics metrics, AgentSettings agents, Fabric fabric,
                       SequencedMap<String, Host> hosts, SequencedMap<String, Vm> vms, VMotionSettings vmotion, List<Problem> warnings, String file, String text) {
    /// Copies maps and lists.
    public Topology {
        hosts = Ordered.copyOf(hosts);
        vms = Ordered.copyOf(vms);
        warnings = List.copyOf(warnings);
    }

    /// Reads a file of at most 4 MiB in UTF-8.
    ///
    /// @throws TopologyException with every problem of the file, when there is an error among them
    /// @throws IOException       when the file cannot be read
    public static Topology load(Path file) throws TopologyException, IOException {
        try (var in = Files.newInputStream(file)) {
            // One octet more than is allowed shows that it is too much, without reading a device to its end.
            return TopologyBinder.bind(in.readNBytes(TopologyBinder.MAX_BYTES + 1), file.toString());
        }
    }

    /// Reads a text.
    ///
    /// @param fileName what problems call the text
    /// @throws TopologyException with every problem of the text, when there is an error among them
    public static Topology parse(String text, String fileName) throws TopologyException {
        return parse(text, fileName, List.of());
    }

    /// Reads a text as if the settings stood in it. They are applied in their order, so a later one wins.
    ///
    /// @param fileName what problems call the text; those of a setting name the setting
    /// @throws TopologyException with every problem of text and settings, when there is an error among them
    public static Topology parse(String text, String fileName, List<Setting> settings) throws TopologyException {
        return TopologyBinder.bind(text, fileName, List.copyOf(settings));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Topology that && name.equals(that.name) && profile == that.profile && metrics.equals(that.metrics)
            && agents.equals(that.agents) && fabric.equals(that.fabric) && hosts.equals(that.hosts) && vms.equals(that.vms)
            && vmotion.equals(that.vmotion);
    }

    @Override
    public int hashCode() {
        return Objects.hash(name, profile, metrics, agents, fabric, hosts, vms, vmotion);
    }
}
