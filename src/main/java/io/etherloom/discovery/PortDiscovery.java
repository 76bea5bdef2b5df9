package io.etherloom.discovery;

import java.util.List;
import java.util.Set;

/// What one port says and hears.
///
/// @param announcements at most one of a protocol
/// @param heard protocols whose frames are handed to the control side
/// @param ended protocols whose frames go no further than this port, heard or not
public record PortDiscovery(List<Announcement> announcements, Set<DiscoveryProtocol> heard, Set<DiscoveryProtocol> ended) {
    /// Frames of both protocols are like others.
    public static final PortDiscovery SILENT = new PortDiscovery(List.of(), Set.of(), Set.of());

    public PortDiscovery {
        announcements = List.copyOf(announcements);
        heard = Set.copyOf(heard);
        ended = Set.copyOf(ended);
    }
}
