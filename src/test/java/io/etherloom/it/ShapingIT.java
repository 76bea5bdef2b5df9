package io.etherloom.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.TreeMap;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Traffic shaping with iperf3, measured by the counters of the ports: octets of the frames as on the wire (spec 6.6). Nothing here has
/// a VLAN, so that a frame has one length wherever it is counted.
class ShapingIT extends OneLab {
    private static final long AVERAGE = 8_000_000;
    private static final long PEAK = 16_000_000;
    private static final long BURST = 512 * 1024;
    private static final int SECONDS = 11;
    private static final String TOPOLOGY = """
        name: LAB
        hosts:
          esx1:
            vSwitches:
              vSwitch0:
                portGroups:
                  Plain: { vlan: 0 }
                  Shaped: { vlan: 0, trafficShaping: { enabled: yes, averageBandwidth: 8 Mbps, peakBandwidth: 16 Mbps, burstSize: 512 KB } }
        vms:
          tcp: { host: esx1, nics: [ { portGroup: Shaped, ip: 10.9.0.1/24 } ] }
          udp: { host: esx1, nics: [ { portGroup: Shaped, ip: 10.9.0.2/24 } ] }
          sink1: { host: esx1, nics: [ { portGroup: Plain, ip: 10.9.0.11/24 } ] }
          sink2: { host: esx1, nics: [ { portGroup: Plain, ip: 10.9.0.12/24 } ] }
        """;

    @BeforeEach
    void startLab() throws Exception {
        start(TOPOLOGY, "iperf3", "tcpdump", "ping");
    }

    /// What a port had let out at a time.
    private record Sample(long nanos, long octets) {
        /// Bit/s from one to the other.
        static double rate(Sample from, Sample to) {
            return (to.octets - from.octets) * 8e9 / (to.nanos - from.nanos);
        }
    }

    /// Spec 6.1, 6.5, 6.6, 6.8, S36, S38: each port of the group has the whole average, TCP as UDP, also towards local VMs.
    @Test
    void holdsTheAverageForTcpAndUdpAndNeverMoreThanABurstAboveIt() throws Exception {
        for (var sink : new String[] {"sink1", "sink2"}) lab.background(sink, "iperf3", "-s", "-1", "--forceflush").awaitText("Server listening");
        var begin = new TreeMap<String, Sample>();
        var middle = new TreeMap<String, Sample>();
        for (var sink : new String[] {"sink1", "sink2"}) begin.put(sink, sample(sink));
        try (var frames = lab.background("sink1", "tcpdump", "-p", "-n", "-q", "-l", "-c", "500", "-i", "eth0", "-Q", "in", "greater", "1515").awaitText("listening");
                var tcp = lab.background("tcp", "iperf3", "-c", "10.9.0.11", "-t", Integer.toString(SECONDS));
                var udp = lab.background("udp", "iperf3", "-c", "10.9.0.12", "-u", "-b", "24M", "-t", Integer.toString(SECONDS))) {
            for (long begun = System.nanoTime(); System.nanoTime() - begun < (SECONDS - 1) * 1_000_000_000L; Thread.sleep(20)) {
                for (var sink : begin.keySet()) {
                    var now = sample(sink);
                    assertThat(now.octets - begin.get(sink).octets).as("above the average at " + sink)
                        .isLessThanOrEqualTo(BURST + (now.nanos - begin.get(sink).nanos) * AVERAGE / 8_000_000_000L + 1_514);
                    if (now.nanos - begun > 2_000_000_000L) middle.putIfAbsent(sink, now);
                }
            }
            for (var sink : begin.keySet()) {
                double rate = Sample.rate(middle.get(sink), sample(sink));
                System.out.println("shaped towards " + sink + ": " + Math.round(rate) + " bit/s of " + AVERAGE);
                assertThat(rate).as("long-run rate towards " + sink).isCloseTo(AVERAGE, Percentage.withPercentage(1));
            }
            assertThat(tcp.await().status()).isZero();
            assertThat(udp.await().status()).isZero();
            assertThat(frames.out()).as("super-frames are cut before the shaper").isEmpty();
        }
        assertThat(lab.drops("udp.eth0", "shaper_full")).as("UDP was offered three times the average").isPositive();
        var port = lab.port("udp.eth0");
        assertThat(port.drops().keySet()).containsExactly("shaper_full");
    }

    /// Spec 6.3, 6.6, S36: the burst goes at the peak, and super-frames of TCP no faster.
    @Test
    void doesNotPassThePeakWhileABurstLasts() throws Exception {
        lab.background("sink1", "iperf3", "-s", "-1", "--forceflush").awaitText("Server listening");
        lab.assertReaches("tcp", "10.9.0.11");
        var first = sample("sink1");
        try (var _ = lab.background("tcp", "iperf3", "-c", "10.9.0.11", "-t", "2")) {
            Await.until("it has begun", () -> sample("sink1").octets - first.octets > 20_000);
            var begun = sample("sink1");
            double highest = 0;
            // A burst of 512 KB at 16 Mbit/s and refilled at 8 lasts half a second.
            for (var last = begun; last.nanos - begun.nanos < 400_000_000L; Thread.sleep(1)) {
                var now = sample("sink1");
                if (now.nanos - last.nanos < 100_000_000L) continue;
                highest = Math.max(highest, Sample.rate(last, now));
                last = now;
            }
            System.out.println("highest rate in 100 ms of a burst: " + Math.round(highest) + " bit/s of " + PEAK);
            // After a pause of the agent the shaper makes up for what it missed.
            assertThat(highest).isGreaterThan(AVERAGE * 1.3).isLessThan(PEAK * 1.25);
        }
    }

    /// Spec 6.4, S37: on a standard vSwitch, VM to switch only.
    @Test
    void doesNotShapeWhatGoesToTheVm() throws Exception {
        lab.background("tcp", "iperf3", "-s", "-1", "--forceflush").awaitText("Server listening");
        var before = lab.port("tcp.eth0").outOctets();
        long begun = System.nanoTime();
        var udp = lab.exec("sink1", "iperf3", "-c", "10.9.0.1", "-u", "-b", "60M", "-t", "1");
        assertThat(udp.status()).as(udp.all()).isZero();
        assertThat((lab.port("tcp.eth0").outOctets() - before) * 8e9 / (System.nanoTime() - begun)).isGreaterThan(2 * PEAK);
    }

    /// The time is read behind the counter for a bound from above.
    private Sample sample(String vm) {
        long octets = lab.port(vm + ".eth0").outOctets();
        return new Sample(System.nanoTime(), octets);
    }
}
