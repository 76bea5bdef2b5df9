package io.etherloom.linux;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class InterfaceDropsIT {
    private final Netns netns = new Netns();
    private final String name = Root.name("drops");
    private Tun tun;
    private InterfaceDrops drops;

    @BeforeEach
    void makeNamespace() {
        Root.require();
        netns.create(name);
        netns.call(name, () -> {
            tun = Tun.create("eth0", Tun.Options.PLAIN);
            Sysctl.disableIpv6();
            try (var link = Rtnetlink.open()) {
                link.change().up(link.index("eth0")).apply();
            }
            drops = InterfaceDrops.open("eth0");
            return null;
        });
    }

    @AfterEach
    void leavesNothingBehind() {
        if (drops != null) drops.close();
        if (tun != null) tun.close();
        netns.delete(name);
    }

    private Link.Statistics kernel() {
        return netns.call(name, () -> {
            try (var link = Rtnetlink.open()) {
                return link.link("eth0").statistics();
            }
        });
    }

    /// More than the queue of a TAP that nobody reads has room for.
    @Test
    void countsWhatTheKernelCounts() {
        assertThat(drops.read()).isZero();
        netns.call(name, () -> {
            try (var socket = new java.net.DatagramSocket(); var link = Rtnetlink.open()) {
                link.change().address(link.index("eth0"), java.net.InetAddress.getByName("10.9.0.1"), 24).apply();
                socket.setBroadcast(true);
                var packet = new java.net.DatagramPacket(new byte[10], 10, java.net.InetAddress.getByName("10.9.0.255"), 9);
                for (int i = 0; i < 3_000; i++) send(socket, packet);
            }
            return null;
        });
        long dropped = drops.read();
        assertThat(dropped).isPositive().isEqualTo(kernel().txDropped());
    }

    private static void send(java.net.DatagramSocket socket, java.net.DatagramPacket packet) {
        try {
            socket.send(packet);
        } catch (java.io.IOException _) {
            // The kernel may tell the sender that there is no room.
        }
    }

    /// The kernel gives the table a page at a time, and a guest may make interfaces as it likes.
    @Test
    void findsAnInterfaceBehindHundredOthers() throws Exception {
        var words = new StringBuilder();
        for (int i = 0; i < 120; i++) words.append("link add br").append(i).append(" type bridge\n");
        var batch = new ProcessBuilder("ip", "netns", "exec", name, "ip", "-batch", "-").redirectErrorStream(true).start();
        try (var in = batch.outputWriter()) {
            in.write(words.toString());
        }
        assertThat(batch.waitFor()).as(new String(batch.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8)).isZero();
        netns.call(name, () -> {
            try (var _ = Tun.create("last0", Tun.Options.PLAIN); var last = InterfaceDrops.open("last0"); var none = InterfaceDrops.open("none0")) {
                assertThat(last.read()).isZero();
                assertThat(none.read()).isEqualTo(-1);
            }
            return null;
        });
    }

    @Test
    void knowsNothingOfAnInterfaceThatIsGone() {
        tun.close();
        assertThat(drops.read()).isEqualTo(-1);
        drops.close();
        assertThat(drops.read()).isEqualTo(-1);
    }
}
