package io.etherloom.topology;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Every IP address of the lab with the network that it is in, to find two stations with one address and subnets that half overlap.
final class AddressLedger {
    /// @param network names the broadcast domain; equal for two stations that can hear each other
    /// @param active  whether the station is there when the lab starts
    private record Use(InterfaceAddress address, String network, boolean active, Item item) {}

    private record Subnet(String network, InterfaceAddress address, Item item) {}

    private final Map<InetAddress, List<Use>> uses = new HashMap<>();
    private final Map<String, List<Subnet>> subnets = new HashMap<>();
    private final Set<String> seenSubnets = new HashSet<>();

    void add(InterfaceAddress address, String network, boolean active, Item item) {
        var use = new Use(address, network, active, item);
        var others = uses.computeIfAbsent(address.ip(), _ -> new ArrayList<>());
        if (!others.isEmpty()) {
            reportDuplicate(use, others);
        }
        others.add(use);
        addSubnet(new Subnet(network, address, item));
    }

    private static void reportDuplicate(Use use, List<Use> others) {
        var ip = InterfaceAddress.text(use.address.ip());
        for (var other : others) {
            if (other.network.equals(use.network)) {
                var text = ip + " is also the address of " + other.item.path() + " in line " + other.item.node().line() + ", in the same network; ";
                if (other.active && use.active) {
                    use.item.error(text + "give one of them another");
                } else {
                    use.item.warning(text + "do not switch on both");
                }
                return;
            }
        }
        var other = others.getFirst();
        use.item.warning(ip + " is also the address of " + other.item.path() + " in line " + other.item.node().line()
            + ", in another network; that is confusing, though it works as long as nobody routes between the two");
    }

    /// Compares with one representative of each different subnet of the network, so the work stays small.
    private void addSubnet(Subnet subnet) {
        var prefix = prefix(subnet.address);
        if (subnet.network.isEmpty() || !seenSubnets.add(subnet.network + " " + prefix)) {
            return;
        }
        var others = subnets.computeIfAbsent(subnet.network, _ -> new ArrayList<>());
        for (var other : others) {
            if (other.address.contains(subnet.address.ip()) || subnet.address.contains(other.address.ip())) {
                subnet.item.warning(subnet.address + " and " + other.address + " of " + other.item.path() + " in line "
                    + other.item.node().line() + " overlap with different prefix lengths in one network; use one prefix length");
                break;
            }
        }
        others.add(subnet);
    }

    private static String prefix(InterfaceAddress address) {
        var octets = address.ip().getAddress();
        for (int bit = address.prefixLength(); bit < octets.length * 8; bit++) {
            octets[bit >> 3] &= (byte) ~(0x80 >> (bit & 7));
        }
        return HexFormat.of().formatHex(octets) + "/" + address.prefixLength();
    }
}
