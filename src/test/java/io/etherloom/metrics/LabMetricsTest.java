package io.etherloom.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.etherloom.api.FixedLab;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LabMetricsTest {
    private final FixedLab lab = new FixedLab("campus");
    private final LabMetrics metrics = new LabMetrics(lab::meters);

    @AfterEach
    void close() {
        metrics.close();
    }

    private String text() {
        return new String(metrics.scrape(null).body(), StandardCharsets.UTF_8);
    }

    /// Spec 1.14: in is from the connected entity into the switch.
    @Test
    void countsFramesAndOctetsByDirectionAndCast() {
        assertThat(text().lines()).contains(
            "vswitch_port_frames_total{cast=\"broadcast\",direction=\"in\",port=\"web1.eth0\",vswitch=\"esx1/vSwitch0\"} 3.0",
            "vswitch_port_frames_total{cast=\"broadcast\",direction=\"out\",port=\"web1.eth0\",vswitch=\"esx1/vSwitch0\"} 0.0",
            "vswitch_port_octets_total{cast=\"broadcast\",direction=\"in\",port=\"web1.eth0\",vswitch=\"esx1/vSwitch0\"} 180.0");
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
            "agent_cycle_time_seconds_count{agent=\"esx1\"} 10",
            "agent_cycle_time_seconds_sum{agent=\"esx1\"} 2.5",
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
            "vswitch_failover_total{vswitch=\"esx1/vSwitch0\"} 4.0");
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
            "vswitch_shaper_tokens_bytes{direction=\"in\",port=\"web1.eth0\",vswitch=\"esx1/vSwitch0\"} 1537.0",
            "vswitch_shaper_queue_frames{direction=\"in\",port=\"web1.eth0\",vswitch=\"esx1/vSwitch0\"} 3.0",
            "vswitch_shaper_passed_bytes_total{direction=\"in\",port=\"web1.eth0\",vswitch=\"esx1/vSwitch0\"} 420.0",
            "vswitch_shaper_delayed_frames_total{direction=\"in\",port=\"web1.eth0\",vswitch=\"esx1/vSwitch0\"} 5.0");
    }

    @Test
    void forgetsAPortThatIsGoneAndShowsANewOne() {
        assertThat(text()).contains("port=\"web1.eth0\"");
        lab.meterPorts.clear();
        lab.meterPorts.add(lab.meterPort("web2.eth0"));
        assertThat(text().lines().filter(line -> line.startsWith("vswitch_port_frames_total"))).isNotEmpty()
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
        var scrape = metrics.scrape("application/openmetrics-text;version=1.0.0;q=0.6,text/plain;version=0.0.4;q=0.2");
        assertThat(scrape.contentType()).startsWith("application/openmetrics-text");
        assertThat(new String(scrape.body(), StandardCharsets.UTF_8)).endsWith("# EOF\n");
        assertThat(metrics.scrape("*/*").contentType()).startsWith("text/plain; version=0.0.4");
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
