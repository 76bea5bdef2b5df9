package io.etherloom.topology;

/// What a VM is made of.
public enum VmKind {
    /// A network namespace of the machine.
    NAMESPACE("namespace"),
    /// A container of Docker or Podman.
    CONTAINER("container"),
    /// Something outside that has taken an interface of ours. It comes and goes by hand.
    EXTERNAL("external"),
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

    /// Whether its guest lives in a network namespace of the machine: there are its interfaces, and what it does to them is seen.
    public boolean hasNamespace() {
        return this == NAMESPACE || this == CONTAINER;
    }

    /// Whether its guest decides itself which address it has and what it wants to see, and is asked for it.
    boolean decidesItself() {
        return hasNamespace() || this == EXTERNAL;
    }

    /// The word that a topology file uses.
    @Override
    public String toString() {
        return word;
    }
}
