package io.etherloom.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.etherloom.capture.CapturedFrame;
import io.etherloom.capture.PcapReader;
import io.etherloom.lab.CaptureRequest;
import io.etherloom.lab.LabException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/// Two hosts and their physical switch on two agents, with real guests, and whatever crosses from one to the other.
@ParameterizedClass(name = "agents: {0}")
@ValueSource(strings = {"2", "{ count: 2, taps: spread }", "3"})
class SeveralAgentsIT extends OneLab {
    private static final String TOPOLOGY = """
        name: LAB
        agents: AGENTS
        fabric:
          switches:
            tor1: { ports: { "1": { trunk: [10] }, "2": { trunk: [10] }, "3": { trunk: [10] } } }
        hosts:
          esx1:
            pnics: { vmnic0: { link: tor1/1 }, vmnic1: { link: tor1/3 } }
            vSwitches: { vSwitch0: { uplinks: [vmnic0, vmnic1], portGroups: { Ten: { vlan: 10 } } } }
          esx2:
            pnics: { vmnic0: { link: tor1/2 } }
            vSwitches: { vSwitch0: { uplinks: [vmnic0], portGroups: { Ten: { vlan: 10 } } } }
        vms:
          a: { host: esx1, nics: [ { portGroup: Ten, ip: 10.9.0.1/24 } ] }
          b: { host: esx1, nics: [ { portGroup: Ten, ip: 10.9.0.2/24 } ] }
          far: { host: esx2, nics: [ { portGroup: Ten, ip: 10.9.0.3/24 } ] }
        """;

    @Parameter
    String agents;

    private String topology() {
        return TOPOLOGY.replace("AGENTS", agents);
    }

    @Test
    void carriesPingAndTcpBetweenAgents() throws Exception {
        start(topology(), "ping", "iperf3");
        lab.assertReaches("a", "10.9.0.2");
        lab.assertReaches("a", "10.9.0.3");
        try (var _ = lab.background("far", "iperf3", "-s", "--forceflush").awaitText("Server listening")) {
            for (var direction : List.of("--client", "--reverse")) {
                var words = new ArrayList<>(List.of("iperf3", "-c", "10.9.0.3", "-t", "1", "-f", "m"));
                if (direction.equals("--reverse")) {
                    words.add("-R");
                }
                var tcp = lab.exec("a", words.toArray(String[]::new));
                assertThat(tcp.status()).as(tcp.all()).isZero();
                assertThat(TrafficIT.megabits(tcp.out(), "receiver")).isGreaterThan(1);
            }
        }
        assertThat(lab.metrics("agent_errors_total")).isNotEmpty().allMatch(line -> line.matches(".* 0(\\.0)?"));
        var busy = lab.metrics("agent_cycle_time_seconds_count").stream().filter(line -> !line.matches(".* 0(\\.0)?")).toList();
        assertThat(busy).as("agents that carried frames").hasSizeGreaterThanOrEqualTo(2);
    }

    /// The uplink of `a` goes away and comes back while it talks to another agent's host.
    @Test
    void failsOverFromOneCableBetweenAgentsToAnother() throws Exception {
        start(topology(), "ping");
        lab.assertReaches("a", "10.9.0.3");
        for (var pnic : List.of("vmnic0", "vmnic1")) {
            lab.lab().link("esx1", pnic, false);
            lab.assertReaches("a", "10.9.0.3");
            lab.assertReaches("b", "10.9.0.3");
            lab.lab().link("esx1", pnic, true);
        }
        lab.assertReaches("far", "10.9.0.1");
        lab.lab().power("far", false);
        lab.lab().power("far", true);
        lab.assertReaches("a", "10.9.0.3");
    }

    @Test
    void aCaptureShowsTheWayOfAFrameOverAllAgentsInOrder() throws Exception {
        start(topology(), "ping");
        lab.assertReaches("a", "10.9.0.3");
        var uplink = lab.port("a.eth0").teamPnic();
        var tor = uplink.equals("vmnic0") ? "tor1/1" : "tor1/3";
        var file = new ByteArrayOutputStream();
        var isOver = new AtomicBoolean();
        var capture = CompletableFuture.supplyAsync(() -> {
            try {
                return lab.lab().capture(CaptureRequest.ofPorts("a", "esx1/" + uplink, tor, "tor1/2", "esx2/vmnic0", "far").withSnapLength(200), file, isOver::get);
            } catch (java.io.IOException fault) {
                throw new IllegalStateException(fault);
            }
        }, command -> Thread.ofPlatform().start(command));
        Await.until("the capture has begun", () -> file.size() > 0);
        lab.exec("a", "ping", "-n", "-q", "-c", "20", "-i", "0.02", "10.9.0.3");
        isOver.set(true);
        capture.get(30, TimeUnit.SECONDS);
        var requests = new TreeMap<Integer, List<String>>();      // By sequence number, since one may be under way when the next begins.
        try (var reader = new PcapReader(new ByteArrayInputStream(file.toByteArray()))) {
            for (CapturedFrame frame = reader.next(); frame != null; frame = reader.next()) {
                if (isRequest(frame.bytes())) {
                    requests.computeIfAbsent(sequence(frame.bytes()), _ -> new ArrayList<>()).add(frame.source().name());
                }
            }
        }
        assertThat(requests).hasSize(20);
        requests.forEach((sequence, way) -> assertThat(way).as("request %d", sequence)
            .containsExactly("a.eth0 VnicTx", "esx1/" + uplink + " UplinkSnd", tor + " UplinkRcv", "tor1/2 UplinkSnd", "esx2/vmnic0 UplinkRcv", "far.eth0 VnicRx"));
    }

    private static int sequence(byte[] frame) {
        int tag = frame[12] == (byte) 0x81 ? 4 : 0;
        return (frame[40 + tag] & 0xff) << 8 | frame[41 + tag] & 0xff;
    }

    private static boolean isRequest(byte[] frame) {
        int tag = frame.length > 40 && frame[12] == (byte) 0x81 ? 4 : 0;
        return frame.length > 40 && frame[12 + tag] == 8 && frame[13 + tag] == 0 && frame[23 + tag] == 1 && frame[34 + tag] == 8;
    }

    @Test
    void idlesInAnotherWayWithoutABlinkAndRefusesAnotherCount() throws Exception {
        start(topology(), "ping");
        lab.assertReaches("a", "10.9.0.3");
        assertThatThrownBy(() -> lab.apply(TOPOLOGY.replace("AGENTS", "7"))).isInstanceOf(LabException.class)
            .hasMessageContaining("agents.count cannot change while the lab runs").hasMessageContaining("take it down and up again");
        lab.assertReaches("a", "10.9.0.3");
        if (agents.equals("2")) {
            for (var idle : List.of("busyPoll", "gentle")) {
                assertThat(lab.apply(TOPOLOGY.replace("AGENTS", "{ count: 2, idle: " + idle + " }"))).extracting(it -> it.object() + " " + it.detail())
                    .singleElement().asString().contains("agents.idle").endsWith("-> " + idle);
                lab.assertReaches("a", "10.9.0.3");
            }
        }
    }
}
