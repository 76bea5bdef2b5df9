package io.etherloom.capture;

import org.jspecify.annotations.Nullable;

/// One frame of a capture file.
///
/// @param source the interface it was captured at
/// @param epochNanos nanoseconds since 1970-01-01 UTC, as exact as the file has it
/// @param bytes the octets in the file; the caller may change them
/// @param originalLength octets that the frame had on the wire: more than `bytes` has when it was cut
/// @param direction as the one who captured saw it
/// @param comment the first comment of the frame, or null
public record CapturedFrame(Source source, long epochNanos, byte[] bytes, int originalLength, Direction direction,
        @Nullable String comment) {
    /// An interface as the file describes it.
    ///
    /// @param index counts from 0 in each section; 0 in a pcap file
    /// @param name `if_name`, empty when there is none
    /// @param description `if_description`, empty when there is none
    /// @param linkType a LINKTYPE number, 1 for Ethernet
    /// @param snapLength octets at which frames were cut, 0 for no limit
    public record Source(int index, String name, String description, int linkType, int snapLength) {
        public boolean isEthernet() {
            return linkType == Pcapng.LINKTYPE_ETHERNET;
        }
    }

    /// What the capturing side counted for an interface, -1 where the file does not say.
    ///
    /// @param received frames that passed
    /// @param dropped frames that are missing in the file
    public record Statistics(Source source, long received, long dropped) {}
}
