package io.etherloom.topology;

/// What a VM is made of.
public enum VmKind {
    /// A network namespace of the machine.
    NAMESPACE("namespace"),
    /// Endpoints in memory only, for tests.
    MEMORY("memory"),
    /// Sends the frames of a capture file, and throws away what it gets.
    REPLAY("replay"),
    /// A guest of QEMU.
    QEMU("qemu");

    private final String word;

    VmKind(String word) {
        this.word = word;
    }

    /// The word that a topology file uses.
    @Override
    public String toString() {
        return word;
    }
}
