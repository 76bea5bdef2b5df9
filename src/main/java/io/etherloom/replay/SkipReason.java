package io.etherloom.replay;

/// Why a frame of a file is not sent: what a replay leaves out it counts, and it never makes octets up without being told to.
public enum SkipReason {
    /// The file has not all octets of the frame, because the capture had a snap length.
    CUT("cut", "the file has not all of their octets (--pad-cut fills up with zeros)"),
    /// Shorter than an Ethernet header; no guest can send it.
    RUNT("runt", "shorter than an Ethernet header"),
    /// Longer than anything a port takes, larger than the largest super-frame.
    TOO_LONG("too_long", "longer than any port takes");

    private final String label;
    private final String help;

    SkipReason(String label, String help) {
        this.label = label;
        this.help = help;
    }

    /// One word, as in a report.
    public String label() {
        return label;
    }

    /// The rest of a sentence that begins with a number of frames.
    public String help() {
        return help;
    }
}
