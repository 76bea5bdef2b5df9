package io.etherloom.lab;

import io.etherloom.frame.DropReason;
import io.etherloom.frame.PortCounters;
import io.etherloom.lab.Blueprint.PortPlan;
import io.etherloom.vswitch.Vnic;
import org.jspecify.annotations.Nullable;

/// A port that exists, with what is plugged into it. Kept by the control side, under the lab's lock.
final class PortRuntime {
    private PortPlan plan;
    private final int index;
    private final int slot;
    private final boolean hasMigrated;
    private PortCounters counters = new PortCounters();
    private SwitchAgent.@Nullable Attachment attachment;
    private @Nullable DeviceRuntime device;
    private @Nullable GuestFilter guest;
    private boolean isPromiscuityApplied;
    private boolean filtersPromiscuous;
    private volatile boolean isErrDisabled;
    private volatile boolean isLinkUp;

    PortRuntime(PortPlan plan, int index, int slot, boolean hasMigrated) {
        this.plan = plan;
        this.index = index;
        this.slot = slot;
        this.hasMigrated = hasMigrated;
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

    /// Whether its guest has come by VMotion, rather than that its vNIC was connected.
    boolean hasMigrated() {
        return hasMigrated;
    }

    PortCounters counters() {
        return counters;
    }

    /// Frames that ended here for a reason, those among them that the kernel dropped.
    long drops(DropReason reason) {
        var known = device;
        return counters.drops(reason) + (reason == DropReason.DEVICE_QUEUE && known != null ? known.deviceQueueDrops() : 0);
    }

    SwitchAgent.@Nullable Attachment attachment() {
        return attachment;
    }

    @Nullable DeviceRuntime device() {
        return device;
    }

    /// Whether its device is gone for good.
    boolean hasFailed() {
        return device != null && device.hasFailed();
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

    /// What is known of the vNIC now.
    ///
    /// @param planned what was known before its guest was asked
    /// @param switchMtu a vNIC whose MTU is not smaller needs no check of its own (spec 1.30)
    Vnic vnic(Vnic planned, int switchMtu) {
        int mtu = planned.mtu() < switchMtu ? planned.mtu() : 0;
        var known = guest;
        return known == null
                ? new Vnic(planned.initialMac(), planned.mac(), planned.asksPromiscuous(), planned.groups(), mtu)
                : new Vnic(planned.initialMac(), known.mac(), known.isPromiscuous(), known.groups(), mtu);
    }

    /// What holds for the reverse teaming filter of a promiscuous port: what the host's option said when promiscuous mode was applied to the
    /// port, whatever it says since (spec 2.16).
    boolean filtersPromiscuous(boolean isPromiscuous, boolean byOption) {
        if (!isPromiscuous || !isPromiscuityApplied) {
            filtersPromiscuous = byOption;
        }
        isPromiscuityApplied = isPromiscuous;
        return filtersPromiscuous;
    }

    /// Whether a BPDU guard has this port, or the other end of its cable, disabled.
    boolean isErrDisabled() {
        return isErrDisabled;
    }

    void errDisabled(boolean isDisabled) {
        isErrDisabled = isDisabled;
    }

    /// What the guest has the vNIC receive; null while that is not known, so that it wants all multicast and has its initial MAC (spec 2.33).
    @Nullable GuestFilter guest() {
        return guest;
    }

    void guest(@Nullable GuestFilter filter) {
        guest = filter;
    }

    /// The link as the agent was told last; any thread may ask.
    boolean isLinkUp() {
        return isLinkUp;
    }

    void linkUp(boolean isUp) {
        isLinkUp = isUp;
    }
}
