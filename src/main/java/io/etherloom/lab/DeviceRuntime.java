package io.etherloom.lab;

import io.etherloom.device.Device;
import io.etherloom.linux.InterfaceDrops;
import org.jspecify.annotations.Nullable;

/// A device that is open. It is made for the agent that uses it, so a port may move to another agent's switch while what is below, a TAP or
/// a memory, stays open. Kept by the control side, under the lab's lock.
final class DeviceRuntime implements AutoCloseable {
    /// What a device is made from.
    interface Source {
        /// The device as this agent uses it; while all agents stand still.
        Device on(SwitchAgent agent);

        /// The device that [#on] made last was put into this port; while all agents stand still.
        default void plugged(SwitchAgent.Attachment port) {}

        /// It was taken out; while all agents stand still.
        default void unplugged() {}

        /// Ends what is below.
        ///
        /// @param device the one that [#on] made last, if any
        void close(@Nullable Device device);

        /// Frames that it took of a port and could not hand on, and those that were lost before it could read them. Any thread.
        default long refused() {
            return 0;
        }

        /// The name that its interface has now, wherever that is; empty when it has none.
        default String interfaceName() {
            return "";
        }

        /// Whether it belongs to the agents alone, so that they must stand still while it is closed.
        boolean isInMemory();
    }

    private final Source source;
    private @Nullable InterfaceDrops kernelDrops;
    private volatile boolean isInterfaceUp;
    private volatile boolean hasFailed;
    private @Nullable SwitchAgent agent;
    private @Nullable Device device;
    private long lastDrops;

    /// @param kernelDrops counts the frames that the kernel dropped before we could read them; closed by this, null where no kernel is
    /// @param isInterfaceUp whether the other side of a host's TAP is administratively up; true for all others
    DeviceRuntime(Source source, @Nullable InterfaceDrops kernelDrops, boolean isInterfaceUp) {
        this.source = source;
        this.kernelDrops = kernelDrops;
        this.isInterfaceUp = isInterfaceUp;
    }

    /// The device for a port of this agent's switches; while all agents stand still.
    Device on(SwitchAgent user) {
        var made = device;
        if (made == null || agent != user) {
            made = source.on(user);
            device = made;
            agent = user;
        }
        return made;
    }

    void plugged(SwitchAgent.Attachment port) {
        source.plugged(port);
    }

    void unplugged() {
        source.unplugged();
    }

    /// What a port uses, or used last; null when it never was in a port.
    @Nullable Device device() {
        return device;
    }

    String interfaceName() {
        return source.interfaceName();
    }

    /// Its interface is in another namespace, or has another name there: what counts the frames that the kernel drops from now on.
    synchronized void countedBy(InterfaceDrops drops) {
        if (kernelDrops != null) {
            kernelDrops.close();
        }
        kernelDrops = drops;
    }

    boolean isInMemory() {
        return source.isInMemory();
    }

    boolean isInterfaceUp() {
        return isInterfaceUp && !hasFailed;
    }

    void interfaceUp(boolean isUp) {
        isInterfaceUp = isUp;
    }

    /// The device is gone for good; its lab lives on.
    void failed() {
        hasFailed = true;
    }

    boolean hasFailed() {
        return hasFailed;
    }

    /// Frames that the kernel dropped since the interface was made, and those that the device itself could not hand on; what was counted
    /// stays when the interface is gone. One system call. Any thread.
    synchronized long deviceQueueDrops() {
        if (kernelDrops != null) {
            lastDrops = Math.max(lastDrops, kernelDrops.read());
        }
        return lastDrops + source.refused();
    }

    @Override
    public synchronized void close() {
        source.close(device);
        if (kernelDrops != null) {
            kernelDrops.close();
        }
    }
}
