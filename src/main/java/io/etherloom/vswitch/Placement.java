package io.etherloom.vswitch;

/// By which uplink a port sends, and why; for people.
///
/// @param uplink its index, [#NONE], or [#ALL] where frames choose or every one carries them
public record Placement(int uplink, Reason reason) {
    public static final int NONE = -1;
    public static final int ALL = -2;

    public enum Reason {
        /// Slot modulo the number of active uplinks (spec 4.3).
        PORT_ID,
        /// The hash of the effective MAC (spec 4.4).
        SOURCE_MAC,
        /// Each frame by its addresses (spec 4.5).
        IP_HASH,
        /// The first usable one in the order (spec 4.15).
        FIRST_IN_ORDER,
        /// Its own uplink failed (spec 4.20).
        FAILED_OVER,
        /// Its own uplink recovered, and failback is off (spec 4.35).
        NO_FAILBACK,
        /// In doubt, every uplink carries each frame (spec 4.31).
        SHOTGUN,
        /// No uplink is usable, or the team has none (spec 4.21).
        NO_UPLINK
    }
}
