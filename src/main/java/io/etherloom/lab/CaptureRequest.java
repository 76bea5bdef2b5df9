package io.etherloom.lab;

import io.etherloom.capture.CaptureSettings;
import io.etherloom.frame.CapturePoint;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a capture shall record: of which ports, at which points of their paths, and which frames. Names are checked when the lab begins it.
///
/// @param subjects at least one; a port that several of them mean is recorded once
/// @param points where frames are copied; empty for those that the kind of each port, `way` and `stage` give (spec 8.15)
/// @param way which way the frames go, as the switch sees it (spec 8.16)
/// @param stage nearer to where the frames come from or to where they go, null for the usual points (spec 8.13)
/// @param filters expressions as of pcap-filter(7); a frame is recorded when it fits all of them
/// @param snapLength octets of each frame that are kept, 1 to [#MAX_SNAP_LENGTH]
/// @param count frames after which the capture ends, 0 for never
public record CaptureRequest(List<Subject> subjects, Set<CapturePoint> points, Way way, @Nullable Stage stage, List<String> filters,
        int snapLength, long count) {
    /// No frame of ours is longer: an IP packet behind Ethernet header and tag.
    public static final int MAX_SNAP_LENGTH = 65_535 + 18;

    /// What a subject's name means; the word is the option of the command and the query parameter.
    public enum Kind {
        /// Any port by its name or id.
        PORT("port"),
        /// A port of a vSwitch by its id.
        SWITCHPORT("switchport"),
        /// A pNIC.
        UPLINK("uplink"),
        /// A VMkernel adapter.
        VMK("vmk"),
        /// All ports of a port group, also those that are added later.
        PORTGROUP("portgroup"),
        /// All vNICs of a VM.
        VM("vm"),
        /// Both ends of a cable of the physical network.
        LINK("link"),
        /// All ports, also those that are added later.
        LAB("lab");

        private final String word;

        Kind(String word) {
            this.word = word;
        }

        public String word() {
            return word;
        }
    }

    /// Something with ports.
    ///
    /// @param name empty for the lab
    public record Subject(Kind kind, String name) {}

    /// `--dir 0`, `1` and `2` of pktcap-uw.
    public enum Way { IN, OUT, BOTH }

    /// `--stage 0` and `1` of pktcap-uw: near the source of the frames, near their destination.
    public enum Stage { PRE, POST }

    public CaptureRequest {
        subjects = List.copyOf(subjects);
        points = Set.copyOf(points);
        filters = List.copyOf(filters);
        if (snapLength < 1 || snapLength > CaptureSettings.MAX_SNAP_LENGTH || count < 0) {
            throw new IllegalArgumentException("snap length " + snapLength + ", count " + count);
        }
    }

    /// Whole frames of these ports, where they enter and leave, without end.
    public static CaptureRequest ofPorts(String... names) {
        var subjects = Arrays.stream(names).map(name -> new Subject(Kind.PORT, name)).toList();
        return new CaptureRequest(subjects, Set.of(), Way.BOTH, null, List.of(), MAX_SNAP_LENGTH, 0);
    }

    public CaptureRequest withSnapLength(int octets) {
        return new CaptureRequest(subjects, points, way, stage, filters, octets, count);
    }

    public CaptureRequest withPoints(Set<CapturePoint> wanted) {
        return new CaptureRequest(subjects, wanted, way, stage, filters, snapLength, count);
    }

    public CaptureRequest withFilters(List<String> expressions) {
        return new CaptureRequest(subjects, points, way, stage, expressions, snapLength, count);
    }
}
