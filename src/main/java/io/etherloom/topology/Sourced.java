package io.etherloom.topology;

/// An effective value with the place that it was inherited from, as `show portgroups` prints it.
///
/// @param value  what holds
/// @param origin which level set it
/// @param note   what a reader must know besides, mostly empty
public record Sourced<T>(T value, Origin origin, String note) {
    /// A value without a note.
    public Sourced(T value, Origin origin) {
        this(value, origin, "");
    }

    /// The origin in words, with the note in parentheses where there is one.
    public String originText() {
        return note.isEmpty() ? origin.label() : origin.label() + " (" + note + ")";
    }
}
