package io.etherloom.device;

import io.etherloom.agent.Inbox;
import io.etherloom.frame.FramePool;

/// What the devices of one agent share: its memory for frames, its list of devices that have something, and its inbox for what other agents
/// send, and its list of what it sends them. All but the inbox are used on the agent thread only.
public record AgentSide(FramePool pool, ReadyList ready, Inbox inbox, Outbox outbox) {}
