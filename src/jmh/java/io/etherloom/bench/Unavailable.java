package io.etherloom.bench;

/// Why something cannot be measured on this machine, as the second half of a sentence: "Open vSwitch is left out: …".
final class Unavailable extends Exception {
    private static final long serialVersionUID = 1;

    Unavailable(String reason) {
        super(reason);
    }
}
