/// A running lab: compiles the topology, plans changes, owns agents, endpoints and clean-up.
///
/// [io.etherloom.lab.LabControl] is what the API, the metrics and the command line see of it. Control-plane code: ordinary Java on
/// virtual and platform threads; it reaches the data plane only through the agent's command queue.
///
/// The lab's place on the machine, in the order in which it is taken: [io.etherloom.lab.LabRegistry] claims a name and sweeps what killed
/// labs left, [io.etherloom.lab.LabNamespaces] makes the VMs' namespaces and lets names resolve inside, [io.etherloom.lab.VmCommands] runs
/// what the topology says inside them, [io.etherloom.lab.ExecPlan] lets a client in, [io.etherloom.lab.Rootless] does without root, and
/// [io.etherloom.lab.Doctor] tries what the machine can do. Start reading at [io.etherloom.lab.StateDirectory] and
/// [io.etherloom.lab.LabRecord].
@NullMarked
package io.etherloom.lab;

import org.jspecify.annotations.NullMarked;
