package io.etherloom.esxcli;

/// A command that is not carried out, with the product's sentence, and what else helps.
final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String hint;
    private final boolean isUsage;

    private Refusal(String sentence, String hint, boolean isUsage) {
        super(sentence);
        this.hint = hint;
        this.isUsage = isUsage;
    }

    /// @param hint of ours, such as a suggestion; empty for none
    static Refusal of(String sentence, String hint) {
        return new Refusal(sentence, hint, false);
    }

    /// For which the command's usage is shown as well.
    static Refusal usage(String sentence, String hint) {
        return new Refusal("Error: " + sentence, hint, true);
    }

    String sentence() {
        return String.valueOf(getMessage());
    }

    String hint() {
        return hint;
    }

    boolean isUsage() {
        return isUsage;
    }
}
