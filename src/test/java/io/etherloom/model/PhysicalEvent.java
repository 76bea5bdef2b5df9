package io.etherloom.model;

/// What may happen to a switch of the fabric. The times are in nanoseconds since the start and never go back within a case.
sealed interface PhysicalEvent extends Event<PhysicalSwitchUnderTest> {
    /// The port to which it happens.
    String port();

    record Receive(String port, byte[] frame, long atNanos) implements PhysicalEvent {
        @Override
        public Outcome applyTo(PhysicalSwitchUnderTest subject) {
            return subject.receive(port, frame.clone(), atNanos);
        }

        @Override
        public String toString() {
            return atNanos + " ns: " + port + " receives " + Delivery.text(frame);
        }
    }

    record Link(String port, boolean up, long atNanos) implements PhysicalEvent {
        @Override
        public Outcome applyTo(PhysicalSwitchUnderTest subject) {
            return subject.link(port, up, atNanos);
        }
    }

    record Recover(String port, long atNanos) implements PhysicalEvent {
        @Override
        public Outcome applyTo(PhysicalSwitchUnderTest subject) {
            return subject.recover(port, atNanos);
        }
    }
}
