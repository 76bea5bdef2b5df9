/// `./build bench`: one table about speed, measured in one run on one machine.
///
/// [io.etherloom.bench.BenchMain] measures the in-memory core by JMH ([io.etherloom.bench.Core]) and the path from TAP to TAP by
/// [io.etherloom.bench.Measure]s over [io.etherloom.bench.Peer]s (Etherloom, the bare relay, a Linux bridge), which take turns so that
/// whatever else the machine does meets them all alike. Everything that can outlive the run is a resource of [io.etherloom.bench.Scratch].
/// One thread drives it all. Start with `BenchMain.measure`.
@NullMarked
package io.etherloom.bench;

import org.jspecify.annotations.NullMarked;
