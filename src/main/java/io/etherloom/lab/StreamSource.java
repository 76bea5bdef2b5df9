package io.etherloom.lab;

import io.etherloom.device.Device;
import io.etherloom.device.StreamDevice;
import io.etherloom.device.StreamLink;
import org.jspecify.annotations.Nullable;

/// A vNIC of a QEMU guest by a stream socket.
record StreamSource(StreamLink link) implements DeviceRuntime.Source {
    @Override
    public Device on(SwitchAgent agent) {
        return new StreamDevice(link, agent.pool(), agent.ready(), agent.libc());
    }

    @Override
    public void close(@Nullable Device device) {
        link.close();
    }

    @Override
    public boolean isInMemory() {
        return false;
    }
}
