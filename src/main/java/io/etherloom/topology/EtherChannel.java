package io.etherloom.topology;

import java.util.List;

/// A static EtherChannel of a physical switch: ports that are one port to its forwarding, the partner that IP hash needs (spec 4.13).
///
/// @param name  its name on the switch, none of its ports has it
/// @param ports names of member ports, at least one, in the file's order; all have the same VLANs, and none is in another channel
/// @param hash  by what a frame's member is chosen
public record EtherChannel(String name, List<String> ports, Hash hash) {
    /// By what the switch spreads frames over the members.
    public enum Hash {
        /// Source and destination MAC address.
        SRC_DST_MAC("srcDstMac"),
        /// Source and destination IP address, the default; MAC addresses for frames without.
        SRC_DST_IP("srcDstIp");

        private final String word;

        Hash(String word) {
            this.word = word;
        }

        /// The word that a topology file uses.
        @Override
        public String toString() {
            return word;
        }
    }

    /// Copies the list.
    public EtherChannel {
        ports = List.copyOf(ports);
    }
}
