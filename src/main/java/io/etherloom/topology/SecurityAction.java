package io.etherloom.topology;

/// What a security policy does with the frames or changes it is about.
public enum SecurityAction {
    /// Let them pass.
    ACCEPT("accept"),
    /// Drop or refuse them.
    REJECT("reject");

    private final String word;

    SecurityAction(String word) {
        this.word = word;
    }

    /// The word that a topology file uses.
    @Override
    public String toString() {
        return word;
    }
}
