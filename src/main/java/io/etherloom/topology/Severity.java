package io.etherloom.topology;

/// Whether a [Problem] stops the file from being used.
public enum Severity {
    /// The file is refused.
    ERROR("error"),
    /// The file is used; the person who wrote it should look.
    WARNING("warning");

    private final String word;

    Severity(String word) {
        this.word = word;
    }

    @Override
    public String toString() {
        return word;
    }
}
