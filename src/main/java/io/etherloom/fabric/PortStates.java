package io.etherloom.fabric;

import java.util.Arrays;

/// What the ports of a physical switch may do at this moment: links, BPDU guard, forward delay, and which member of an EtherChannel is
/// taken. To the bridge a channel is one port, named by the index of its first member and called *logical port* here, as is each
/// port outside channels. A port is *live* while its link is up and its guard has not disabled it.
///
/// **Choice of a member.** A frame's bucket ([ChannelHash]) names its home, `bucket mod members`. Where the home is not live, it is taken
/// out of the list and what remains of the bucket, `bucket / members`, chooses among the others in the same way. So the loss of a
/// member moves the conversations of that member only, spread over the survivors, and they return with it. Done for all buckets when a
/// link changes; a frame costs one look-up.
///
/// **Forward delay.** Begins when the first member of a logical port becomes live; a member that joins live ones is where they are, since
/// spanning tree knows the channel and not its links (IEEE Std 802.1AX, 6.2.1). The states follow from the time that is passed in.
/// Owned by the agent thread.
final class PortStates {
    static final int NONE = -1;

    private PhysicalTables tables;
    private boolean[] isLinkUp = {};
    private boolean[] isErrDisabled = {};
    private long[] disabledAtNanos = {};
    private long[] upAtNanos = {};
    /// The forward delay that began at [#upAtNanos]: the configuration may have changed since.
    private long[] delayNanos = {};
    private int[][] choices = {};

    PortStates(PhysicalTables tables) {
        this.tables = tables;
    }

    /// The same states at this moment.
    PortStates(PortStates other) {
        tables = other.tables;
        isLinkUp = other.isLinkUp.clone();
        isErrDisabled = other.isErrDisabled.clone();
        disabledAtNanos = other.disabledAtNanos.clone();
        upAtNanos = other.upAtNanos.clone();
        delayNanos = other.delayNanos.clone();
        choices = other.choices.clone();
        for (int port = 0; port < choices.length; port++) {
            choices[port] = choices[port] == null ? null : choices[port].clone();
        }
    }

    /// Follows new tables. Ports that are new or gone start with their link down. A delay under way may become shorter by them, but none
    /// begins: a port that forwards goes on.
    void apply(PhysicalTables next) {
        int size = Math.max(next.size(), isLinkUp.length);
        isLinkUp = Arrays.copyOf(isLinkUp, size);
        isErrDisabled = Arrays.copyOf(isErrDisabled, size);
        disabledAtNanos = Arrays.copyOf(disabledAtNanos, size);
        upAtNanos = Arrays.copyOf(upAtNanos, size);
        delayNanos = Arrays.copyOf(delayNanos, size);
        for (int port = 0; port < size; port++) {
            boolean stays = tables.hasPort(port) && next.hasPort(port);
            isLinkUp[port] &= stays;
            isErrDisabled[port] &= stays;
            delayNanos[port] = Math.min(delayNanos[port], next.forwardDelayNanos(port));
        }
        tables = next;
        choices = new int[size][];
        for (int port = 0; port < next.size(); port++) {
            if (next.isChannel(port)) {
                align(next.linksOf(port));
                choices[port] = new int[ChannelHash.BUCKETS];
                choose(port);
            }
        }
    }

    /// Links that were apart are one port from now on, which forwards as soon as the first of them would have.
    private void align(int[] links) {
        int first = NONE;
        for (int link : links) {
            if (isLive(link) && (first == NONE || forwardsAtNanos(link) - forwardsAtNanos(first) < 0)) {
                first = link;
            }
        }
        for (int link : links) {
            if (isLive(link)) {
                upAtNanos[link] = upAtNanos[first];
                delayNanos[link] = delayNanos[first];
            }
        }
    }

    private long forwardsAtNanos(int port) {
        return upAtNanos[port] + 2 * delayNanos[port];
    }

    /// @return the logical port that has lost its last live link by this, or [#NONE]
    int linkChanged(int port, boolean isUp, long nowNanos) {
        boolean wasLive = isLive(port);
        isLinkUp[port] = isUp;
        return changed(port, wasLive, nowNanos);
    }

    /// Disables a port, or enables it again.
    ///
    /// @return the logical port that has lost its last live link by this, or [#NONE]
    int errDisable(int port, boolean isDisabled, long nowNanos) {
        boolean wasLive = isLive(port);
        isErrDisabled[port] = isDisabled;
        disabledAtNanos[port] = nowNanos;
        return changed(port, wasLive, nowNanos);
    }

    private int changed(int port, boolean wasLive, long nowNanos) {
        if (isLive(port) == wasLive) {
            return NONE;
        }
        int logical = tables.logical(port);
        int sibling = liveLink(logical, port);
        if (!wasLive) {
            upAtNanos[port] = sibling == NONE ? nowNanos : upAtNanos[sibling];
            delayNanos[port] = sibling == NONE ? tables.forwardDelayNanos(port) : delayNanos[sibling];
        }
        if (tables.isChannel(logical)) {
            choose(logical);
        }
        return wasLive && sibling == NONE ? logical : NONE;
    }

    /// A live link of a logical port other than this one, or [#NONE].
    private int liveLink(int logical, int except) {
        for (int link : tables.linksOf(logical)) {
            if (link != except && isLive(link)) {
                return link;
            }
        }
        return NONE;
    }

    private void choose(int channel) {
        var links = tables.linksOf(channel);
        for (int bucket = 0; bucket < ChannelHash.BUCKETS; bucket++) {
            choices[channel][bucket] = choice(links.clone(), bucket);
        }
    }

    private int choice(int[] candidates, int bucket) {
        int rest = bucket;
        for (int left = candidates.length; left > 0; left--) {
            int at = rest % left;
            if (isLive(candidates[at])) {
                return candidates[at];
            }
            rest /= left;
            System.arraycopy(candidates, at + 1, candidates, at, left - at - 1);
        }
        return NONE;
    }

    boolean isLinkUp(int port) {
        return isLinkUp[port];
    }

    boolean isErrDisabled(int port) {
        return port < isErrDisabled.length && isErrDisabled[port];
    }

    /// When the port was disabled; only while it is.
    long disabledAtNanos(int port) {
        return disabledAtNanos[port];
    }

    private boolean isLive(int port) {
        return isLinkUp[port] && !isErrDisabled[port];
    }

    /// The member by which frames of this bucket leave a channel, or [#NONE] when none is live.
    int member(int channel, int bucket) {
        return choices[channel][bucket];
    }

    /// Whether a port that is live listens only.
    boolean isListening(int port, long nowNanos) {
        return delayNanos[port] != 0 && nowNanos - upAtNanos[port] < delayNanos[port];
    }

    /// Whether a frame may leave by this port, or one that came by it may go on.
    boolean isForwarding(int port, long nowNanos) {
        return isLive(port) && (delayNanos[port] == 0 || nowNanos - forwardsAtNanos(port) >= 0);
    }

    PortState state(int port, long nowNanos) {
        if (isErrDisabled(port)) {
            return PortState.ERR_DISABLED;
        }
        if (port >= isLinkUp.length || !isLinkUp[port] || !tables.hasPort(port)) {
            return PortState.DOWN;
        }
        if (isForwarding(port, nowNanos)) {
            return PortState.FORWARDING;
        }
        return isListening(port, nowNanos) ? PortState.LISTENING : PortState.LEARNING;
    }
}
