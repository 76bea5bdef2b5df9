package io.etherloom.bench;

/// Those that are compared.
enum Subject {
    ETHERLOOM("etherloom", "Etherloom"),
    RELAY("relay", "bare relay"),
    RELAY_THREADS("relay-threads", "relay with threads"),
    BRIDGE("bridge", "Linux bridge"),
    OVS("ovs", "Open vSwitch"),
    VDE("vde", "VDE"),
    OVS_DPDK("ovs-dpdk", "Open vSwitch, DPDK");

    private final String word;
    private final String title;

    Subject(String word, String title) {
        this.word = word;
        this.title = title;
    }

    /// As `--peers` calls it.
    String word() {
        return word;
    }

    /// As tables call it.
    String title() {
        return title;
    }
}
