package io.etherloom.agent;

/// Monotonic time in nanoseconds from an arbitrary origin. The only place where the data plane's "now" comes from.
@FunctionalInterface
public interface NanoClock {
    NanoClock SYSTEM = System::nanoTime;

    long nanoTime();
}
