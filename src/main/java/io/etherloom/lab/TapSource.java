package io.etherloom.lab;

import io.etherloom.device.Device;
import io.etherloom.device.TapDevice;
import io.etherloom.linux.Tun;
import org.jspecify.annotations.Nullable;

/// A TAP that the agent of its port reads and writes itself.
record TapSource(Tun tun) implements DeviceRuntime.Source {
    @Override
    public Device on(SwitchAgent agent) {
        return new TapDevice(tun, agent.pool(), agent.libc());
    }

    @Override
    public void close(@Nullable Device device) {
        tun.close();
    }

    @Override
    public String interfaceName() {
        return tun.currentName();
    }

    @Override
    public boolean isInMemory() {
        return false;
    }
}
