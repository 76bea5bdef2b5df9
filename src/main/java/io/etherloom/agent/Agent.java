package io.etherloom.agent;

/// A role that one thread plays: everything it may change, only it changes.
public interface Agent {
    /// Name of the role, and of its thread.
    String role();

    /// One duty cycle: drains commands, does the work, runs timers.
    ///
    /// @return the work done, zero when idle
    int doWork();

    /// Called once, before this thread starts to play the role.
    void onStart(Thread thread);

    /// Waits until there may be work: until a descriptor is ready, a command arrives or a timer is due.
    void await();

    /// The thread has ended its last duty cycle.
    void onEnd();
}
