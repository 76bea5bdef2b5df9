package io.etherloom.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.etherloom.linux.Netns;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Guests that turn offloads off with ethtool, each setting of the one with each of the other: what is sent comes, octet by octet, in both
/// directions, through two vSwitches and a tagged trunk.
class OffloadSettingsIT extends OneLab {
    private static final String TOPOLOGY = """
        name: LAB
        fabric:
          switches: { tor1: { ports: { "1": { trunk: [10] }, "2": { trunk: [10] } } } }
        hosts:
          esx1:
            pnics: { vmnic0: { link: tor1/1 } }
            vSwitches: { vSwitch0: { uplinks: [vmnic0], portGroups: { Ten: { vlan: 10 } } } }
          esx2:
            pnics: { vmnic0: { link: tor1/2 } }
            vSwitches: { vSwitch0: { uplinks: [vmnic0], portGroups: { Ten: { vlan: 10 } } } }
        vms:
          a: { host: esx1, nics: [ { portGroup: Ten, ip: [10.9.0.1/24, "fd00:9::1/64"] } ] }
          b: { host: esx2, nics: [ { portGroup: Ten, ip: [10.9.0.2/24, "fd00:9::2/64"] } ] }
        """;
    private static final List<String> FEATURES = List.of("tx", "sg", "tso", "gso", "gro");
    private static final List<String> SENDERS = List.of("", "tso", "gso", "tx", "tx sg tso gso gro");
    private static final List<String> RECEIVERS = List.of("", "gro", "tx", "tx sg tso gso gro");
    private static final int OCTETS = 400_000;
    private static final int[] DATAGRAMS = {1, 2, 100, 1472, 1473, 9000, 60_001};

    private final Netns netns = new Netns();

    @BeforeEach
    void startLab() throws Exception {
        start(TOPOLOGY, "ethtool");
    }

    private void turnOff(String vm, String off) throws Exception {
        var words = new ArrayList<>(List.of("ethtool", "-K", "eth0"));
        for (var feature : FEATURES) {
            words.add(feature);
            words.add(Arrays.asList(off.split(" ")).contains(feature) ? "off" : "on");
        }
        var outcome = lab.exec(vm, words.toArray(String[]::new));
        assertThat(outcome.status()).as(outcome.all()).isZero();
    }

    private static <T> FutureTask<T> start(Callable<T> work) {
        var task = new FutureTask<>(work);
        Thread.ofPlatform().daemon().start(task);
        return task;
    }

    /// Sends in both directions at once.
    ///
    /// @return whether both got what the other sent
    private static boolean exchange(Socket socket, byte[] sent, byte[] expected) throws Exception {
        try (socket) {
            var writer = start(() -> {
                socket.getOutputStream().write(sent);
                return null;
            });
            var received = socket.getInputStream().readNBytes(expected.length);
            writer.get(20, TimeUnit.SECONDS);
            return Arrays.equals(received, expected);
        }
    }

    private void assertTcp(String address, String what) throws Exception {
        var up = new byte[OCTETS];
        var down = new byte[OCTETS];
        new SplittableRandom(what.hashCode()).nextBytes(up);
        new SplittableRandom(address.hashCode()).nextBytes(down);
        var target = InetAddress.ofLiteral(address);
        try (var server = netns.call(lab.namespace("b"), () -> new ServerSocket(0, 1, target))) {
            var accepted = start(() -> exchange(server.accept(), down, up));
            var socket = netns.call(lab.namespace("a"), () -> {
                var made = new Socket();
                made.connect(new InetSocketAddress(target, server.getLocalPort()), 20_000);
                return made;
            });
            assertThat(exchange(socket, up, down)).as("%s: what b sent", what).isTrue();
            assertThat(accepted.get(20, TimeUnit.SECONDS)).as("%s: what a sent", what).isTrue();
        }
    }

    /// Datagrams of every kind of length, some longer than the MTU, each sent back. The receiver's kernel drops those whose checksum is wrong.
    private void assertUdp(String address, String what) throws Exception {
        var target = InetAddress.ofLiteral(address);
        try (var echo = netns.call(lab.namespace("b"), () -> DatagramChannel.open().bind(new InetSocketAddress(target, 0)));
             var source = netns.call(lab.namespace("a"), () -> DatagramChannel.open())) {
            var echoes = start(() -> echo(echo));
            source.connect(new InetSocketAddress(target, ((InetSocketAddress) echo.getLocalAddress()).getPort()));
            source.socket().setSoTimeout(10_000);
            for (int length : DATAGRAMS) {
                var octets = new byte[length];
                new SplittableRandom(length).nextBytes(octets);
                source.write(ByteBuffer.wrap(octets));
                var packet = new java.net.DatagramPacket(new byte[65_536], 65_536);
                source.socket().receive(packet);
                assertThat(Arrays.copyOf(packet.getData(), packet.getLength())).as("%s: datagram of %d octets", what, length).isEqualTo(octets);
            }
            echoes.get(10, TimeUnit.SECONDS);
        }
    }

    private static @Nullable Void echo(DatagramChannel channel) throws IOException {
        var buffer = ByteBuffer.allocate(65_536);
        for (int i = 0; i < DATAGRAMS.length; i++) {
            var from = channel.receive(buffer.clear());
            channel.send(buffer.flip(), from);
        }
        return null;
    }

    @Test
    void everySettingOfOneWithEverySettingOfTheOther() throws Exception {
        lab.assertReaches("a", "10.9.0.2");
        lab.assertReaches("a", "fd00:9::2");
        for (var sender : SENDERS) {
            turnOff("a", sender);
            for (var receiver : RECEIVERS) {
                turnOff("b", receiver);
                for (var address : List.of("10.9.0.2", "fd00:9::2")) {
                    var what = "[" + sender + "] off, [" + receiver + "] off, to " + address;
                    assertTcp(address, what);
                    assertUdp(address, what);
                }
            }
        }
        for (var vm : List.of("a.eth0", "b.eth0")) {
            assertThat(lab.port(vm).drops()).doesNotContainKeys("malformed_offload", "oversize", "device_error");
        }
    }
}
