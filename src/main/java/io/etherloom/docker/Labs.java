package io.etherloom.docker;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The labs of this user, as they are at the time of each call. Faults are [Refused]. Any thread.
public interface Labs {
    /// Name of the lab that is meant.
    ///
    /// @param name as somebody wrote it, or null for the only one
    String lab(@Nullable String name);

    /// Hosts of a lab that have a port group of this label, in their order.
    List<String> hosts(String lab, String portGroup);

    /// All labels of port groups of a lab.
    List<String> portGroups(String lab);

    /// Names of a lab's VMs.
    List<String> vms(String lab);

    /// Has a container come as a VM.
    ///
    /// @param mac       its address
    /// @param addresses its IP addresses with prefix length
    /// @param namespace path of the network namespace in which its interface is going to be
    /// @return the interface that is to be taken
    String arrive(String lab, String vm, String host, String portGroup, String mac, List<String> addresses, String namespace);

    /// Has it go; no fault when it, or its lab, is gone already.
    void leave(String lab, String vm);
}
