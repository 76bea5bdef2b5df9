package io.etherloom.lab;

import io.etherloom.device.DatagramDevice;
import io.etherloom.device.Device;
import io.etherloom.linux.UnixSocket;
import org.jspecify.annotations.Nullable;

/// A vNIC of a QEMU guest by datagrams.
record DatagramSource(UnixSocket socket) implements DeviceRuntime.Source {
    @Override
    public Device on(SwitchAgent agent) {
        return new DatagramDevice(socket, agent.pool(), agent.libc());
    }

    @Override
    public void close(@Nullable Device device) {
        socket.close();
    }

    @Override
    public boolean isInMemory() {
        return false;
    }
}
