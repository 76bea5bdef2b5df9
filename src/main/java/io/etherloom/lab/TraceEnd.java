package io.etherloom.lab;

import io.etherloom.topology.InterfaceAddress;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where a traced frame begins or shall end.
///
/// @param name      as sentences name it: `web1.eth0`, `gw`
/// @param ports     by which it is reached: one, or each interface of a router
/// @param mac       the address in use there now, 0 where nothing has one: a cable, a TAP
/// @param knownMac  the address by which its switch knows it, another one where the policy refuses what the guest set (spec 5.7)
/// @param addresses by the file
/// @param gateways  by the file
record TraceEnd(String name, List<CaptureTargets.Target> ports, long mac, long knownMac, List<InterfaceAddress> addresses, List<InetAddress> gateways) {
    CaptureTargets.Target first() {
        return ports.getFirst();
    }

    boolean isAt(SwitchRuntime runtime, PortRuntime port) {
        return ports.stream().anyMatch(it -> it.runtime() == runtime && it.port() == port);
    }

    /// An address of this end in the family of the other's, the first of those in one subnet with it.
    @Nullable InterfaceAddress addressTowards(TraceEnd other) {
        InterfaceAddress found = null;
        for (var own : addresses) {
            for (var theirs : other.addresses) {
                if (own.contains(theirs.ip())) {
                    return own;
                }
                found = found == null && own.isIpv6() == theirs.isIpv6() ? own : found;
            }
        }
        return found;
    }
}
