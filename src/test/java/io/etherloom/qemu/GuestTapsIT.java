package io.etherloom.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.etherloom.linux.Root;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What QEMU hears of a TAP. That frames pass is seen by a guest.
final class GuestTapsIT {
    private static final NicSpec NIC = new NicSpec(0, "virtio-net-pci", "00:50:56:80:00:01", 1500, NicSpec.Transport.TAP);

    @TempDir
    private Path folder;

    @BeforeEach
    void needsRoot() {
        Root.require();
    }

    @Test
    void aNetdevTakesTheDescriptorOfItsName() throws Exception {
        try (var monitor = new TestMonitor(QemuCommand.descriptors(folder), 4).serve(); var taps = new GuestTaps(folder)) {
            taps.add(NIC);
            assertThat(monitor.heard()).extracting(GuestTapsIT::command).containsExactly("qmp_capabilities", "getfd", "netdev_add");
            taps.forget(NIC);
            assertThatThrownBy(() -> taps.wire(NIC)).isInstanceOf(QemuException.class).hasMessage("there is no TAP at adapter 0");
        }
    }

    /// Else the next one would have the name of one that is there already.
    @Test
    void nothingIsLeftOfANetdevThatFails() throws Exception {
        try (var monitor = new TestMonitor(QemuCommand.descriptors(folder), 4, "netdev_add", "netdev_del").serve(); var taps = new GuestTaps(folder)) {
            assertThatThrownBy(() -> taps.add(NIC)).isInstanceOf(QemuException.class).hasMessage("netdev_add: not today")
                .satisfies(fault -> assertThat(fault.getSuppressed()).singleElement().extracting(Throwable::getMessage).isEqualTo("netdev_del: not today"));
            assertThat(monitor.heard()).endsWith("netdev_del {\"id\":\"net0\"}", "closefd {\"fdname\":\"net0\"}");
            assertThatThrownBy(() -> taps.wire(NIC)).isInstanceOf(QemuException.class);
        }
    }

    private static String command(String heard) {
        return heard.substring(0, heard.indexOf(' '));
    }
}
