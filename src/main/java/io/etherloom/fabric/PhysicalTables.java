package io.etherloom.fabric;

import io.etherloom.wire.Ethernet;
import io.etherloom.wire.Tag;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the path of a frame through a physical switch asks, as flat arrays: made once for each change of configuration, outside the
/// agent, never changed afterwards.
public final class PhysicalTables {
    private static final int[] NOBODY = {};

    private final PhysicalSwitchSpec spec;
    private final int maxLength;
    private final PhysicalSwitchSpec.@Nullable Port[] rules;
    private final int[][] members = new int[Tag.MAX_VID + 1][];

    private PhysicalTables(PhysicalSwitchSpec spec) {
        this.spec = spec;
        maxLength = spec.mtu() + Ethernet.HEADER;
        rules = new PhysicalSwitchSpec.Port[spec.ports().stream().mapToInt(PhysicalSwitchSpec.Port::index).max().orElse(-1) + 1];
        spec.ports().forEach(port -> rules[port.index()] = port);
        Arrays.fill(members, NOBODY);
        for (int vid = 1; vid <= Tag.MAX_VID; vid++) {
            members[vid] = membersOf(spec.ports(), vid);
        }
    }

    public static PhysicalTables compile(PhysicalSwitchSpec spec) {
        return new PhysicalTables(spec);
    }

    private static int[] membersOf(List<PhysicalSwitchSpec.Port> ports, int vid) {
        var found = ports.stream().filter(port -> port.carries(vid)).mapToInt(PhysicalSwitchSpec.Port::index).toArray();
        return found.length == 0 ? NOBODY : found;
    }

    /// What these tables were made from.
    public PhysicalSwitchSpec spec() {
        return spec;
    }

    /// Untagged octets of the longest frame.
    int maxLength() {
        return maxLength;
    }

    /// One more than the highest port index.
    int size() {
        return rules.length;
    }

    /// What holds for a port, or null when there is none with this index.
    PhysicalSwitchSpec.@Nullable Port rule(int port) {
        return port < rules.length ? rules[port] : null;
    }

    /// Ports that carry this VLAN.
    int[] members(int vid) {
        return members[vid];
    }
}
