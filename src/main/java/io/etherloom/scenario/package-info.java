/// Measurements on a running lab: the benchmarks of RFC 2544 and RFC 2889, with a generator inside the lab's own VMs.
///
/// [io.etherloom.scenario.Rfc2544] and [io.etherloom.scenario.Rfc2889] go through frame sizes and tests; [io.etherloom.scenario.RateSearch]
/// and [io.etherloom.scenario.BurstSearch] decide what is tried next; [io.etherloom.scenario.Course] runs each trial and says, from the
/// counters of the lab's ports, where what was lost ended and why. All of it runs on the thread of whoever asked and ends when that one says
/// so. Start with `Rfc2544`, then `Course`.
@NullMarked
package io.etherloom.scenario;

import org.jspecify.annotations.NullMarked;
