package io.etherloom.model;

import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;

/// One copy of a frame that left a switch.
///
/// @param to    the port ([SwitchConfig#portName]) or the uplink by which it left
/// @param frame the octets as they are on the wire there, tag and padding included, without FCS; not to be changed any more
public record Delivery(String to, byte[] frame) {
    static final Comparator<Delivery> ORDER =
            Comparator.comparing(Delivery::to).thenComparing(Delivery::frame, Arrays::compare);

    @Override
    public boolean equals(Object other) {
        return other instanceof Delivery that && to.equals(that.to) && Arrays.equals(frame, that.frame);
    }

    @Override
    public int hashCode() {
        return 31 * to.hashCode() + Arrays.hashCode(frame);
    }

    @Override
    public String toString() {
        return to + " <- " + text(frame);
    }

    /// The length and the first 34 octets: enough to see addresses, tags and the begin of the payload.
    static String text(byte[] frame) {
        var shown = Math.min(frame.length, 34);
        return frame.length + " octets " + HexFormat.of().formatHex(frame, 0, shown) + (shown < frame.length ? "…" : "");
    }
}
