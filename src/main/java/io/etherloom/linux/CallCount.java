package io.etherloom.linux;

/// How often a thread has entered the kernel on the frame's path since its [Libc] was made: what a frame costs that does not depend on the
/// machine. Counted by that thread; others may look, and then see what was true a moment ago.
public final class CallCount {
    long reads;
    long writes;
    long waits;

    CallCount() {}

    /// Reads of a [Tun], those that found no frame included. One that fails for another reason is made again to learn it, which is not counted.
    public long reads() {
        return reads;
    }

    /// Writes to a [Tun].
    public long writes() {
        return writes;
    }

    /// Calls of epoll_wait(2).
    public long waits() {
        return waits;
    }
}
