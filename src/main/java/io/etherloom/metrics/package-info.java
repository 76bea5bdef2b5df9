/// What Prometheus reads of a lab.
///
/// [io.etherloom.metrics.LabMetrics] joins the numbers of a lab, taken by [io.etherloom.metrics.LabCollector] at the moment of a scrape,
/// with those of the JVM. Nothing here is touched by the data plane: the agents count for themselves, and a scrape on any thread reads.
/// Start reading at `LabCollector`, whose constants list every metric with its description.
@NullMarked
package io.etherloom.metrics;

import org.jspecify.annotations.NullMarked;
