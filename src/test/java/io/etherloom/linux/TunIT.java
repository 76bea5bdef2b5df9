package io.etherloom.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TunIT {
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
                assertThat(tun.offloads()).isIn(Tun.ALL_OFFLOADS, Tun.TUN_F_CSUM | Tun.TUN_F_TSO4 | Tun.TUN_F_TSO6);
                assertThat(link.isUp()).isFalse();
                assertThat(link.kind()).isEqualTo("tun");
                assertThat(link.tap()).isEqualTo(new Link.Tap(true, true, false, false, -1));
                tun.close();
                assertThat(rtnetlink.find("eth0")).isNull();
            }
            return null;
        });
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
}
