package io.etherloom.lab;

import io.etherloom.device.Device;
import io.etherloom.device.PacketDevice;
import io.etherloom.linux.PacketSocket;
import org.jspecify.annotations.Nullable;

/// A vNIC of a QEMU guest by a TAP of QEMU's.
record PacketSource(PacketSocket socket) implements DeviceRuntime.Source {
    @Override
    public Device on(SwitchAgent agent) {
        return new PacketDevice(socket, agent.pool(), agent.libc());
    }

    @Override
    public void close(@Nullable Device device) {
        socket.close();
    }

    @Override
    public long refused() {
        return socket.overruns();
    }

    @Override
    public boolean isInMemory() {
        return false;
    }
}
