package io.etherloom.vswitch;

import java.util.List;

/// What one vSwitch shall be: its ports in the order in which they were connected, and its options. Immutable; the input of
/// [ForwardingTables#compile].
///
/// @param mtu largest payload of a frame in octets (spec 1.27, 1.28)
/// @param ports all ports, uplinks included; where two have one MAC the later one gets the frames (spec 9.17)
public record SwitchSpec(int mtu, List<PortSpec> ports, Options options) {
    public SwitchSpec {
        ports = List.copyOf(ports);
    }

    /// Settings of the host that shape the path, already in units of the data plane.
    ///
    /// @param upDelayNanos Net.TeamPolicyUpDelay (spec 4.36)
    /// @param linkPollNanos period in which link state is read, 0 to act on the event (spec 1.34)
    /// @param linkFlapsPerMinute link-down events in a minute beyond which a link counts as unstable, 0 for never (spec 1.34)
    /// @param dropsReflected Net.ReversePathFwdCheck (spec 2.10)
    /// @param minEtherLen Net.MinEtherLen: shorter frames are padded to this on their way to a pNIC (spec 1.32)
    /// @param passesLocalJumbo frames above the MTU pass between local ports (spec 1.29)
    /// @param passesVnicJumbo Net.Vmxnet3NonTsoPacketGtMtuAllowed (spec 1.30)
    /// @param keepsPriority a priority tag's control information is kept (spec 3.11)
    /// @param filtersReverse a port accepts frames only from the uplink that it sends by (spec 2.11)
    public record Options(
            long upDelayNanos,
            long linkPollNanos,
            int linkFlapsPerMinute,
            boolean dropsReflected,
            int minEtherLen,
            boolean passesLocalJumbo,
            boolean passesVnicJumbo,
            boolean keepsPriority,
            boolean filtersReverse) {
        /// The defaults of spec section 11.
        public static final Options DEFAULT =
                new Options(100_000_000, 0, 60, true, 60, false, false, true, true);
    }
}
