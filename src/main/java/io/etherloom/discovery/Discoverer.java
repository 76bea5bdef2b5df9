package io.etherloom.discovery;

import io.etherloom.frame.Frame;
import io.etherloom.frame.PortSet;
import io.etherloom.wire.Tag;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// Speaks and hears CDP and LLDP on the ports of one switch (spec 8.1).
///
/// ```
/// link up ──► at once ──► after 1 s (CDP: 3 frames in all, LLDP: 4) ──► each interval ──► link down: nothing
///                                       announcement changed: at once ──┘
/// ```
///
/// A protocol that a port speaks no more, or a port that goes away with its link up, says goodbye where the protocol can. After a pause one
/// frame is sent, not all that were missed. Frames are made beforehand ([DiscoveryTables]). State of the agent thread; time is passed in;
/// allocates nothing but when it follows new tables.
public final class Discoverer {
    static final long FAST_NANOS = 1_000_000_000L;
    private static final long NEVER = Long.MAX_VALUE;
    /// A port hands over so many frames in this time at most, so that one neighbour that floods leaves room for others.
    private static final int MOST_HEARD = 8;
    private static final long HEARD_NANOS = 100_000_000L;
    private static final Speech[] NOTHING = {};

    /// One announcement of one port and when it is due next.
    private static final class Speech {
        private final DiscoveryTables.Frames frames;
        private long dueNanos = NEVER;
        private int fastLeft;

        Speech(DiscoveryTables.Frames frames) {
            this.frames = frames;
        }

        /// Is said now, and some more times soon.
        void begin(long nowNanos) {
            dueNanos = nowNanos;
            fastLeft = frames.announcement().protocol().fastFrames();
        }

        void schedule(long nowNanos) {
            long interval = frames.announcement().intervalNanos();
            if (--fastLeft > 0) {
                dueNanos = nowNanos + FAST_NANOS;
            } else {
                fastLeft = 0;
                long late = nowNanos - dueNanos;
                dueNanos += interval * (late / interval + 1);
            }
        }
    }

    private final PortSet ports;
    private HeardFrames ears = (_, _, _) -> { };
    private DiscoveryTables tables = DiscoveryTables.SILENT;
    private Speech[][] speeches = {};
    private boolean[] isUp = {};
    private long[] listeningSince = {};
    private long[] windowAt = {};
    private int[] heardInWindow = {};
    private long dueNanos = NEVER;

    public Discoverer(PortSet ports) {
        this.ports = ports;
    }

    /// One that takes the same frames off the path, and neither says nor hands over anything.
    public Discoverer twin(PortSet others) {
        var twin = new Discoverer(others);
        twin.grow(tables.size());
        twin.tables = tables;
        return twin;
    }

    /// Has frames that were heard given to these from now on; on the agent thread, or before the switch has joined one.
    public void ears(HeardFrames next) {
        ears = next;
    }

    /// Follows new tables. A port that they do not name any more is forgotten, after it has said goodbye; one of that index that comes later
    /// starts with its link down.
    public void apply(DiscoveryTables next, long nowNanos) {
        grow(next.size());
        var before = tables;
        tables = next;
        for (int port = 0; port < speeches.length; port++) {
            if (!next.hearsLike(before, port)) {
                listeningSince[port] = nowNanos;
            }
            follow(port, next.said(port), nowNanos);
        }
        findDue();
    }

    private void grow(int size) {
        int known = speeches.length;
        if (size > known) {
            speeches = Arrays.copyOf(speeches, size);
            Arrays.fill(speeches, known, size, NOTHING);
            isUp = Arrays.copyOf(isUp, size);
            listeningSince = Arrays.copyOf(listeningSince, size);
            windowAt = Arrays.copyOf(windowAt, size);
            heardInWindow = Arrays.copyOf(heardInWindow, size);
        }
    }

    private void follow(int port, DiscoveryTables.Frames[] said, long nowNanos) {
        var before = speeches[port];
        var after = said.length == 0 ? NOTHING : new Speech[said.length];
        for (int i = 0; i < said.length; i++) {
            after[i] = speech(port, before, said[i], nowNanos);
        }
        for (var old : before) {
            if (isUp[port] && !isSpoken(said, old.frames.announcement().protocol())) {
                sayGoodbye(port, old);
            }
        }
        speeches[port] = after;
        isUp[port] &= tables.names(port);
    }

    /// What is the same goes on as if nothing had happened; what is new is said at once.
    private Speech speech(int port, Speech[] before, DiscoveryTables.Frames said, long nowNanos) {
        for (var old : before) {
            if (old.frames.announcement().equals(said.announcement())) {
                return old;
            }
        }
        var speech = new Speech(said);
        if (isUp[port]) {
            speech.begin(nowNanos);
        }
        return speech;
    }

    private static boolean isSpoken(DiscoveryTables.Frames[] said, DiscoveryProtocol protocol) {
        for (var frames : said) {
            if (frames.announcement().protocol() == protocol) {
                return true;
            }
        }
        return false;
    }

    private void sayGoodbye(int port, Speech speech) {
        var farewell = speech.frames.farewell();
        if (farewell != null) {
            send(port, farewell);
        }
    }

    /// The link of a port came up or went down; told twice is as told once.
    public void linkChanged(int port, boolean isLinkUp, long nowNanos) {
        grow(port + 1);
        if (isUp[port] == isLinkUp) {
            return;
        }
        isUp[port] = isLinkUp;
        listeningSince[port] = nowNanos;
        for (var speech : speeches[port]) {
            if (isLinkUp) {
                speech.begin(nowNanos);
            } else {
                speech.dueNanos = NEVER;
            }
        }
        findDue();
    }

    private void findDue() {
        dueNanos = NEVER;
        for (var said : speeches) {
            for (var speech : said) {
                dueNanos = Math.min(dueNanos, speech.dueNanos);
            }
        }
    }

    /// When [#speak] is wanted next.
    public long dueNanos() {
        return dueNanos;
    }

    /// Sends what is due.
    public void speak(long nowNanos) {
        if (nowNanos < dueNanos) {
            return;
        }
        for (int port = 0; port < speeches.length; port++) {
            for (var speech : speeches[port]) {
                if (nowNanos >= speech.dueNanos) {
                    send(port, speech.frames.frame());
                    speech.schedule(nowNanos);
                }
            }
        }
        findDue();
    }

    private void send(int port, MemorySegment bytes) {
        var frame = ports.pool().take();
        if (frame == null) {
            return;
        }
        int length = (int) bytes.byteSize();
        MemorySegment.copy(bytes, 0, frame.head(), Frame.HEADROOM, length);
        frame.parse(length, null);
        ports.originate(port, frame, Tag.NONE);
        frame.release();
    }

    /// Since when a port could have heard somebody: its link came up, or it began to listen.
    public long listeningSinceNanos(int port) {
        return port < listeningSince.length ? listeningSince[port] : 0;
    }

    /// Looks at a frame that came by a port: hands it over when the port hears its protocol, and says whether it ends here (spec 8.2). Heard
    /// is what carries no VLAN; the caller counts and releases.
    public boolean takes(int port, Frame frame, int tag, long nowNanos) {
        var protocol = DiscoveryFrames.protocolOf(frame);
        if (protocol == null) {
            return false;
        }
        if (Tag.vid(tag) == 0 && tables.isHeard(port, protocol) && mayHear(port, nowNanos)) {
            ears.heard(port, frame, nowNanos);
        }
        return tables.isEnded(port, protocol);
    }

    private boolean mayHear(int port, long nowNanos) {
        if (nowNanos - windowAt[port] >= HEARD_NANOS) {
            windowAt[port] = nowNanos;
            heardInWindow[port] = 0;
        }
        return heardInWindow[port]++ < MOST_HEARD;
    }
}
