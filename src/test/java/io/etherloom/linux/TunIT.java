package io.etherloom.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TunIT {
    private static final int TCP_OFFLOADS = Tun.TUN_F_CSUM | Tun.TUN_F_TSO4 | Tun.TUN_F_TSO6 | Tun.TUN_F_TSO_ECN;

    private final Netns netns = new Netns();
    private final String name = Root.name("tun");

    @BeforeEach
    void makeNamespace() {
        Root.require();
        netns.create(name);
    }

    @AfterEach
    void leavesNothingBehind() {
        netns.delete(name);
    }

    @Test
    void makesATapThatIsDownAndNotPersistent() {
        netns.call(name, () -> {
            try (var rtnetlink = Rtnetlink.open()) {
                var tun = Tun.create("eth0", Tun.Options.OFFLOADED);
                var link = rtnetlink.link("eth0");
                assertThat(tun.offloads()).isIn(Tun.ALL_OFFLOADS, TCP_OFFLOADS);
                assertThat(link.isUp()).isFalse();
                assertThat(link.kind()).isEqualTo("tun");
                assertThat(link.tap()).isEqualTo(new Link.Tap(true, true, false, false, -1));
                tun.close();
                assertThat(rtnetlink.find("eth0")).isNull();
            }
            return null;
        });
    }

    /// The kernel refuses UDP segmentation over one IP alone with the EINVAL of a kernel that knows none, and all else is still wanted.
    @Test
    void doesWithoutUdpSegmentationWhereTheKernelRefusesIt() {
        netns.call(name, () -> {
            for (int half : new int[] {Tun.TUN_F_USO4, Tun.TUN_F_USO6}) {
                try (var tun = Tun.create("eth0", new Tun.Options(true, TCP_OFFLOADS | half, false, true))) {
                    assertThat(tun.offloads()).isEqualTo(TCP_OFFLOADS);
                }
            }
            return null;
        });
    }

    /// Somebody may take it into another namespace and give it another name there; the descriptor goes on working.
    @Test
    void tellsItsNameWhereverItIs() throws Exception {
        var other = Root.name("tun2");
        netns.create(other);
        var tun = netns.call(name, () -> Tun.create("eth0", Tun.Options.OFFLOADED));
        try {
            assertThat(tun.currentName()).isEqualTo("eth0");
            var move = new ProcessBuilder("ip", "-n", name, "link", "set", "eth0", "netns", other, "name", "eth7").inheritIO().start();
            assertThat(move.waitFor()).isZero();
            assertThat(tun.currentName()).isEqualTo("eth7");
            assertThat(tun.name()).isEqualTo("eth0");
        } finally {
            tun.close();
            netns.delete(other);
        }
        assertThat(tun.currentName()).isEmpty();
    }

    @Test
    void setsAddressesAndRoutes() {
        netns.call(name, () -> {
            try (var tun = Tun.create("eth0", Tun.Options.OFFLOADED); var rtnetlink = Rtnetlink.open()) {
                assertThat(tun.hasVnetHeader()).isTrue();
                int index = rtnetlink.index("eth0");
                rtnetlink.change().mac(index, 0x0250_5600_0001L).mtu(index, 1400).up(index)
                    .address(index, InetAddress.ofLiteral("10.1.2.3"), 24)
                    .address(index, InetAddress.ofLiteral("fd00::3"), 64)
                    .defaultRoute(InetAddress.ofLiteral("10.1.2.1"))
                    .defaultRoute(InetAddress.ofLiteral("fd00::1"))
                    .route(InetAddress.ofLiteral("10.9.0.0"), 16, InetAddress.ofLiteral("10.1.2.2"))
                    .route(InetAddress.ofLiteral("10.8.0.0"), 16, index)
                    .apply();
                var link = rtnetlink.link("eth0");
                assertThat(link.mac()).isEqualTo(0x0250_5600_0001L);
                assertThat(link.mtuBytes()).isEqualTo(1400);
                assertThat(link.isUp()).isTrue();
                assertThat(link.hasCarrier()).isTrue();
                assertThatThrownBy(() -> rtnetlink.change().mtu(index, 9).up(index).apply()).isInstanceOf(LinuxException.class)
                    .hasMessageContaining("EINVAL");
            }
            return null;
        });
    }

    @Test
    void refusesANameThatExistsAndNamesThatCannotBe() {
        netns.call(name, () -> {
            try (var _ = Tun.create("eth0", Tun.Options.PLAIN)) {
                assertThatThrownBy(() -> Tun.create("eth0", Tun.Options.PLAIN)).isInstanceOf(LinuxException.class)
                    .hasMessage("ioctl TUNSETIFF eth0: EBUSY, device or resource busy (an interface of this name exists already)");
            }
            return null;
        });
        for (var bad : new String[] {"", "sixteen-letters-", "a b", "a/b", "tap%d", ".", "a:b"}) {
            assertThatThrownBy(() -> Tun.create(bad, Tun.Options.PLAIN)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void beginsWithoutCarrierAndPlugsItIn() {
        netns.call(name, () -> {
            var libc = Libc.current();
            try (var tun = Tun.create("eth0", Tun.Options.PLAIN.withCarrier(false)); var rtnetlink = Rtnetlink.open()) {
                int index = rtnetlink.index("eth0");
                rtnetlink.change().up(index).apply();
                assertThat(rtnetlink.link(index).hasCarrier()).isFalse();
                assertThat(tun.setCarrier(libc, true)).isZero();
                assertThat(rtnetlink.link(index).hasCarrier()).isTrue();
                assertThat(tun.setCarrier(libc, false)).isZero();
                assertThat(rtnetlink.link(index).hasCarrier()).isFalse();
            }
            return null;
        });
    }

    @Test
    void opensSeveralQueues() {
        netns.call(name, () -> {
            try (var first = Tun.create("eth0", new Tun.Options(true, Tun.ALL_OFFLOADS, true, true)); var second = first.openQueue();
                 var single = Tun.create("eth1", Tun.Options.PLAIN); var rtnetlink = Rtnetlink.open()) {
                assertThat(second.fd()).isNotEqualTo(first.fd());
                assertThat(rtnetlink.link("eth0").tap()).isEqualTo(new Link.Tap(true, true, false, true, 2));
                assertThatThrownBy(single::openQueue).isInstanceOf(IllegalStateException.class);
            }
            return null;
        });
    }

    @Test
    void attachesToAPersistentTapAndLeavesItAsItWas() throws Exception {
        ip("tuntap", "add", "dev", "up0", "mode", "tap");
        ip("link", "set", "up0", "address", "02:00:00:00:00:77", "mtu", "1400");
        netns.call(name, () -> {
            try (var rtnetlink = Rtnetlink.open()) {
                var tun = Tun.attach("up0", Tun.Options.OFFLOADED);
                assertThat(tun.hasVnetHeader()).isTrue();
                assertThatThrownBy(() -> Tun.attach("up0", Tun.Options.PLAIN)).hasMessageContaining("EBUSY")
                    .hasMessageContaining("another process uses this TAP");
                tun.close();
                var link = rtnetlink.link("up0");
                assertThat(link.mac()).isEqualTo(0x0200_0000_0077L);
                assertThat(link.mtuBytes()).isEqualTo(1400);
                assertThat(link.isUp()).isFalse();
                assertThat(link.tap()).isNotNull();
                assertThat(link.tap().persistent()).isTrue();
            }
            return null;
        });
    }

    @Test
    void doesNotMakeATapOfOneThatWaitsForAProcess() throws Exception {
        ip("tuntap", "add", "dev", "up0", "mode", "tap");
        netns.call(name, () -> {
            assertThatThrownBy(() -> Tun.create("up0", Tun.Options.PLAIN)).hasMessageContaining("EBUSY");
            return null;
        });
    }

    @Test
    void saysWhyItCannotAttach() throws Exception {
        ip("tuntap", "add", "dev", "tun0", "mode", "tun");
        ip("link", "add", "v0", "type", "veth", "peer", "name", "v1");
        ip("tuntap", "add", "dev", "mq0", "mode", "tap", "multi_queue");
        netns.call(name, () -> {
            try (var _ = Tun.create("ours", Tun.Options.PLAIN); var multi = Tun.attach("mq0", Tun.Options.OFFLOADED)) {
                assertThatThrownBy(() -> Tun.attach("none", Tun.Options.PLAIN)).hasMessageContaining("ENODEV");
                assertThatThrownBy(() -> Tun.attach("tun0", Tun.Options.PLAIN)).hasMessageContaining("a TUN, which carries no Ethernet");
                assertThatThrownBy(() -> Tun.attach("v0", Tun.Options.PLAIN)).hasMessageContaining("v0 is not a TAP but a veth");
                assertThatThrownBy(() -> Tun.attach("lo", Tun.Options.PLAIN)).hasMessageContaining("not a TAP");
                assertThatThrownBy(() -> Tun.attach("ours", Tun.Options.PLAIN)).hasMessageContaining("not persistent");
                assertThatThrownBy(() -> Tun.attach("mq0", Tun.Options.PLAIN)).hasMessageContaining("with the vnet header");
                try (var second = multi.openQueue(); var third = Tun.attach("mq0", Tun.Options.OFFLOADED)) {
                    assertThat(third.fd()).isGreaterThan(second.fd());
                }
            }
            return null;
        });
    }

    @Test
    void keepsTheNamespaceWhileItIsOpen() throws Exception {
        var tun = netns.call(name, () -> Tun.create("eth0", Tun.Options.PLAIN));
        netns.delete(name);
        var libc = Libc.current();
        var buffer = java.lang.foreign.Arena.ofAuto().allocate(64);
        assertThat(libc.write(tun.fd(), buffer, 60)).as("the interface is down, but there").isEqualTo(-Errno.EIO);
        tun.close();
    }

    private void ip(String... arguments) throws Exception {
        var command = new java.util.ArrayList<>(java.util.List.of("ip", "-n", name));
        command.addAll(java.util.List.of(arguments));
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).as("%s", command).isZero();
    }
}
