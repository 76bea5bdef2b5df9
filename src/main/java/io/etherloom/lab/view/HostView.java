package io.etherloom.lab.view;

import java.util.List;

/// One emulated host.
public record HostView(
        String name, String namespace, List<String> vSwitches, List<String> pnics, List<String> vmkernel, int vms) {}
