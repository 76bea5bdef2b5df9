package io.etherloom.topology;

/// Which virtual adapter a vNIC is. What a QEMU guest finds; information only for other kinds of VM.
public enum AdapterType {
    /// The product's paravirtual adapter, the default but for QEMU.
    VMXNET3("vmxnet3"),
    /// Emulated 82545EM.
    E1000("e1000"),
    /// Emulated 82574.
    E1000E("e1000e"),
    /// vlance, or vmxnet with a driver.
    FLEXIBLE("flexible"),
    /// virtio-net, which only QEMU has.
    VIRTIO("virtio");

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
