package io.etherloom.model;

import io.etherloom.vswitch.SwitchSpec;

/// What may happen to a virtual switch. The times are in nanoseconds since the start and never go back within a case.
sealed interface SwitchEvent extends Event<SwitchUnderTest> {
    record FromPort(int port, byte[] frame, long atNanos) implements SwitchEvent {
        @Override
        public Outcome applyTo(SwitchUnderTest subject) {
            return subject.fromPort(port, frame.clone(), atNanos);
        }

        @Override
        public String toString() {
            return atNanos + " ns: " + SwitchConfig.portName(port) + " sends " + Delivery.text(frame);
        }
    }

    record FromUplink(String uplink, byte[] frame, long atNanos) implements SwitchEvent {
        @Override
        public Outcome applyTo(SwitchUnderTest subject) {
            return subject.fromUplink(uplink, frame.clone(), atNanos);
        }

        @Override
        public String toString() {
            return atNanos + " ns: " + uplink + " brings " + Delivery.text(frame);
        }
    }

    record Link(String uplink, boolean up, long atNanos) implements SwitchEvent {
        @Override
        public Outcome applyTo(SwitchUnderTest subject) {
            return subject.link(uplink, up, atNanos);
        }
    }

    record Tick(long atNanos) implements SwitchEvent {
        @Override
        public Outcome applyTo(SwitchUnderTest subject) {
            return subject.tick(atNanos);
        }
    }

    record Connect(int port, long atNanos) implements SwitchEvent {
        @Override
        public Outcome applyTo(SwitchUnderTest subject) {
            return subject.connect(port, atNanos);
        }
    }

    record Disconnect(int port, long atNanos) implements SwitchEvent {
        @Override
        public Outcome applyTo(SwitchUnderTest subject) {
            return subject.disconnect(port, atNanos);
        }
    }

    record Change(SwitchConfig.Port port, long atNanos) implements SwitchEvent {
        @Override
        public Outcome applyTo(SwitchUnderTest subject) {
            return subject.change(port, atNanos);
        }
    }

    record Set(SwitchSpec.Options options, long atNanos) implements SwitchEvent {
        @Override
        public Outcome applyTo(SwitchUnderTest subject) {
            return subject.set(options, atNanos);
        }
    }

    record Cut(String from, String to, boolean isCut, long atNanos) implements SwitchEvent {
        @Override
        public Outcome applyTo(SwitchUnderTest subject) {
            return subject.cut(from, to, isCut, atNanos);
        }
    }

    record ForeignBeacon(String uplink, int vlan, long atNanos) implements SwitchEvent {
        @Override
        public Outcome applyTo(SwitchUnderTest subject) {
            return subject.foreignBeacon(uplink, vlan, atNanos);
        }
    }
}
