package io.etherloom.lab.view;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Something outside that takes a port, as a container of Docker does: a VM that comes and goes by hand.
///
/// @param name      of the VM, no other's
/// @param host      on which it is
/// @param portGroup `LABEL` or `SWITCH/LABEL`
/// @param mac       its initial address; null for one that is derived from the name
/// @param addresses IP addresses with prefix length that it is going to have; null for none that are known
/// @param namespace path of the network namespace into which its interface is going to be taken
/// @param tap       in an answer: name of the interface, in the network namespace of the lab's process; ignored in a request
public record ExternalVm(String name, String host, String portGroup, @Nullable String mac, @Nullable List<String> addresses, String namespace, @Nullable String tap) {
    public ExternalVm {
        if (name == null || host == null || portGroup == null || namespace == null || !namespace.startsWith("/")) {
            throw new IllegalArgumentException("it must say \"name\", \"host\", \"portGroup\" and, as an absolute path, \"namespace\"");
        }
    }
}
