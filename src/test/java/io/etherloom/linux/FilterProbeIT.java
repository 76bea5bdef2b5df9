package io.etherloom.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FilterProbeIT {
    private static final long ALL_NODES = 0x3333_0000_0001L;

    private final Netns netns = new Netns();
    private final String name = Root.name("probe");
    private FilterProbe probe;

    @BeforeEach
    void makeNamespace() throws Exception {
        Root.require();
        netns.create(name);
        inside("ip link add v0 type veth peer name v1; ip link set v0 address 02:00:00:00:00:10");
        probe = netns.call(name, FilterProbe::open);
    }

    @AfterEach
    void leavesNothingBehind() {
        if (probe != null) probe.close();
        netns.delete(name);
    }

    private void inside(String command) throws Exception {
        var process = new ProcessBuilder("ip", "netns", "exec", name, "sh", "-ec", command).redirectErrorStream(true).start();
        var text = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor()).as(command + ": " + text).isZero();
    }

    @Test
    void readsAnInterfaceOfAnotherNamespaceByNameAndByIndex() throws Exception {
        int index = probe.read(0, "v0");
        assertThat(index).isPositive();
        assertThat(probe.mac()).isEqualTo(0x0200_0000_0010L);
        assertThat(probe.promiscuity()).isZero();
        assertThat(probe.hasAllGroups()).isFalse();

        inside("ip link set v0 name other promisc on allmulticast on");
        assertThat(probe.read(index, "v0")).isEqualTo(index);
        assertThat(probe.promiscuity()).isEqualTo(1);
        assertThat(probe.hasAllGroups()).isTrue();
        assertThat(probe.read(0, "v0")).isEqualTo(-Errno.ENODEV);
        inside("ip link del other");
        assertThat(probe.read(index, "v0")).isEqualTo(-Errno.ENODEV);
    }

    @Test
    void tellsTheGroupsOfInterfacesApart() throws Exception {
        inside("ip maddr add 01:00:5e:00:00:09 dev v0; ip maddr add 01:00:5e:00:00:08 dev v0; ip maddr add 01:00:5e:00:00:07 dev v1");
        int v0 = probe.read(0, "v0");
        int v1 = probe.read(0, "v1");
        assertThat(probe.rereadGroups(false)).isTrue();
        assertThat(probe.rereadGroups(false)).as("nothing is new").isFalse();
        assertThat(probe.groups(v0, 32)).isEqualTo(List.of(0x0100_5e00_0008L, 0x0100_5e00_0009L, ALL_NODES));
        assertThat(probe.groups(v1, 32)).isEqualTo(List.of(0x0100_5e00_0007L, ALL_NODES));
        assertThat(probe.groups(v0, 3)).hasSize(3);
        assertThat(probe.groups(v0, 2)).as("more than the limit").isNull();
        assertThat(probe.groups(12345, 32)).isEmpty();
    }

    @Test
    void seesChangesByTheBeginningAlone() throws Exception {
        int v0 = probe.read(0, "v0");
        assertThat(probe.rereadGroups(false)).isTrue();
        assertThat(probe.rereadGroups(true)).as("nothing is new").isFalse();
        inside("ip maddr add 01:00:5e:00:00:09 dev v0");
        assertThat(probe.rereadGroups(true)).as("one more").isTrue();
        assertThat(probe.groups(v0, 32)).isEqualTo(List.of(0x0100_5e00_0009L, ALL_NODES));
        inside("for i in $(seq 1 100); do ip maddr add 01:00:5e:00:01:$(printf %02x $i) dev v0; done");
        assertThat(probe.rereadGroups(true)).as("more than the kernel gives at once").isTrue();
        assertThat(probe.groups(v0, 200)).hasSize(102);
        assertThat(probe.rereadGroups(true)).as("nothing is new").isFalse();
        inside("ip maddr del 01:00:5e:00:00:09 dev v0");
        assertThat(probe.rereadGroups(true)).as("one less").isTrue();
        assertThat(probe.groups(v0, 200)).hasSize(101);
    }

    /// What one interface has must not hide what another has: 200 lines are 9 KiB, more than the kernel gives at once.
    @Test
    void readsWhatTheKernelGivesInParts() throws Exception {
        inside("for i in $(seq 1 100); do ip maddr add 01:00:5e:00:01:$(printf %02x $i) dev v0; ip maddr add 01:00:5e:00:02:$(printf %02x $i) dev v1; done");
        probe.rereadGroups(false);
        assertThat(probe.groups(probe.read(0, "v0"), 200)).hasSize(101);
        assertThat(probe.groups(probe.read(0, "v1"), 200)).hasSize(101);
    }

    @Test
    void saysSoWhenThereIsMoreThanItReads() throws Exception {
        inside("for i in $(seq 1 200); do ip maddr add 01:00:5e:00:01:$(printf %02x $i) dev v0; ip maddr add 01:00:5e:00:02:$(printf %02x $i) dev v1; done");
        probe.rereadGroups(false);
        assertThat(probe.groups(probe.read(0, "v0"), 1000)).isNull();
    }

    @Test
    void hearsThatSomethingHappened() throws Exception {
        var libc = Libc.current();
        probe.drainEvents();
        assertThat(libc.poll(probe.eventFd(), Libc.POLLIN, 0)).isZero();
        inside("ip link set v0 address 02:00:00:00:00:11");
        assertThat(libc.poll(probe.eventFd(), Libc.POLLIN, 10_000)).isEqualTo(Libc.POLLIN);
        probe.drainEvents();
        assertThat(libc.poll(probe.eventFd(), Libc.POLLIN, 0)).isZero();
    }
}
