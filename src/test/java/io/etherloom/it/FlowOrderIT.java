package io.etherloom.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.etherloom.linux.Netns;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Many flows at once between two VMs whose TAPs have several queues, which several agents read and write: no datagram of a flow overtakes
/// another, in either direction.
class FlowOrderIT extends OneLab {
    private static final int FLOWS = 32;
    private static final int BURST = 8;
    private static final int WANTED = 40_000;

    /// How many datagrams of one direction of a flow may be on the way: few enough that no queue overflows when the processors are busy.
    private static final int WINDOW = 32;

    private static final String TOPOLOGY = """
        name: LAB
        agents: AGENTS
        hosts:
          esx1: { vSwitches: { vSwitch0: { portGroups: { Ten: { vlan: 10 } } } } }
        vms:
          a: { host: esx1, nics: [ { portGroup: Ten, ip: 10.9.0.1/24, queues: 4 } ] }
          b: { host: esx1, nics: [ { portGroup: Ten, ip: 10.9.0.2/24, queues: 3 } ] }
        """;

    /// One side of a flow: numbers what it sends, and checks the numbers of what comes.
    private static final class End {
        private final DatagramChannel channel;
        private final ByteBuffer buffer = ByteBuffer.allocate(64);
        private int sent;
        private int last;
        private int received;
        private int roundsShut;

        End(DatagramChannel channel) {
            this.channel = channel;
        }

        /// Sends a burst when the window is open, and now and then when it has stayed shut, since its last datagrams may have been lost.
        void send(End peer, boolean isWanted) throws IOException {
            if (!isWanted || sent - peer.last >= WINDOW && ++roundsShut % 1000 != 0) {
                return;
            }
            for (int i = 0; i < BURST; i++) {
                buffer.clear().putInt(0, ++sent);
                channel.write(buffer);
            }
        }

        void receive() throws IOException {
            for (buffer.clear(); channel.read(buffer) > 0; buffer.clear()) {
                int number = buffer.getInt(0);
                assertThat(number).as("number after %d", last).isGreaterThan(last);
                last = number;
                received++;
            }
        }
    }

    private static DatagramChannel bound(InetSocketAddress local) throws IOException {
        return DatagramChannel.open(StandardProtocolFamily.INET).setOption(StandardSocketOptions.SO_RCVBUF, 1 << 20).bind(local);
    }

    private List<End> ends(String vm, String own, String other, boolean isFirst) {
        Supplier<List<End>> open = () -> {
            var ends = new ArrayList<End>();
            try {
                for (int i = 0; i < FLOWS; i++) {
                    var channel = lab.with(bound(new InetSocketAddress(own, (isFirst ? 5000 : 6000) + i)));
                    channel.connect(new InetSocketAddress(other, (isFirst ? 6000 : 5000) + i)).configureBlocking(false);
                    ends.add(new End(channel));
                }
            } catch (IOException fault) {
                throw new java.io.UncheckedIOException(fault);
            }
            return ends;
        };
        return new Netns().call(lab.namespace(vm), open::get);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "2", "{ count: 2, taps: spread }", "3"})
    void noDatagramOvertakesAnotherOfItsFlow(String agents) throws Exception {
        start(TOPOLOGY.replace("AGENTS", agents), "ping");
        lab.assertReaches("a", "10.9.0.2");
        var first = ends("a", "10.9.0.1", "10.9.0.2", true);
        var second = ends("b", "10.9.0.2", "10.9.0.1", false);
        Await.until(WANTED + " datagrams have arrived", () -> {
            int received = 0;
            for (int i = 0; i < FLOWS; i++) {
                // Some begin at one side, some at the other, and some go one way only.
                boolean isFirstToBegin = i % 2 == 0;
                boolean isAnswered = i % 4 < 2;
                var one = first.get(i);
                var other = second.get(i);
                one.send(other, isFirstToBegin || isAnswered && one.received > 0);
                other.send(one, !isFirstToBegin || isAnswered && other.received > 0);
                one.receive();
                other.receive();
                received += one.received + other.received;
            }
            return received >= WANTED;
        });
        assertThat(lab.metrics("agent_errors_total")).isNotEmpty().allMatch(line -> line.matches(".* 0(\\.0)?"));
    }
}
