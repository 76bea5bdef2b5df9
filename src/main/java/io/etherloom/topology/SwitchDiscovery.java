package io.etherloom.topology;

import java.net.InetAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// How a physical switch speaks with what is plugged into it.
///
/// @param cdp                what becomes of CDP
/// @param lldp               whether it speaks LLDP and listens
/// @param cdpInterval        between two advertisements of one port (spec 8.1)
/// @param cdpHoldtime        how long a neighbour is to remember one
/// @param lldpInterval       between two advertisements of one port (IEEE Std 802.1AB, msgTxInterval)
/// @param lldpHoldMultiplier how many intervals a neighbour is to remember one (msgTxHold)
/// @param platform           what it says that it is
/// @param vtpDomain          its VTP domain, empty for none
/// @param managementAddress  where it says that it is managed, null for nowhere
public record SwitchDiscovery(Cdp cdp, boolean lldp, Duration cdpInterval, Duration cdpHoldtime, Duration lldpInterval, int lldpHoldMultiplier,
                              String platform, String vtpDomain, @Nullable InetAddress managementAddress) {
    /// Both protocols, at the intervals that are usual.
    public static final SwitchDiscovery DEFAULT = new SwitchDiscovery(Cdp.YES, true, Duration.ofSeconds(60), Duration.ofSeconds(180),
        Duration.ofSeconds(30), 4, "Etherloom switch", "", null);

    /// What a switch does with CDP.
    public enum Cdp {
        /// Speaks and listens.
        YES("yes"),
        /// Neither, but its frames end here, as on a Cisco switch that has it off.
        NO("no"),
        /// Does not know it, and floods its frames like other multicast, as switches of other makers do.
        FORWARD("forward");

        private final String word;

        Cdp(String word) {
            this.word = word;
        }

        /// The word that a topology file uses.
        @Override
        public String toString() {
            return word;
        }
    }

    /// For so long a neighbour remembers what it heard by LLDP.
    public Duration lldpHoldtime() {
        return lldpInterval.multipliedBy(lldpHoldMultiplier);
    }
}
