/// A traffic generator: frames that carry a sequence number and a time stamp, sent at a rate through an interface and counted one by one
/// where they arrive.
///
/// A [io.etherloom.traffic.TrafficPort] is where frames enter and leave: an interface in a namespace
/// ([io.etherloom.traffic.InterfacePort]), or an endpoint in memory. A [io.etherloom.traffic.Trial] sends from some and counts at others:
/// one thread for each sender, paced by a [io.etherloom.traffic.Pace], one for all receivers, each with its
/// [io.etherloom.traffic.Tally]. Nothing is allocated for a frame. Start with `Trial`, then `TestFrame`.
@NullMarked
package io.etherloom.traffic;

import org.jspecify.annotations.NullMarked;
