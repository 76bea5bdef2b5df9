package io.etherloom.dashboards;

import static io.etherloom.dashboards.Panel.bars;
import static io.etherloom.dashboards.Panel.course;
import static io.etherloom.dashboards.Panel.heatmap;
import static io.etherloom.dashboards.Panel.number;
import static io.etherloom.dashboards.Panel.states;
import static io.etherloom.dashboards.Panel.table;
import static io.etherloom.dashboards.Query.now;
import static io.etherloom.dashboards.Query.of;

import io.etherloom.dashboards.Dashboard.Annotation;
import io.etherloom.dashboards.Dashboard.Variable;
import java.util.List;

/// All dashboards. No query stands here twice, nor in the rules: what a dashboard and an alert both need is a recording rule.
final class Boards {
    private static final Variable LAB = new Variable("lab", "Lab", "lab_info", "");
    private static final Variable HOST = new Variable("host", "Host", "vswitch_info", "lab=~\"$lab\"");
    private static final Variable V_SWITCH = new Variable("vswitch", "vSwitch", "vswitch_info", "lab=~\"$lab\", host=~\"$host\"");
    private static final Variable UPLINK = new Variable("uplink", "Uplink", "vswitch_uplink_info", "lab=~\"$lab\", vswitch=~\"$vswitch\"");
    private static final Variable PORT_GROUP = new Variable("portgroup", "Port group", "vswitch_port_info", "lab=~\"$lab\", vswitch=~\"$vswitch\"");
    private static final Variable PORT = new Variable("port", "Port", "vswitch_port_info",
        "lab=~\"$lab\", vswitch=~\"$vswitch\", portgroup=~\"$portgroup\"");
    private static final Variable AGENT = new Variable("agent", "Agent", "agent_errors_total", "lab=~\"$lab\"");

    private static final String IN_LAB = "{lab=~\"$lab\"}";
    private static final String AT_SWITCH = "lab=~\"$lab\", vswitch=~\"$vswitch\"";
    private static final String AT_UPLINK = "{" + AT_SWITCH + ", uplink=~\"$uplink\"}";
    private static final String AT_PORT = "{" + AT_SWITCH + ", port=~\"$port\"}";
    private static final String AT_AGENT = "{lab=~\"$lab\", agent=~\"$agent\"}";
    private static final String OF_GROUP = " * on (lab, vswitch, port) group_left (portgroup) vswitch_port_info{" + AT_SWITCH + ", portgroup=~\"$portgroup\"}";
    private static final String DROPS_HINT = " Each reason is explained in docs/drop-reasons.md.";
    /// Spec 8.9.
    private static final Object[] DROP_SHARE = {0.001, "yellow", 0.01, "red"};

    private Boards() {}

    static List<Dashboard> all() {
        return List.of(lab(), host(), portGroup(), vm(), drops(), teaming(), agents());
    }

    private static String rate(String metric, String selector) {
        return "rate(" + metric + selector + "[$__rate_interval])";
    }

    /// How much more there is of a counter than there was at the begin of the time shown, also of one that has begun since.
    private static String sinceBegin(String counter) {
        return "clamp_min(" + counter + " - (" + counter + " offset $__range or 0 * " + counter + "), 0)";
    }

    private static String bits(String by, String metric, String selector) {
        return "8 * sum by (" + by + ") (" + rate(metric, selector) + ")";
    }

    private static Dashboard lab() {
        var host = " * on (lab, vswitch) group_left (host) vswitch_info";
        return Dashboard.of("etherloom-lab", "Etherloom / Lab", "What a lab carries and what it loses.", List.of(LAB))
            .row("At a glance",
                number("Labs that answer", "Labs whose metrics Prometheus could read last time.", "short", now("sum(up{job=\"etherloom\", lab=~\"$lab\"})", "labs")),
                number("Hosts", "Hosts that have a vSwitch.", "short", now("count(count by (lab, host) (vswitch_info" + IN_LAB + "))", "hosts")),
                number("VMs", "VMs that are on and have a vNIC connected.", "short",
                    now("count(count by (lab, vm) (vswitch_port_info{lab=~\"$lab\", vm!=\"\"}))", "VMs")),
                number("Uplinks without link", "pNICs of vSwitches that have no link.", "short", now("sum(lab:uplinks_down:sum" + IN_LAB + ")", "down"))
                    .thresholds(0, "green", 1, "red"),
                number("Drops per second", "Frames that end on the way, at vSwitches and in the fabric, for whatever reason.", "short",
                    of("sum(lab:drops:rate1m" + IN_LAB + ")", "drops")),
                number("Alerts that fire", "Of the rules in grafana/prometheus/rules.", "short",
                    now("count(ALERTS{alertstate=\"firing\", lab=~\"$lab\"}) or vector(0)", "alerts")).thresholds(0, "green", 1, "red"))
            .row("Traffic",
                course("VMs by host", "What VMs and vmks of a host transmit and receive, as their vNICs see it.", "bps",
                    of("8 * sum by (lab, host) (" + rate("vswitch_port_rx_bytes_total", IN_LAB) + host + ")", "{{lab}} {{host}} received"),
                    of("8 * sum by (lab, host) (" + rate("vswitch_port_tx_bytes_total", IN_LAB) + host + ")", "{{lab}} {{host}} transmitted"))
                    .transmitBelow().leadsTo("etherloom-host", "host"),
                course("Physical switches", "What comes in by all ports of a physical switch or router.", "bps",
                    of(bits("lab, switch", "fabric_port_rx_bytes_total", IN_LAB), "{{lab}} {{switch}}")),
                table("Busiest ports", "vNICs and vmks that transmit most now.", "bps",
                    now("topk(10, " + bits("lab, vswitch, port", "vswitch_port_tx_bytes_total", IN_LAB) + ")", ""))
                    .leadsTo("etherloom-vm", "port"),
                course("Events", "What happened, by type; ./etherloom events tells it in words.", "short",
                    of("sum by (lab, type) (increase(lab_events_total" + IN_LAB + "[$__rate_interval])) > 0", "{{lab}} {{type}}"))
                    .extra("custom", Panel.options("drawStyle", "bars", "fillOpacity", 60, "lineWidth", 1)))
            .row("VMotion",
                course("Moves", "Moves of VMs between hosts by result: moved, failed, or the fault for which one was refused.", "short",
                    of("sum by (lab, result) (increase(vmotion_total" + IN_LAB + "[$__rate_interval]))", "{{lab}} {{result}}"))
                    .extra("custom", Panel.options("drawStyle", "bars", "fillOpacity", 60, "lineWidth", 1)),
                course("How long ports were off", "From the last moment of a VM's ports at the source to their first at the target, over the time shown; at most as long as this.",
                    "s",
                    of("histogram_quantile(0.5, sum by (le) (rate(vmotion_outage_seconds_bucket" + IN_LAB + "[$__range])))", "half of them"),
                    of("histogram_quantile(0.99, sum by (le) (rate(vmotion_outage_seconds_bucket" + IN_LAB + "[$__range])))", "99 of 100")),
                number("Mean duration", "Of moves that were done, in the time shown, with all phases.", "s",
                    now("sum(increase(vmotion_duration_seconds_sum" + IN_LAB + "[$__range])) / sum(increase(vmotion_duration_seconds_count" + IN_LAB + "[$__range]))",
                        "mean")).width(6));
    }

    private static Dashboard host() {
        return Dashboard.of("etherloom-host", "Etherloom / Host and uplinks", "How the uplinks of hosts stand and what they carry.",
            List.of(LAB, HOST, V_SWITCH, UPLINK))
            .row("Links",
                states("Uplinks", "Up: teaming may send by it. Waiting: it has link again, and Net.TeamPolicyUpDelay is not over.",
                    of("vswitch_uplink_up" + AT_UPLINK + " + vswitch_uplink_usable" + AT_UPLINK, "{{vswitch}} {{uplink}}"))
                    .words(0, "down", "red", 1, "waiting", "yellow", 2, "up", "green"),
                states("Beacons", "Whether beacons of its peers arrive at an uplink; only where a team probes.",
                    of("vswitch_uplink_beacon_heard" + AT_UPLINK, "{{vswitch}} {{uplink}}")).words(0, "missed", "red", 1, "heard", "green"),
                table("Cabling", "What each uplink is plugged into.", "short", now("vswitch_uplink_info" + AT_UPLINK, "")),
                course("Ports by uplink", "How many ports of vNICs and vmks send by an uplink (TEAM-PNIC).", "short",
                    of("count by (lab, vswitch, uplink) (vswitch_port_team_uplink{" + AT_SWITCH + "})", "{{vswitch}} {{uplink}}")))
            .row("Traffic",
                course("Octets", "As on the wire, with 802.1Q tag and without frame check sequence.", "bps",
                    of(bits("lab, vswitch, uplink", "vswitch_uplink_rx_bytes_total", AT_UPLINK), "{{vswitch}} {{uplink}} received"),
                    of(bits("lab, vswitch, uplink", "vswitch_uplink_tx_bytes_total", AT_UPLINK), "{{vswitch}} {{uplink}} transmitted"))
                    .transmitBelow().width(24),
                course("Packets", "Frames on the wire; a super-frame counts as its segments.", "pps",
                    of("sum by (lab, vswitch, uplink) (" + rate("vswitch_uplink_rx_packets_total", AT_UPLINK) + ")", "{{vswitch}} {{uplink}} received"),
                    of("sum by (lab, vswitch, uplink) (" + rate("vswitch_uplink_tx_packets_total", AT_UPLINK) + ")", "{{vswitch}} {{uplink}} transmitted"))
                    .transmitBelow(),
                course("Unicast, multicast, broadcast", "What kind of frames comes in by all uplinks shown.", "pps",
                    of("sum by (cast) (" + rate("vswitch_uplink_rx_packets_total", AT_UPLINK) + ")", "{{cast}}")),
                course("Share of the nominal speed", "What is transmitted, of the speed that the topology gives the pNIC; nothing is limited by it.", "percentunit",
                    of("sum by (lab, vswitch, uplink) (" + rate("vswitch_uplink_tx_bytes_total", AT_UPLINK)
                        + ") / on (lab, vswitch, uplink) vswitch_uplink_speed_bytes" + AT_UPLINK, "{{vswitch}} {{uplink}}"))
                    .thresholds(0.7, "yellow", 0.9, "red").extra("max", 1).extra("min", 0),
                course("Drops at uplinks", "Frames that ended at an uplink's port, by reason." + DROPS_HINT, "pps",
                    of("sum by (lab, vswitch, uplink, reason) (vswitch_uplink_drops:rate1m" + AT_UPLINK + ")", "{{vswitch}} {{uplink}} {{reason}}")));
    }

    private static Dashboard portGroup() {
        return Dashboard.of("etherloom-portgroup", "Etherloom / Port group", "What the ports of a port group have in common.",
            List.of(LAB, HOST, V_SWITCH, PORT_GROUP))
            .row("Members",
                number("Ports", "Ports that are there now.", "short", now("count(vswitch_port_info{" + AT_SWITCH + ", portgroup=~\"$portgroup\"})", "ports")),
                number("Ports without link", "Ports whose guest has the interface down, or that are disconnected.", "short",
                    now("sum((1 - vswitch_port_up{" + AT_SWITCH + "})" + OF_GROUP + ")", "down")).thresholds(0, "green", 1, "orange"),
                table("Where they are", "Host, VLAN, VM and port id of each port.", "short",
                    now("vswitch_port_info{" + AT_SWITCH + ", portgroup=~\"$portgroup\"}", "")).width(16).leadsTo("etherloom-vm", "port"))
            .row("Traffic",
                course("Octets", "What vNICs and vmks of the port group transmit and receive.", "bps",
                    of("8 * sum by (lab, portgroup) (" + rate("vswitch_port_rx_bytes_total", "{" + AT_SWITCH + "}") + OF_GROUP + ")", "{{portgroup}} received"),
                    of("8 * sum by (lab, portgroup) (" + rate("vswitch_port_tx_bytes_total", "{" + AT_SWITCH + "}") + OF_GROUP + ")", "{{portgroup}} transmitted"))
                    .transmitBelow(),
                course("Packets", "Frames on the wire; a super-frame counts as its segments.", "pps",
                    of("sum by (lab, portgroup) (" + rate("vswitch_port_rx_packets_total", "{" + AT_SWITCH + "}") + OF_GROUP + ")", "{{portgroup}} received"),
                    of("sum by (lab, portgroup) (" + rate("vswitch_port_tx_packets_total", "{" + AT_SWITCH + "}") + OF_GROUP + ")", "{{portgroup}} transmitted"))
                    .transmitBelow(),
                course("Multicast and broadcast transmitted", "What every port of the VLAN has to look at.", "pps",
                    of("sum by (lab, portgroup, cast) (" + rate("vswitch_port_tx_packets_total", "{" + AT_SWITCH + ", cast!=\"unicast\"}") + OF_GROUP + ")",
                        "{{portgroup}} {{cast}}")),
                course("Drops", "Frames that ended at a port of the port group, by reason." + DROPS_HINT, "pps",
                    of("sum by (lab, portgroup, reason) (vswitch_port_drops:rate1m{" + AT_SWITCH + "}" + OF_GROUP + ")",
                        "{{portgroup}} {{reason}}")))
            .row("Shaping",
                course("Passed, and the average allowed", "Sums over the shaped ports of the port group.", "bps",
                    of("8 * sum by (lab, portgroup, direction) (" + rate("vswitch_shaper_passed_bytes_total", "{" + AT_SWITCH + "}") + OF_GROUP + ")",
                        "{{portgroup}} {{direction}}"),
                    of("8 * sum by (lab, portgroup, direction) (vswitch_shaper_average_bytes{" + AT_SWITCH + "}" + OF_GROUP + ")",
                        "{{portgroup}} {{direction}} average")),
                course("Delayed", "Frames per second that had to wait in a shaper.", "pps",
                    of("sum by (lab, portgroup, direction) (" + rate("vswitch_shaper_delayed_frames_total", "{" + AT_SWITCH + "}") + OF_GROUP + ")",
                        "{{portgroup}} {{direction}}")));
    }

    private static Dashboard vm() {
        return Dashboard.of("etherloom-vm", "Etherloom / VM", "One vNIC, as esxtop's network screen shows it.", List.of(LAB, HOST, V_SWITCH, PORT_GROUP, PORT))
            .row("Traffic",
                course("Octets", "What the vNIC transmits and receives.", "bps",
                    of(bits("lab, vswitch, port", "vswitch_port_rx_bytes_total", AT_PORT), "{{port}} received"),
                    of(bits("lab, vswitch, port", "vswitch_port_tx_bytes_total", AT_PORT), "{{port}} transmitted")).transmitBelow(),
                course("Packets", "By kind of address.", "pps",
                    of("sum by (lab, vswitch, port, cast) (" + rate("vswitch_port_rx_packets_total", AT_PORT) + ")", "{{port}} {{cast}} received"),
                    of("sum by (lab, vswitch, port, cast) (" + rate("vswitch_port_tx_packets_total", AT_PORT) + ")", "{{port}} {{cast}} transmitted"))
                    .transmitBelow(),
                course("Drops", "Frames that ended at this port, by reason." + DROPS_HINT, "pps",
                    of("sum by (lab, vswitch, port, reason) (vswitch_port_drops:rate1m" + AT_PORT + ")", "{{port}} {{reason}}")),
                course("Mean size of a frame", "PSZTX of esxtop.", "bytes",
                    of("sum by (lab, vswitch, port) (" + rate("vswitch_port_tx_bytes_total", AT_PORT) + ") / sum by (lab, vswitch, port) ("
                        + rate("vswitch_port_tx_packets_total", AT_PORT) + ")", "{{port}} transmitted")))
            .row("Port",
                states("Link", "Up while the vNIC is connected and the guest has its interface up.", of("vswitch_port_up" + AT_PORT, "{{port}}"))
                    .words(0, "down", "red", 1, "up", "green"),
                table("Uplink", "TEAM-PNIC: by which uplink it sends now; all(n) where each frame chooses.", "short", now("vswitch_port_team_uplink" + AT_PORT, "")),
                course("RARP", "Announcements of the port's address to physical switches, after a failover or at power-on.", "short",
                    of("increase(vswitch_rarp_sent_total" + AT_PORT + "[$__rate_interval])", "{{port}}")),
                course("Copies for others", "What promiscuous mode costs: unicast frames for others that the port was given.", "pps",
                    of(rate("vswitch_port_promiscuous_copies_total", AT_PORT), "{{port}}")))
            .row("Shaper",
                course("Tokens", "What may pass above the average now; at nothing, frames wait.", "bytes", of("vswitch_shaper_tokens_bytes" + AT_PORT, "{{port}} {{direction}}")),
                course("Queue", "Frames that wait in the shaper.", "short", of("vswitch_shaper_queue_frames" + AT_PORT, "{{port}} {{direction}}")));
    }

    private static Dashboard drops() {
        return Dashboard.of("etherloom-drops", "Etherloom / Drops", "Where frames end, and why." + DROPS_HINT, List.of(LAB, HOST, V_SWITCH))
            .row("By reason",
                course("vSwitches", "Frames per second that end at any port of a vSwitch; reasons that do not happen are left out.", "pps",
                    of("sum by (lab, vswitch, reason) (" + rate("vswitch_drops_total", "{" + AT_SWITCH + "}") + ") > 0", "{{vswitch}} {{reason}}")).width(16),
                bars("In this time", "How many frames ended for each reason in the time shown.", "short",
                    now("sort_desc(sum by (reason) (increase(vswitch_drops_total{" + AT_SWITCH + "}[$__range])) > 0)", "{{reason}}")).width(8),
                course("Physical switches and routers", "The same for the fabric.", "pps",
                    of("sum by (lab, switch, reason) (" + rate("fabric_drops_total", IN_LAB) + ") > 0", "{{switch}} {{reason}}")),
                table("Ports that dropped most", "In the time shown.", "short",
                    now("topk(20, sum by (lab, vswitch, port, reason) (" + sinceBegin("vswitch_port_drops_total{" + AT_SWITCH + "}") + ") > 0)", ""))
                    .leadsTo("etherloom-vm", "port"))
            .row("Share of the traffic",
                course("%DRPTX", "Of the frames that a VM transmits, the share that the switch drops. Above 0.1 % look, above 1 % fix.", "percentunit",
                    of("vswitch_port:tx_drops:ratio1m{" + AT_SWITCH + "} > 0", "{{vswitch}} {{port}}")).thresholds(DROP_SHARE),
                course("%DRPRX", "Of the frames for a VM, the share for which its ring had no room. Above 0.1 % look, above 1 % fix.", "percentunit",
                    of("vswitch_port:rx_drops:ratio1m{" + AT_SWITCH + "}", "{{vswitch}} {{port}}")).thresholds(DROP_SHARE),
                course("Copies lost by captures", "Frames that a capture missed because its reader was too slow; the frames themselves went on.", "pps",
                    of(rate("capture_copies_lost_total", IN_LAB), "{{lab}}")));
    }

    private static Dashboard teaming() {
        return Dashboard.of("etherloom-teaming", "Etherloom / Teaming and failover", "How teams stand, when ports moved, and how long that took.",
            List.of(LAB, HOST, V_SWITCH))
            .annotated(
                new Annotation("Failover", "red", event("failover|beacons-lost|connectivity-lost|redundancy-lost"), "{{lab}}: {{type}}"),
                new Annotation("Recovery", "green", event("failback|beacons-heard|connectivity-restored|redundancy-restored|uplink-up"), "{{lab}}: {{type}}"),
                new Annotation("Change", "blue", event("plan-applied|settings-changed|cable-pulled|cable-plugged"), "{{lab}}: {{type}}"))
            .row("Teams",
                course("Usable uplinks", "Of each vSwitch; with one left the next failure cuts VMs off.", "short",
                    of("vswitch:uplinks_usable:sum{" + AT_SWITCH + "}", "{{vswitch}}")).thresholds(0, "red", 1, "yellow", 2, "green").extra("min", 0),
                course("Ports that changed their uplink", "Failovers and failbacks, port by port.", "short",
                    of("increase(vswitch_failover_total{" + AT_SWITCH + "}[$__rate_interval])", "{{vswitch}}"))
                    .extra("custom", Panel.options("drawStyle", "bars", "fillOpacity", 60, "lineWidth", 1)),
                table("Who sits where", "TEAM-PNIC of every port.", "short",
                    now("count by (lab, vswitch, portgroup, uplink) (vswitch_port_team_uplink{" + AT_SWITCH
                        + "} * on (lab, vswitch, port) group_left (portgroup) vswitch_port_info)", "")))
            .row("Outages",
                course("How long teams were cut off", "From the loss of a link to the first frame by another uplink, over the time shown; at most as long as this.", "s",
                    of("histogram_quantile(0.5, sum by (le) (rate(vswitch_failover_outage_seconds_bucket{" + AT_SWITCH + "}[$__range])))", "half of them"),
                    of("histogram_quantile(0.99, sum by (le) (rate(vswitch_failover_outage_seconds_bucket{" + AT_SWITCH + "}[$__range])))", "99 of 100")),
                number("Mean outage", "In the time shown.", "s",
                    now("sum(increase(vswitch_failover_outage_seconds_sum{" + AT_SWITCH + "}[$__range])) / sum(increase(vswitch_failover_outage_seconds_count{"
                        + AT_SWITCH + "}[$__range]))", "mean")).width(6),
                course("Announcements", "RARP frames that tell physical switches where addresses are now.", "short",
                    of("sum by (lab, vswitch) (increase(vswitch_rarp_sent_total{" + AT_SWITCH + "}[$__rate_interval]))", "{{vswitch}}")));
    }

    private static String event(String types) {
        return "sum by (lab, type) (increase(lab_events_total{lab=~\"$lab\", type=~\"" + types + "\"}[$__rate_interval])) > 0";
    }

    private static Dashboard agents() {
        return Dashboard.of("etherloom-agents", "Etherloom / Agents and JVM", "The threads that carry frames, their memory, and the process around them.",
            List.of(LAB, AGENT))
            .row("Agents",
                heatmap("Duty cycles by length", "How many duty cycles that did work took how long; dark at the bottom is good.",
                    of("sum by (le) (" + rate("agent_cycle_time_seconds_bucket", AT_AGENT) + ")", "{{le}}")),
                course("Longest duty cycles", "99 of 100, and the longest between two scrapes: so long a frame had to wait.", "s",
                    of("histogram_quantile(0.99, sum by (lab, agent, le) (" + rate("agent_cycle_time_seconds_bucket", AT_AGENT) + "))", "{{lab}} {{agent}} 99 of 100"),
                    of("agent_cycle_time_max_seconds" + AT_AGENT, "{{lab}} {{agent}} longest")),
                course("Busy", "Share of the time that an agent spends in duty cycles that do work.", "percentunit",
                    of(rate("agent_cycle_time_seconds_sum", AT_AGENT), "{{lab}} {{agent}}")).thresholds(0.8, "yellow", 0.95, "red").extra("max", 1).extra("min", 0),
                course("Since the last duty cycle", "A second at most; more means that the thread is stuck or gets no processor.", "s",
                    of("agent_last_cycle_age_seconds" + AT_AGENT, "{{lab}} {{agent}}")).thresholds(2, "yellow", 5, "red"),
                course("Free frame memory", "Share of an agent's frame pool that no frame holds; at nothing, frames are dropped as pool_exhausted.", "percentunit",
                    of("agent:frame_pool_free:ratio" + AT_AGENT, "{{lab}} {{agent}} {{pool}}")).extra("min", 0).extra("max", 1),
                number("Faults", "Faults that reached an agent: bugs, please report them.", "short", now("sum(agent_errors_total" + AT_AGENT + ")", "faults"))
                    .thresholds(0, "green", 1, "red").width(6),
                course("Path latency", "Of traffic probes (etherloom bench): 99 of 100 frames took less.", "s",
                    of("histogram_quantile(0.99, sum by (lab, le) (rate(path_latency_seconds_bucket" + IN_LAB + "[$__range])))", "{{lab}}")).width(6))
            .row("Process",
                course("Heap", "What the JVM uses of its heap.", "bytes",
                    of("sum by (lab) (jvm_memory_used_bytes{lab=~\"$lab\", area=\"heap\"})", "{{lab}}")),
                course("Garbage collection", "Share of the time in pauses.", "percentunit",
                    of("sum by (lab, cause) (" + rate("jvm_gc_pause_seconds_sum", IN_LAB) + ")", "{{lab}} {{cause}}")),
                course("Processor", "Of all processors of the machine.", "percentunit", of("process_cpu_usage" + IN_LAB, "{{lab}}")),
                course("Threads", "Live ones, of all kinds but virtual.", "short", of("jvm_threads_live_threads" + IN_LAB, "{{lab}}")),
                course("Files", "Open descriptors; a VM needs some five.", "short", of("process_files_open_files" + IN_LAB, "{{lab}}")),
                course("Connections", "To the API, by listener.", "short", of("api_connections" + IN_LAB, "{{lab}} {{listener}}")),
                course("Scrapes", "How long Prometheus waited for the metrics of a lab.", "s",
                    of("scrape_duration_seconds{job=\"etherloom\", lab=~\"$lab\"}", "{{lab}}")).thresholds(0.5, "yellow", 2, "red"),
                table("Versions", "Of Etherloom and Java.", "short", now("etherloom_build_info" + IN_LAB, "")));
    }
}
