package io.etherloom.qemu;

import static org.assertj.core.api.Assertions.assertThat;

import io.etherloom.qemu.NicSpec.Transport;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// What QEMU is told to start with.
final class QemuCommandTest {
    private static List<String> command(boolean isIncoming, Transport... transports) {
        var nics = IntStream.range(0, transports.length).mapToObj(i -> new NicSpec(i, "virtio-net-pci", "00:50:56:80:00:0" + i, 9000, transports[i])).toList();
        var spec = new MachineSpec("web1", 128, 1, null, null, "", null, false, false, false, nics);
        return QemuCommand.of(spec, Path.of("/q"), new QemuMachine.Start(Path.of("qemu"), List.of(), Map.of(), "tcg", isIncoming, Path.of("/log")));
    }

    @Test
    void eachNetdevHasItsWords() {
        var words = command(false, Transport.STREAM, Transport.DGRAM);
        assertThat(words).contains("stream,id=net0,server=on,addr.type=unix,addr.path=/q/n0",
            "dgram,id=net1,local.type=unix,local.path=/q/n1,remote.type=unix,remote.path=/q/p1",
            "virtio-net-pci,id=nic1,netdev=net1,mac=00:50:56:80:00:01,bus=slot1,romfile=,host_mtu=9000");
        assertThat(words).doesNotContain("-S");
    }

    /// The descriptor of a TAP cannot be on a command line, so the guest waits until its adapter is there.
    @Test
    void aTapIsPluggedInBeforeTheGuestBegins() {
        var words = command(false, Transport.STREAM, Transport.TAP);
        assertThat(words).contains("-S").doesNotContain("-incoming");
        assertThat(words.stream().filter("-netdev"::equals)).hasSize(1);
        assertThat(words.stream().filter(word -> word.contains("nic1"))).isEmpty();
        assertThat(words).contains("unix:/q/fds,server=on,wait=off");
        assertThat(new NicSpec(1, "e1000", "", 1500, Transport.TAP).netdev(Path.of("/q"))).isEqualTo(Map.of("type", "tap", "id", "net1", "fd", "net1"));
    }

    @Test
    void oneThatComesFromAnotherProcessGoesOnWhenItIsTold() {
        assertThat(command(true, Transport.STREAM)).containsSequence("-incoming", "defer", "-S");
        assertThat(command(true, Transport.TAP)).containsOnlyOnce("-S");
    }
}
