/// A running lab: compiles the topology, plans changes, owns agents, endpoints and clean-up.
///
/// [io.etherloom.lab.LabControl] is what the API, the metrics and the command line see of it. Control-plane code: ordinary Java on
/// virtual and platform threads; it reaches the data plane only through the agent's command queue.
@NullMarked
package io.etherloom.lab;

import org.jspecify.annotations.NullMarked;
