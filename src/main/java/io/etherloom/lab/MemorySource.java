package io.etherloom.lab;

import io.etherloom.device.Device;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A device that lives in memory only: a VM without guest, or one end of a cable.
///
/// @param maker makes it, or has it already
record MemorySource(Function<SwitchAgent, Device> maker) implements DeviceRuntime.Source {
    @Override
    public Device on(SwitchAgent agent) {
        return maker.apply(agent);
    }

    @Override
    public void close(@Nullable Device device) {
        if (device != null) {
            device.close();
        }
    }

    @Override
    public boolean isInMemory() {
        return true;
    }
}
