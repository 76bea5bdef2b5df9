package io.etherloom.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.etherloom.api.FixedLab;
import io.etherloom.event.EventType;
import io.etherloom.frame.DropReason;
import io.etherloom.frame.DurationCounts;
import io.etherloom.lab.Meters;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

public class LabMetricsTest {
    private final FixedLab lab = new FixedLab("campus");
    private final LabMetrics metrics = new LabMetrics(lab::meters, "1.2.3");

    @AfterEach
    void close() {
        metrics.close();
    }

    /// A whole scrape.
    public static String text(LabMetrics metrics, LabMetrics.Format format) {
        var body = new ByteArrayOutputStream(32 * 1024);
        try {
            metrics.write(format, body);
        } catch (IOException e) {
            throw new AssertionError("memory cannot fail", e);
        }
        return body.toString(StandardCharsets.UTF_8);
    }

    private String text() {
        return text(metrics, LabMetrics.Format.TEXT);
    }

    /// Spec 1.14, 8.19, 8.21: rx and tx are those of what is plugged in: what a VM transmits comes in, what a pNIC transmits goes out.
    @Test
    void countsPacketsAndOctetsAsTheNicSeesThem() {
        lab.meterPorts.add(lab.meterPort(Meters.Kind.UPLINK, "vmnic0"));
        lab.meterPorts.add(lab.meterPort(Meters.Kind.FABRIC, "24"));
        assertThat(text().lines()).contains(
            "vswitch_port_tx_packets_total{cast=\"broadcast\",port=\"web1.eth0\",vswitch=\"esx1/vSwitch0\"} 3.0",
            "vswitch_port_rx_packets_total{cast=\"broadcast\",port=\"web1.eth0\",vswitch=\"esx1/vSwitch0\"} 0.0",
            "vswitch_port_tx_bytes_total{cast=\"broadcast\",port=\"web1.eth0\",vswitch=\"esx1/vSwitch0\"} 180.0",
            "vswitch_uplink_rx_packets_total{cast=\"broadcast\",uplink=\"vmnic0\",vswitch=\"esx1/vSwitch0\"} 3.0",
            "vswitch_uplink_tx_bytes_total{cast=\"unicast\",uplink=\"vmnic0\",vswitch=\"esx1/vSwitch0\"} 0.0",
            "fabric_port_rx_bytes_total{cast=\"broadcast\",port=\"24\",switch=\"tor1\"} 180.0");
    }

    @Test
    void saysWhereAPortBelongs() {
        assertThat(text().lines()).contains(
            "vswitch_port_info{host=\"esx1\",kind=\"vnic\",port=\"web1.eth0\",portgroup=\"VM Network\",portid=\"33554435\",vlan=\"10\",vm=\"web1\","
                + "vswitch=\"esx1/vSwitch0\"} 1.0",
            "vswitch_port_up{port=\"web1.eth0\",vswitch=\"esx1/vSwitch0\"} 1.0",
            "vswitch_info{host=\"esx1\",mtu=\"1500\",vswitch=\"esx1/vSwitch0\"} 1.0",
            "vswitch_uplink_info{host=\"esx1\",peer=\"tor1/1\",uplink=\"vmnic0\",vswitch=\"esx1/vSwitch0\"} 1.0",
            "vswitch_uplink_speed_bytes{uplink=\"vmnic0\",vswitch=\"esx1/vSwitch0\"} 1.25E9");
    }

    @Test
    void countsEveryReasonOfASwitchFromTheStart() {
        for (var reason : DropReason.values()) {
            assertThat(text()).contains("\nvswitch_drops_total{reason=\"" + reason.label() + "\",vswitch=\"esx1/vSwitch0\"} ");
        }
        assertThat(text().lines()).contains("vswitch_drops_total{reason=\"no_receiver\",vswitch=\"esx1/vSwitch0\"} 3.0",
            "fabric_drops_total{reason=\"not_forwarding\",switch=\"tor1\"} 0.0");
    }

    @Test
    void tellsOfTheLabItsEventsCapturesAndConnections() {
        lab.events().post(EventType.FAILOVER, "esx1/vSwitch0", "Ports moved.");
        metrics.connections("socket", () -> 3);
        assertThat(text().lines()).contains(
            "lab_info{name=\"campus\",topology=\"/labs/campus.yaml\"} 1.0",
            "lab_events_total{severity=\"warning\",type=\"failover\"} 1.0",
            "lab_events_total{severity=\"error\",type=\"connectivity-lost\"} 0.0",
            "capture_running 1.0",
            "capture_copies_lost_total 7.0",
            "api_connections{listener=\"socket\"} 3.0");
        assertThat(text()).containsPattern("\netherloom_build_info\\{java=\"25[^\"]*\",version=\"1.2.3\"} 1.0\n");
    }

    /// How the JVM stands, in few words.
    @Test
    void tellsOfTheProcessInFewSeries() {
        var process = text().lines().filter(line -> line.startsWith("jvm_") || line.startsWith("process_")).toList();
        assertThat(process).hasSizeBetween(8, 40);
        assertThat(process).anyMatch(line -> line.startsWith("jvm_memory_used_bytes{area=\"heap\""))
            .anyMatch(line -> line.startsWith("jvm_threads_live_threads ")).anyMatch(line -> line.startsWith("process_cpu_usage "));
    }

    @Test
    void countsDropsByReasonWithThoseOfTheKernel() {
        assertThat(text().lines().filter(line -> line.startsWith("vswitch_port_drops_total"))).containsExactlyInAnyOrder(
            "vswitch_port_drops_total{port=\"web1.eth0\",reason=\"no_receiver\",vswitch=\"esx1/vSwitch0\"} 1.0",
            "vswitch_port_drops_total{port=\"web1.eth0\",reason=\"device_queue\",vswitch=\"esx1/vSwitch0\"} 2.0");
    }

    @Test
    void tellsUplinksAgentsAndPools() {
        assertThat(text().lines()).contains(
            "vswitch_uplink_up{uplink=\"vmnic0\",vswitch=\"esx1/vSwitch0\"} 1.0",
            "vswitch_uplink_usable{uplink=\"vmnic0\",vswitch=\"esx1/vSwitch0\"} 0.0",
            "agent_cycle_time_seconds_bucket{agent=\"esx1\",le=\"0.004194304\"} 9",
            "agent_cycle_time_seconds_bucket{agent=\"esx1\",le=\"+Inf\"} 10",
            "agent_cycle_time_seconds_count{agent=\"esx1\"} 10",
            "agent_cycle_time_seconds_sum{agent=\"esx1\"} 2.5",
            "agent_last_cycle_age_seconds{agent=\"esx1\"} 0.25",
            "agent_cycle_time_max_seconds{agent=\"esx1\"} 0.004",
            "agent_errors_total{agent=\"esx1\"} 0.0",
            "frame_pool_capacity{agent=\"esx1\",pool=\"head\"} 4096.0",
            "frame_pool_free{agent=\"esx1\",pool=\"tail\"} 60.0");
    }

    /// Spec 8.21.
    @Test
    void tellsWhoSitsWhereAndWhatThatCost() {
        assertThat(text().lines()).contains(
            "vswitch_port_team_uplink{port=\"web1.eth0\",uplink=\"vmnic0\",vswitch=\"esx1/vSwitch0\"} 1.0",
            "vswitch_rarp_sent_total{port=\"web1.eth0\",vswitch=\"esx1/vSwitch0\"} 5.0",
            "vswitch_failover_total{vswitch=\"esx1/vSwitch0\"} 4.0",
            "vswitch_failover_outage_seconds_count{vswitch=\"esx1/vSwitch0\"} 1",
            "vswitch_failover_outage_seconds_sum{vswitch=\"esx1/vSwitch0\"} 0.002");
    }

    @Test
    void tellsOfBeaconsOnlyWhereTheyAreProbed() {
        assertThat(text().lines().filter(line -> line.startsWith("vswitch_uplink_beacon_heard{")))
            .containsExactly("vswitch_uplink_beacon_heard{uplink=\"vmnic0\",vswitch=\"esx1/vSwitch0\"} 0.0");
    }

    /// Spec 8.21.
    @Test
    void tellsHowShapersStand() {
        assertThat(text().lines()).contains(
            "vswitch_shaper_tokens_bytes{direction=\"tx\",port=\"web1.eth0\",vswitch=\"esx1/vSwitch0\"} 1537.0",
            "vswitch_shaper_queue_frames{direction=\"tx\",port=\"web1.eth0\",vswitch=\"esx1/vSwitch0\"} 3.0",
            "vswitch_shaper_passed_bytes_total{direction=\"tx\",port=\"web1.eth0\",vswitch=\"esx1/vSwitch0\"} 420.0",
            "vswitch_shaper_delayed_frames_total{direction=\"tx\",port=\"web1.eth0\",vswitch=\"esx1/vSwitch0\"} 5.0");
    }

    @Test
    void forgetsAPortThatIsGoneAndShowsANewOne() {
        assertThat(text()).contains("port=\"web1.eth0\"");
        lab.meterPorts.clear();
        lab.meterPorts.add(lab.meterPort(Meters.Kind.VNIC, "web2.eth0"));
        assertThat(text().lines().filter(line -> line.startsWith("vswitch_port_rx_packets_total"))).isNotEmpty()
            .allSatisfy(line -> assertThat(line).contains("port=\"web2.eth0\""));
    }

    @Test
    void describesEveryFamily() {
        var text = text();
        var families = text.lines().filter(line -> line.startsWith("# TYPE ")).map(line -> line.split(" ")[2]).toList();
        assertThat(families).hasSizeGreaterThan(20).doesNotHaveDuplicates();
        for (var family : families) {
            assertThat(text).containsPattern("# HELP " + family + " \\S.*");
        }
    }

    @Test
    void writesOpenMetricsWhenItIsAskedFor() {
        var format = metrics.format("application/openmetrics-text;version=1.0.0;q=0.6,text/plain;version=0.0.4;q=0.2");
        assertThat(format.contentType()).startsWith("application/openmetrics-text");
        assertThat(text(metrics, format)).endsWith("# EOF\n");
        assertThat(metrics.format("*/*").contentType()).startsWith("text/plain; version=0.0.4");
    }

    /// Spec 8.21.
    @Test
    void countsMovesByResultAndHowLongTheyTook() {
        var outages = new DurationCounts();
        outages.add(400_000);
        metrics.moves(() -> new Meters.Moves(new DurationCounts(), outages, Map.of("moved", 1L, "VMotionLinkDown", 2L)));
        assertThat(text()).contains("vmotion_total{result=\"moved\"} 1.0", "vmotion_total{result=\"VMotionLinkDown\"} 2.0", "vmotion_outage_seconds_count 1",
            "vmotion_outage_seconds_sum 4.0E-4", "vmotion_duration_seconds_count 0");
    }

    /// What the API does; all threads are counted, since the work may be done by another. A word at a time it would be megabytes.
    @Test
    void aScrapeOnAVirtualThreadLeavesLittleGarbage() throws Exception {
        int scrapes = 20;
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        var text = text();
        Thread.ofVirtual().start(this::text).join();
        long before = threads.getTotalThreadAllocatedBytes();
        for (int i = 0; i < scrapes; i++) {
            Thread.ofVirtual().start(this::text).join();
        }
        long each = (threads.getTotalThreadAllocatedBytes() - before) / scrapes;
        assertThat(each).as("octets allocated for %d characters", text.length()).isBetween((long) text.length(), 1_000_000L);
    }
}
