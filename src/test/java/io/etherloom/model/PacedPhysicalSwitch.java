package io.etherloom.model;

import java.util.HashSet;
import java.util.Set;

/// Stands before a subject and keeps back the link events that change nothing, so that shrinking may take out any event.
final class PacedPhysicalSwitch implements PhysicalSwitchUnderTest {
    private final PhysicalSwitchUnderTest subject;
    private final Set<String> down = new HashSet<>();

    PacedPhysicalSwitch(PhysicalSwitchUnderTest subject) {
        this.subject = subject;
    }

    @Override
    public Outcome receive(String port, byte[] frame, long nowNanos) {
        return subject.receive(port, frame, nowNanos);
    }

    @Override
    public Outcome link(String port, boolean up, long nowNanos) {
        return (up ? down.remove(port) : down.add(port)) ? subject.link(port, up, nowNanos) : subject.tick(nowNanos);
    }

    @Override
    public Outcome recover(String port, long nowNanos) {
        return subject.recover(port, nowNanos);
    }

    @Override
    public Outcome tick(long nowNanos) {
        return subject.tick(nowNanos);
    }

    @Override
    public void close() {
        subject.close();
    }
}
