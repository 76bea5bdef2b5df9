package io.etherloom.qemu;

import io.etherloom.linux.HiddenTap;
import io.etherloom.linux.LinuxException;
import io.etherloom.linux.PacketSocket;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/// The TAPs of one machine's adapters, and the netdevs that QEMU has of them. A TAP is here from the moment at which QEMU has it until its netdev goes. Any thread.
final class GuestTaps implements AutoCloseable {
    /// Of all that is said to make one netdev.
    private static final Duration ANSWER = Duration.ofSeconds(5);
    /// Of what need not succeed.
    private static final Duration UNDOING = Duration.ofSeconds(1);

    private final Path folder;
    /// By index of the adapter.
    private final Map<Integer, HiddenTap> taps = new HashMap<>();

    /// @param folder where QEMU has its sockets
    GuestTaps(Path folder) {
        this.folder = folder;
    }

    /// Makes a TAP, and the netdev of an adapter with it.
    ///
    /// @throws QemuException when there is none; nothing of it is left then, unless QEMU does not answer
    synchronized void add(NicSpec nic) {
        HiddenTap tap;
        try {
            tap = HiddenTap.create();
        } catch (LinuxException | UncheckedIOException e) {
            throw new QemuException("no TAP for adapter " + nic.index() + ": " + e.getMessage(), e);
        }
        try (var descriptors = monitor(ANSWER)) {
            descriptors.give(nic.netdevId(), tap.descriptor());
            descriptors.execute("netdev_add", nic.netdev(folder));
        } catch (QemuException fault) {
            tap.close();
            undo(nic, fault);
            throw fault;
        }
        tap.handedOver();
        taps.put(nic.index(), tap);
    }

    private DescriptorMonitor monitor(Duration timeout) {
        return DescriptorMonitor.connect(QemuCommand.descriptors(folder), timeout);
    }

    /// QEMU may have carried out what it did not answer in time; by the same monitor, because it does what comes by one in its order.
    private void undo(NicSpec nic, QemuException fault) {
        try (var descriptors = monitor(UNDOING)) {
            tryTo(descriptors, "netdev_del", Map.of("id", nic.netdevId()), fault);
            tryTo(descriptors, "closefd", Map.of("fdname", nic.netdevId()), fault);
        } catch (QemuException gone) {
            fault.addSuppressed(gone);
        }
    }

    private static void tryTo(DescriptorMonitor descriptors, String command, Map<String, ?> arguments, QemuException fault) {
        try {
            descriptors.execute(command, arguments);
        } catch (QemuException refused) {
            fault.addSuppressed(refused);
        }
    }

    /// Opens the other end of an adapter's TAP.
    ///
    /// @throws QemuException when the adapter has none
    /// @throws LinuxException when QEMU is gone
    synchronized PacketSocket wire(NicSpec nic) {
        var tap = taps.get(nic.index());
        if (tap == null) {
            throw new QemuException("there is no TAP at adapter " + nic.index());
        }
        return tap.wire();
    }

    /// The TAP of an adapter, if it has one, goes with its netdev.
    synchronized void forget(NicSpec nic) {
        var tap = taps.remove(nic.index());
        if (tap != null) {
            tap.close();
        }
    }

    @Override
    public synchronized void close() {
        taps.values().forEach(HiddenTap::close);
        taps.clear();
    }
}
