package io.etherloom.lab.view;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// One VMkernel port of one host.
///
/// @param addresses with their prefix lengths
/// @param services what it is for, such as `management`; information only
/// @param portId null while it has no port
/// @param namespace in which the host's VMkernel ports are
public record VmKernelView(
        String host, String name, String vSwitch, String portGroup, String mac, List<String> addresses, List<String> gateways, int mtu,
        List<String> services, @Nullable Long portId, String namespace) {}
