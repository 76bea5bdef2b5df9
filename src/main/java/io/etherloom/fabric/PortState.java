package io.etherloom.fabric;

/// What a port of a physical switch does with frames at a moment.
public enum PortState {
    /// Receives, learns and sends.
    FORWARDING,
    /// First part of the forward delay: drops what comes, sends nothing.
    LISTENING,
    /// Second part of the forward delay: learns from what comes and drops it, sends nothing.
    LEARNING,
    /// Its BPDU guard has seen a BPDU: drops what comes, sends nothing, until it recovers.
    ERR_DISABLED,
    /// Its link is down, or the switch has no such port.
    DOWN
}
