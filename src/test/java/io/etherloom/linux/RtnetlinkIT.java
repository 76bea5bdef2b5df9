package io.etherloom.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RtnetlinkIT {
    private final Netns netns = new Netns();
    private final String name = Root.name("rtnl");

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
    void makesWhatIpShows() throws Exception {
        var tun = netns.call(name, () -> {
            var made = Tun.create("eth0", Tun.Options.PLAIN);
            try (var rtnetlink = Rtnetlink.open()) {
                int index = rtnetlink.index("eth0");
                rtnetlink.change().mac(index, 0x0050_56ab_cdefL).mtu(index, 9000).up(index).up(rtnetlink.index("lo"))
                    .address(index, InetAddress.ofLiteral("10.1.2.3"), 24)
                    .address(index, InetAddress.ofLiteral("fd00::3"), 64)
                    .defaultRoute(InetAddress.ofLiteral("10.1.2.1"))
                    .defaultRoute(InetAddress.ofLiteral("fd00::1"))
                    .route(InetAddress.ofLiteral("10.9.0.0"), 16, InetAddress.ofLiteral("10.1.2.2"))
                    .route(InetAddress.ofLiteral("10.8.0.0"), 16, index)
                    .apply();
            }
            return made;
        });
        assertThat(ip("link", "show", "eth0")).contains("mtu 9000").contains("00:50:56:ab:cd:ef").contains("LOWER_UP");
        assertThat(ip("addr", "show", "eth0")).contains("inet 10.1.2.3/24").contains("inet6 fd00::3/64").doesNotContain("tentative fd00");
        assertThat(ip("route")).contains("default via 10.1.2.1 dev eth0").contains("10.9.0.0/16 via 10.1.2.2")
            .contains("10.8.0.0/16 dev eth0");
        assertThat(ip("-6", "route")).contains("default via fd00::1 dev eth0");
        tun.close();
    }

    @Test
    void readsAllInterfacesAndTheirPromiscuity() throws Exception {
        ip("link", "add", "v0", "type", "veth", "peer", "name", "v1");
        ip("link", "set", "v0", "promisc", "on");
        netns.call(name, () -> {
            try (var rtnetlink = Rtnetlink.open()) {
                assertThat(rtnetlink.links()).extracting(Link::name).contains("lo", "v0", "v1");
                assertThat(rtnetlink.link("v0").promiscuity()).isEqualTo(1);
                assertThat(rtnetlink.link("v1").promiscuity()).isZero();
                assertThat(rtnetlink.link("v1").kind()).isEqualTo("veth");
                assertThat(rtnetlink.link("v1").tap()).isNull();
                assertThat(rtnetlink.find("none")).isNull();
                assertThatThrownBy(() -> rtnetlink.index("none")).hasMessageContaining("find interface none: ENODEV");
                rtnetlink.change().rename(rtnetlink.index("v0"), "web.10").apply();
                rtnetlink.change().delete(rtnetlink.index("web.10")).apply();
                assertThat(rtnetlink.links()).extracting(Link::name).doesNotContain("v1", "web.10");
            }
            return null;
        });
    }

    @Test
    void sendsMoreChangesThanFitOneDatagram() {
        netns.call(name, () -> {
            try (var rtnetlink = Rtnetlink.open()) {
                int index = rtnetlink.index("lo");
                var changes = rtnetlink.change().up(index);
                for (int i = 1; i <= 200; i++) changes.address(index, InetAddress.ofLiteral("10.5.0." + i), 32);
                changes.apply();
            }
            return null;
        });
        assertThat(ip("addr", "show", "lo")).contains("10.5.0.1/32").contains("10.5.0.200/32");
    }

    @Test
    void answersQuestionsWhileChangesAreCollected() {
        netns.call(name, () -> {
            try (var rtnetlink = Rtnetlink.open()) {
                var changes = rtnetlink.change().mtu(1, 1400);
                assertThat(rtnetlink.links()).isNotEmpty();
                var more = rtnetlink.change().mtu(rtnetlink.index("lo"), 1500);
                changes.up(rtnetlink.index("lo")).apply();
                assertThat(rtnetlink.link("lo").mtuBytes()).isEqualTo(1400);
                more.apply();
                assertThat(rtnetlink.link("lo").mtuBytes()).isEqualTo(1500);
            }
            return null;
        });
    }

    @Test
    void namesTheFirstChangeThatFailedWithTheKernelsSentenceAndMakesTheOthers() {
        netns.call(name, () -> {
            try (var rtnetlink = Rtnetlink.open()) {
                int index = rtnetlink.index("lo");
                assertThatThrownBy(() -> rtnetlink.change().up(index).defaultRoute(InetAddress.ofLiteral("10.77.0.1")).mtu(index, 1400).apply())
                    .isInstanceOfSatisfying(LinuxException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENETUNREACH))
                    .hasMessage("add default route via 10.77.0.1: ENETUNREACH, network is unreachable (Nexthop has invalid gateway)");
                assertThat(rtnetlink.link(index).mtuBytes()).isEqualTo(1400);
                assertThatThrownBy(() -> rtnetlink.change().mtu(4711, 1400).apply()).hasMessageContaining("ENODEV");
            }
            return null;
        });
    }

    @Test
    void tellsOfChangesAndRemovals() throws Exception {
        ip("link", "add", "v0", "type", "veth", "peer", "name", "v1");
        try (var monitor = netns.call(name, LinkMonitor::open)) {
            assertThat(monitor.await(0)).isEmpty();
            ip("link", "set", "v0", "address", "02:00:00:00:00:09");
            awaitEvent(monitor, e -> e instanceof LinkMonitor.Event.Changed(Link link) && link.name().equals("v0")
                && link.mac() == 0x0200_0000_0009L);
            ip("link", "set", "v0", "promisc", "on");
            awaitEvent(monitor, e -> e instanceof LinkMonitor.Event.Changed(Link link) && link.promiscuity() == 1);
            ip("link", "del", "v0");
            awaitEvent(monitor, e -> e instanceof LinkMonitor.Event.Removed(Link link) && link.name().equals("v0"));
        }
    }

    private static void awaitEvent(LinkMonitor monitor, Predicate<LinkMonitor.Event> wanted) {
        var seen = new ArrayList<LinkMonitor.Event>();
        long deadline = System.nanoTime() + 5_000_000_000L;
        while (System.nanoTime() < deadline) {
            var events = monitor.await(500);
            seen.addAll(events);
            if (events.stream().anyMatch(wanted)) return;
        }
        throw new AssertionError("not among " + seen);
    }

    @Test
    void saysWhenEventsWereLost() {
        try (var monitor = netns.call(name, LinkMonitor::open)) {
            netns.call(name, () -> {
                try (var rtnetlink = Rtnetlink.open()) {
                    int index = rtnetlink.index("lo");
                    for (int i = 0; i < 1_000; i++) rtnetlink.change().mtu(index, 1400 + i).apply();
                }
                return null;
            });
            var events = new ArrayList<LinkMonitor.Event>();
            for (var more = monitor.await(0); !more.isEmpty(); more = monitor.await(0)) events.addAll(more);
            assertThat(events).contains(new LinkMonitor.Event.Lost());
        }
    }

    @Test
    void setsWhatBelongsToTheNamespace() {
        var home = Sysctl.read("net.ipv4.ip_forward");
        netns.call(name, () -> {
            Sysctl.disableIpv6();
            Sysctl.setForwarding(true);
            Sysctl.allowPing(0, 1000);
            assertThat(Sysctl.read("net.ipv6.conf.default.disable_ipv6")).isEqualTo("1");
            assertThat(Sysctl.read("net.ipv4.ip_forward")).isEqualTo("1");
            assertThat(Sysctl.read("net.ipv4.ping_group_range")).isEqualTo("0\t1000");
            try (var _ = Tun.create("web.10", Tun.Options.PLAIN)) {
                assertThat(Sysctl.read("net.ipv6.conf.web/10.disable_ipv6")).isEqualTo("1");
                Sysctl.setIpv6("web.10", true);
                assertThat(Sysctl.read("net.ipv6.conf.web/10.disable_ipv6")).isEqualTo("0");
            }
            return null;
        });
        assertThat(Sysctl.read("net.ipv4.ip_forward")).isEqualTo(home);
        assertThatThrownBy(() -> Sysctl.write("net.ipv4.nothing", "1")).hasMessageContaining("cannot set net.ipv4.nothing to 1");
    }

    private String ip(String... arguments) {
        var command = new ArrayList<>(List.of("ip", "-n", name));
        command.addAll(List.of(arguments));
        try {
            var process = new ProcessBuilder(command).redirectErrorStream(true).start();
            var text = new String(process.getInputStream().readAllBytes());
            assertThat(process.waitFor()).as("%s: %s", command, text).isZero();
            return text;
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
