package io.etherloom.top;

import org.jline.utils.AttributedStyle;

/// How much a piece of the screen wants to be seen. Colour is only for what is wrong.
enum Tone {
    PLAIN, QUIET, HEADING, SORTED, CHOSEN, LOOK, FIX;

    /// @param hasColour not where the variable NO_COLOR asks for none
    AttributedStyle style(boolean hasColour) {
        var plain = AttributedStyle.DEFAULT;
        return switch (this) {
            case PLAIN -> plain;
            case QUIET -> plain.faint();
            case HEADING -> plain.bold();
            case SORTED -> plain.bold().underline();
            case CHOSEN -> plain.inverse();
            case LOOK -> hasColour ? plain.foreground(AttributedStyle.YELLOW) : plain.bold();
            case FIX -> hasColour ? plain.bold().foreground(AttributedStyle.RED) : plain.bold().underline();
        };
    }

    /// A zero is nothing to look at.
    static Tone ofRate(double value) {
        return value > 0 ? PLAIN : QUIET;
    }

    /// Above 0.1 % look, above 1 % fix (spec 8.9).
    static Tone ofDrops(double percent) {
        return percent > 1 ? FIX : percent > 0.1 ? LOOK : ofRate(percent);
    }

    /// Any drop is worth a look.
    static Tone ofDropRate(double perSecond) {
        return perSecond > 0 ? LOOK : QUIET;
    }
}
