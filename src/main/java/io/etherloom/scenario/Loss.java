package io.etherloom.scenario;

/// Where frames ended, and why.
///
/// @param port   `web1.eth0`, `esx1/vmnic0`, `tor1/24`, or the generator
/// @param reason label of a [io.etherloom.frame.DropReason], or what a generator says of itself
public record Loss(String port, String reason, long frames) {
    @Override
    public String toString() {
        return reason + " at " + port;
    }
}
