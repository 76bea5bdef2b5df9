package io.etherloom.lab;

import io.etherloom.frame.PortCounters;
import io.etherloom.lab.Blueprint.PortPlan;
import org.jspecify.annotations.Nullable;

/// A port that exists, with what is plugged into it. Kept by the control side, under the lab's lock.
final class PortRuntime {
    private PortPlan plan;
    private final int index;
    private final int slot;
    private PortCounters counters = new PortCounters();
    private SwitchAgent.@Nullable Attachment attachment;
    private @Nullable DeviceRuntime device;
    private volatile boolean isLinkUp;

    PortRuntime(PortPlan plan, int index, int slot) {
        this.plan = plan;
        this.index = index;
        this.slot = slot;
    }

    PortPlan plan() {
        return plan;
    }

    void plan(PortPlan next) {
        plan = next;
    }

    /// Dense index in the switch.
    int index() {
        return index;
    }

    int slot() {
        return slot;
    }

    PortCounters counters() {
        return counters;
    }

    SwitchAgent.@Nullable Attachment attachment() {
        return attachment;
    }

    @Nullable DeviceRuntime device() {
        return device;
    }

    void plugged(SwitchAgent.Attachment attachment, DeviceRuntime device, PortCounters counters) {
        this.attachment = attachment;
        this.device = device;
        this.counters = counters;
    }

    /// The port is there without a device.
    void counted(PortCounters counters) {
        this.counters = counters;
    }

    void unplugged() {
        attachment = null;
        device = null;
    }

    /// The link as the agent was told last; any thread may ask.
    boolean isLinkUp() {
        return isLinkUp;
    }

    void linkUp(boolean isUp) {
        isLinkUp = isUp;
    }
}
