package io.etherloom.lab;

import io.etherloom.wire.Ethernet;
import io.etherloom.wire.MacAddress;
import io.etherloom.wire.Tag;
import java.lang.foreign.MemorySegment;

/// What decisions look at in a frame, read from its octets, which may be cut.
///
/// @param type   EtherType behind the tag, or the length field; 0 when it is cut off
/// @param length octets that are there, without tag
record SeenFrame(long destination, long source, int tag, int type, int length) {
    /// @param wire holds the frame as on the wire, its tag in place
    static SeenFrame of(MemorySegment wire, long at, int octets, int tag) {
        int shift = Tag.length(tag);
        if (octets < Ethernet.HEADER + shift) {
            return new SeenFrame(0, 0, tag, 0, Math.max(0, octets - shift));
        }
        return new SeenFrame(Ethernet.destination(wire, at), Ethernet.source(wire, at), tag, Ethernet.type(wire, at + shift), octets - shift);
    }

    /// @param octets of a frame whose tag is not among them
    static SeenFrame untagged(MemorySegment frame, int octets, int tag) {
        var seen = of(frame, 0, octets, Tag.NONE);
        return new SeenFrame(seen.destination, seen.source, tag, seen.type, seen.length);
    }

    int vid() {
        return Tag.vid(tag);
    }

    boolean isGroup() {
        return MacAddress.isGroup(destination);
    }

    String from() {
        return MacAddress.format(source);
    }

    String to() {
        return MacAddress.format(destination);
    }

    /// `VLAN 10`, `VLAN 10, priority 5`, `untagged`.
    String tagWords() {
        if (!Tag.isPresent(tag)) {
            return "untagged";
        }
        return "VLAN " + vid() + (Tag.priority(tag) == 0 ? "" : ", priority " + Tag.priority(tag));
    }
}
