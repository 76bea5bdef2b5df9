/// The duty cycle: one thread that owns its state and is told what to do by commands.
///
/// An [io.etherloom.agent.Agent] is run by an [io.etherloom.agent.AgentRunner]; other threads reach it through its
/// [io.etherloom.agent.CommandQueue]. Agents send each other records by a [io.etherloom.agent.ByteRing] and say so by the receiver's
/// [io.etherloom.agent.Inbox]. Time comes from a [io.etherloom.agent.NanoClock], so that tests move it. Start with `Agent`.
@NullMarked
package io.etherloom.agent;

import org.jspecify.annotations.NullMarked;
