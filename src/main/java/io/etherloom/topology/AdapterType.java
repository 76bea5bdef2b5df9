package io.etherloom.topology;

/// Which virtual adapter a vNIC is shown as. Information only.
public enum AdapterType {
    /// The paravirtual adapter, the default.
    VMXNET3("vmxnet3"),
    /// Emulated 82545EM.
    E1000("e1000"),
    /// Emulated 82574.
    E1000E("e1000e"),
    /// vlance, or vmxnet with a driver.
    FLEXIBLE("flexible");

    private final String word;

    AdapterType(String word) {
        this.word = word;
    }

    /// The word that a topology file uses.
    @Override
    public String toString() {
        return word;
    }
}
