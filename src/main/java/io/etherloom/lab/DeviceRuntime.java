package io.etherloom.lab;

import io.etherloom.device.Device;
import java.util.function.LongSupplier;

/// A device that is open. Kept by the control side, under the lab's lock.
final class DeviceRuntime {
    private static final long CACHE_NANOS = 500_000_000L;

    private final Device device;
    private final LongSupplier kernelDrops;
    private volatile boolean isInterfaceUp;
    private volatile boolean hasFailed;
    private long cachedDrops;
    private long cachedAtNanos;
    private boolean isCached;

    /// @param kernelDrops asks the kernel for the frames that it dropped before we could read them
    /// @param isInterfaceUp whether the other side of a host's TAP is administratively up; true for all others
    DeviceRuntime(Device device, LongSupplier kernelDrops, boolean isInterfaceUp) {
        this.device = device;
        this.kernelDrops = kernelDrops;
        this.isInterfaceUp = isInterfaceUp;
    }

    Device device() {
        return device;
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

    /// Frames that the kernel dropped since the interface was made; at most half a second old, so that scrapes stay cheap. Any thread.
    synchronized long deviceQueueDrops() {
        long nowNanos = System.nanoTime();
        if (!isCached || nowNanos - cachedAtNanos > CACHE_NANOS) {
            cachedDrops = Math.max(cachedDrops, kernelDrops.getAsLong());
            cachedAtNanos = nowNanos;
            isCached = true;
        }
        return cachedDrops;
    }
}
