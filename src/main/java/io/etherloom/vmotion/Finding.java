package io.etherloom.vmotion;

/// What a check has found against a move.
///
/// @param fault    the product's name where it has one (spec 7.3a), such as `CannotAccessNetwork`
/// @param isFatal  refuses the move; else it is a warning, which refuses a strict one
/// @param sentence what is at both sides
/// @param cure     what can be done about it
public record Finding(String fault, boolean isFatal, String sentence, String cure) {
    static Finding fatal(String fault, String sentence, String cure) {
        return new Finding(fault, true, sentence, cure);
    }

    static Finding warning(String fault, String sentence, String cure) {
        return new Finding(fault, false, sentence, cure);
    }

    /// As one line.
    public String text() {
        return fault + ": " + sentence + "; " + cure;
    }
}
