package io.etherloom.metrics;

import io.etherloom.lab.Meters.AgentMeter;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Metric families of the agents, the threads that carry frames, and of their memory for frames.
final class AgentFamilies {
    private AgentFamilies() {}

    static List<MetricSnapshot> of(List<AgentMeter> agents) {
        var pools = agents.stream().flatMap(agent -> Stream.of(Map.entry("head", agent), Map.entry("tail", agent))).toList();
        return List.of(
            Families.histograms("agent_cycle_time_seconds", "Duty cycles of an agent that did work, by the time that they took.", agents,
                AgentFamilies::labels, AgentMeter::cycles),
            Families.gauges("agent_cycle_time_max_seconds", "The longest duty cycle of an agent since the scrape before.", agents,
                AgentFamilies::labels, agent -> agent.maxCycleNanos() / Families.NANOS_PER_SECOND),
            Families.gauges("agent_last_cycle_age_seconds", "Since an agent began its last duty cycle: a second at most, unless its thread is stuck.",
                agents, AgentFamilies::labels, agent -> agent.sinceCycleNanos() / Families.NANOS_PER_SECOND),
            Families.counters("agent_errors", "Faults that reached an agent's error handler: bugs.", agents, AgentFamilies::labels,
                AgentMeter::errors),
            Families.gauges("frame_pool_capacity", "Buffers of an agent's frame pool: heads, and tails for what is longer than a head.", pools,
                AgentFamilies::labels, it -> isHead(it) ? it.getValue().poolCapacity() : it.getValue().tailCapacity()),
            Families.gauges("frame_pool_free", "Buffers of an agent's frame pool that no frame holds now.", pools, AgentFamilies::labels,
                it -> isHead(it) ? it.getValue().poolFree() : it.getValue().tailFree()));
    }

    private static boolean isHead(Map.Entry<String, AgentMeter> pool) {
        return pool.getKey().equals("head");
    }

    private static Labels labels(AgentMeter agent) {
        return Labels.of("agent", agent.name());
    }

    private static Labels labels(Map.Entry<String, AgentMeter> pool) {
        return Labels.of("agent", pool.getValue().name(), "pool", pool.getKey());
    }
}
