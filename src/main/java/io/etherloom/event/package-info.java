/// What happens in a lab and an operator wants to hear of: one stream of sentences, from a failover to a setting changed by hand.
///
/// [io.etherloom.event.EventLog] keeps the last ones and writes each to the lab's log; whoever follows it reads at a cursor of its own.
/// Counters say how much, events say when and why: nothing here happens per frame.
@NullMarked
package io.etherloom.event;

import org.jspecify.annotations.NullMarked;
