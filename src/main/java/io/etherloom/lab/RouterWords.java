package io.etherloom.lab;

import io.etherloom.frame.CapturePoint;
import io.etherloom.frame.DropReason;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// What the cable of a router does with frames, in words: only whether one of its interfaces has the VLAN.
///
/// @param vids VLANs of the interfaces, 0 for untagged
record RouterWords(String router, List<Integer> vids, Map<Integer, PortPlace> places) implements SwitchWords {
    private String name(int port) {
        var place = places.get(port);
        return place == null ? router : place.name();
    }

    private String interfaces() {
        return vids.stream().map(vid -> vid == 0 ? "untagged" : Integer.toString(vid)).collect(Collectors.joining(", "));
    }

    @Override
    public Explanation drop(DropReason reason, int port, SeenFrame frame) {
        return switch (reason) {
            case LINK_DOWN -> Explanation.of("link down: " + name(port) + " has no link").with("link", "down", router);
            case VLAN_NOT_ALLOWED -> Explanation.of("VLAN not allowed: " + router + " has no interface for " + frame.tagWords() + ", but for VLANs "
                    + interfaces()).with("interfaces", interfaces(), router);
            case TAG_UNEXPECTED -> Explanation.of("tag unexpected: VLAN " + frame.vid() + " at an interface of " + router + " that has its own");
            default -> Explanation.of(reason.label().replace('_', ' ') + ": ").and(VSwitchFacts.general(reason));
        };
    }

    @Override
    public Explanation stage(CapturePoint point, int port, SeenFrame frame) {
        return switch (point) {
            case UPLINK_RCV -> Explanation.of(frame.tagWords()).with("interfaces", interfaces(), router);
            case UPLINK_SND -> Explanation.of("to " + name(port));
            default -> Explanation.NOTHING;
        };
    }

    @Override
    public boolean isDecided(CapturePoint point, int port) {
        return false;
    }
}
