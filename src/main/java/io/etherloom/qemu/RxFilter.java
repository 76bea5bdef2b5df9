package io.etherloom.qemu;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the driver of a guest has its adapter receive, as `query-rx-filter` tells.
///
/// @param index         of the adapter
/// @param mac           effective address
/// @param isPromiscuous whether it takes every unicast frame; a second address counts as that
/// @param groups        group addresses, null for all
public record RxFilter(int index, String mac, boolean isPromiscuous, @Nullable List<String> groups) {}
