package io.etherloom.lab;

import io.etherloom.lab.Blueprint.DevicePlan;
import io.etherloom.lab.Blueprint.EndpointPlan;
import java.util.Collection;

/// The guests of a lab that are processes of their own. Called under the lab's lock.
interface Machines {
    /// Of a lab that has none.
    Machines NONE = new Machines() {
        @Override
        public void start(Collection<EndpointPlan> wanted) {}

        @Override
        public void retain(Collection<EndpointPlan> wanted) {}

        @Override
        public DeviceRuntime open(DevicePlan.Qemu plan) {
            throw new IllegalStateException("this lab runs no guest for " + plan);
        }
    };

    /// Starts the guests among these endpoints that do not run; all or none.
    void start(Collection<EndpointPlan> wanted);

    /// Ends guests that are not among these endpoints, and pulls out vNICs that guests have no more.
    void retain(Collection<EndpointPlan> wanted);

    /// Connects to a vNIC of a guest that runs, plugged in first if it is not there.
    DeviceRuntime open(DevicePlan.Qemu plan);
}
