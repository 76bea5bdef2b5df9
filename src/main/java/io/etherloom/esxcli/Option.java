package io.etherloom.esxcli;

/// An option of a command.
///
/// @param letter     of its short form
/// @param name       of its long form, without dashes
/// @param isRequired whether the command needs it
/// @param help       what it is for
record Option(char letter, String name, Type type, boolean isRequired, String help) {
    /// What is written behind it.
    enum Type {
        TEXT("str", "string"), WHOLE("long", "integer"), YES_NO("bool", "boolean"), FLAG("", "");

        private final String mark;
        private final String word;

        Type(String mark, String word) {
            this.mark = mark;
            this.word = word;
        }

        /// How a message names it.
        String word() {
            return word;
        }
    }

    static Option required(char letter, String name, String help) {
        return new Option(letter, name, Type.TEXT, true, help);
    }

    static Option text(char letter, String name, String help) {
        return new Option(letter, name, Type.TEXT, false, help);
    }

    static Option whole(char letter, String name, String help) {
        return new Option(letter, name, Type.WHOLE, false, help);
    }

    static Option yesNo(char letter, String name, String help) {
        return new Option(letter, name, Type.YES_NO, false, help);
    }

    static Option flag(char letter, String name, String help) {
        return new Option(letter, name, Type.FLAG, false, help);
    }

    /// `-p|--portgroup-name`.
    String forms() {
        return "-" + letter + "|--" + name;
    }

    /// `-p|--portgroup-name=<str>`.
    String usage() {
        return type == Type.FLAG ? forms() : forms() + "=<" + type.mark + ">";
    }
}
