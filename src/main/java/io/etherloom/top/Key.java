package io.etherloom.top;

/// Something that was pressed.
sealed interface Key {
    /// A character.
    record Typed(int point) implements Key {}

    /// A key that has none.
    enum Special implements Key { UP, DOWN, LEFT, RIGHT, PAGE_UP, PAGE_DOWN, HOME, END, ENTER, ESCAPE, BACKSPACE, TAB, UNKNOWN }
}
