package io.etherloom.lab.view;

import java.util.List;

/// A port-group label across hosts: what VMotion matches by (spec 7.1).
///
/// @param mismatches sentences on what differs between hosts, empty when all agree
public record NetworkView(String label, List<String> hosts, List<Integer> vlans, List<String> mismatches) {}
