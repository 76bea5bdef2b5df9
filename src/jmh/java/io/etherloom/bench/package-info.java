/// `./build bench`: Etherloom's speed beside that of its peers, measured in one run on one machine.
///
/// [io.etherloom.bench.BenchMain] lets one [io.etherloom.bench.Measure] after the other run: from TAP to TAP over
/// [io.etherloom.bench.Peer]s (Etherloom, the bare relay, a Linux bridge, Open vSwitch, VDE), which take turns
/// ([io.etherloom.bench.Run#takeTurns]) so that whatever else the machine does meets them all alike, and the core in memory by JMH. Values
/// go into [io.etherloom.bench.Results]; [io.etherloom.bench.Targets] holds what is asked; [io.etherloom.bench.Report] is written as text,
/// Markdown, JSON and a chart. Everything that can outlive a measure is a resource of its [io.etherloom.bench.Scratch]. One thread drives
/// it all. Start reading with `BenchMain.run` and [io.etherloom.bench.PortsMeasure].
///
/// **To add a measure**, write a class that implements [io.etherloom.bench.Measure]: its `id` is what `--only` takes, a
/// [io.etherloom.bench.Quantity] constant is its row, and `measure(run)` adds one value a round. With peers, collect lanes by
/// [io.etherloom.bench.Run#add] and hand them to `takeTurns`; without, loop `run.arguments().rounds()` times and call
/// `run.results().add(QUANTITY, Subject.ETHERLOOM, value)` in base units (seconds, octets, parts of one). Start labs by
/// [io.etherloom.bench.Lab], and programs by `run.scratch()`, which ends them. Throw [io.etherloom.bench.Unavailable] where the machine
/// lacks something. Then enter it in `BenchMain.MEASURES`, and what is asked of it in `Targets.ALL` by one line, as in
/// `Target.absolute(StartMeasure.READY, 1.0)`. Nothing else needs to know it.
@NullMarked
package io.etherloom.bench;

import org.jspecify.annotations.NullMarked;
