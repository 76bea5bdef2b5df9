package io.etherloom.lab;

import io.etherloom.agent.Agent;
import io.etherloom.agent.CommandQueue;
import io.etherloom.agent.Inbox;
import io.etherloom.agent.NanoClock;
import io.etherloom.device.AgentSide;
import io.etherloom.device.Device;
import io.etherloom.device.FrameFeed;
import io.etherloom.device.FrameHold;
import io.etherloom.device.Outbox;
import io.etherloom.device.ReadyList;
import io.etherloom.device.RecentFrames;
import io.etherloom.device.TapPump;
import io.etherloom.frame.DropReason;
import io.etherloom.frame.FrameBatch;
import io.etherloom.frame.FramePool;
import io.etherloom.frame.FrameSwitch;
import io.etherloom.linux.Epoll;
import io.etherloom.linux.Errno;
import io.etherloom.linux.EventFd;
import io.etherloom.linux.Libc;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Moves frames between devices and switches: one thread that owns a frame pool, some switches and everything plugged into their
/// ports.
///
/// ```
/// doWork:  commands → receive from ready descriptors → receive from cables, memory and other agents → offer again what waits → timers
///          around commands, what is in cables arrives before, and what they say by timers (RARP) after them
/// receive: device → batch → switch.receive → deliveries → devices
/// ```
///
/// All methods but [#commands] and the meters are called on the agent thread, or before it starts.
final class SwitchAgent implements Agent {
    private static final int EVENTS = 256;
    /// So few descriptors are read in turn without asking which of them are ready: a read in vain costs what asking does, and a frame that has
    /// come is a system call nearer to its receiver.
    private static final int FEW = 4;
    private static final long BELL = -1L;
    /// Tokens of pumps count down from here.
    private static final long FIRST_PUMP = -2L;
    private static final long MAX_SLEEP_NANOS = 1_000_000_000L;
    /// A frame passes at most this many switches in one duty cycle; then descriptors have their turn again.
    private static final int MAX_HOPS = 16;

    private final String role;
    private final NanoClock clock;
    private final FramePool pool;
    private final Consumer<Attachment> onDeviceFailed;
    private final Libc libc = new Libc();
    private final Epoll epoll = new Epoll(EVENTS);
    private final EventFd bell = new EventFd();
    private final CommandQueue commands = new CommandQueue(this::ring);
    private final Inbox inbox = new Inbox(this::ring);
    private final ReadyList ready = new ReadyList();
    private final Outbox outbox = new Outbox();
    private final FrameBatch batch = new FrameBatch();
    private final List<Member> members = new ArrayList<>();
    private final AgentMeters meters;
    private final List<@Nullable Served> served = new ArrayList<>();
    private final HandOvers handOvers = new HandOvers();
    private @Nullable Attachment[] byToken = new Attachment[16];
    private int[] freeTokens = new int[16];
    private int freeTokenCount;
    private int tokens;
    private long nextTimerNanos;

    /// @param onDeviceFailed told on the agent thread when a device has failed for good and was detached from `epoll`
    SwitchAgent(String role, NanoClock clock, FramePool pool, Consumer<Attachment> onDeviceFailed) {
        this.role = role;
        this.clock = clock;
        this.pool = pool;
        this.onDeviceFailed = onDeviceFailed;
        epoll.add(libc, bell.fd(), Epoll.EPOLLIN, BELL);
        nextTimerNanos = clock.nanoTime();
        meters = new AgentMeters(nextTimerNanos);
    }

    /// One switch and what is plugged into it, by port index.
    static final class Member {
        private final FrameSwitch frameSwitch;

        private Member(FrameSwitch frameSwitch) {
            this.frameSwitch = frameSwitch;
        }
    }

    /// One device in one port.
    static final class Attachment {
        private final Member member;
        private final int port;
        private final Device device;
        private @Nullable FrameFeed feed;
        private boolean isCarried;
        private @Nullable RecentFrames recent;
        private int token = -1;

        private Attachment(Member member, int port, Device device) {
            this.member = member;
            this.port = port;
            this.device = device;
        }

        FrameSwitch frameSwitch() {
            return member.frameSwitch;
        }

        int port() {
            return port;
        }

        Device device() {
            return device;
        }
    }

    /// A queue of a TAP whose port is on another agent, or on this one.
    private record Served(TapPump pump, Attachment port) {}

    @Override
    public String role() {
        return role;
    }

    FramePool pool() {
        return pool;
    }

    /// The `errno` holder of the agent thread, for its devices.
    Libc libc() {
        return libc;
    }

    ReadyList ready() {
        return ready;
    }

    /// What devices need that live here.
    AgentSide side() {
        return new AgentSide(pool, ready, inbox, outbox);
    }

    /// How other threads reach this agent.
    CommandQueue commands() {
        return commands;
    }

    AgentMeters meters() {
        return meters;
    }

    long nowNanos() {
        return clock.nanoTime();
    }

    /// Wakes the agent; any thread.
    void ring() {
        bell.signal(Libc.current());
    }

    Member add(FrameSwitch frameSwitch) {
        var member = new Member(frameSwitch);
        members.add(member);
        return member;
    }

    void remove(Member member) {
        members.remove(member);
    }

    /// Plugs a device into a port that has been opened.
    Attachment attach(Member member, int port, Device device) {
        var attachment = new Attachment(member, port, device);
        if (device.descriptor() != Device.NO_DESCRIPTOR) {
            watch(attachment);
        }
        member.frameSwitch.ports().connect(port, device);
        if (device instanceof ReadyList.Member inMemory) {
            inMemory.owner(attachment);
        }
        return attachment;
    }

    private void watch(Attachment attachment) {
        attachment.token = takeToken(attachment);
        int result = epoll.add(libc, attachment.device.descriptor(), Epoll.EPOLLIN, attachment.token);
        if (result < 0) {
            unwatch(attachment);
            Errno.check("epoll_ctl", result);
        }
    }

    /// Lets a feed send into a port, beside the device that is plugged in, until [#unfeed] or until that device is unplugged.
    ///
    /// @return false when the port has a feed already
    boolean feed(Attachment port, FrameFeed feed) {
        if (port.feed != null) {
            return false;
        }
        port.feed = feed;
        feed.owner(new Attachment(port.member, port.port, feed));
        return true;
    }

    /// Ends that; what is in the feed and was not received yet is forgotten. No fault when it has ended before.
    void unfeed(Attachment port, FrameFeed feed) {
        if (port.feed == feed) {
            port.feed = null;
            feed.owner(null);
            feed.close();
        }
    }

    /// Unplugs the device; what still waits for it is dropped. The caller closes the device.
    void detach(Attachment attachment) {
        detach(attachment, false);
    }

    /// @param isTakenAlong whether the device comes into another port of this agent, with what has arrived in it
    void detach(Attachment attachment, boolean isTakenAlong) {
        var hold = handOvers.take(attachment);
        if (hold != null) {
            hold.discard(attachment.frameSwitch().ports(), attachment.port);
        }
        if (attachment.feed != null) {
            unfeed(attachment, attachment.feed);
        }
        unwatch(attachment);
        if (attachment.device instanceof ReadyList.Member inMemory) {
            inMemory.owner(null);
        }
        if (attachment.isCarried) {
            attachment.device.keepBacklogShort(false);      // It may come into a port again.
        }
        if (!isTakenAlong) {
            dropArrived(attachment);
        }
        attachment.frameSwitch().ports().dropQueued(attachment.port, DropReason.PORT_DISABLED);
        attachment.frameSwitch().ports().connect(attachment.port, null);
        attachment.frameSwitch().ports().observe(attachment.port, null);
    }

    /// What is in a cable when its end is taken out never reaches the switch.
    private void dropArrived(Attachment attachment) {
        var ports = attachment.frameSwitch().ports();
        while (attachment.device instanceof ReadyList.Member && attachment.device.receive(batch) > 0) {
            for (int i = 0; i < batch.size(); i++) {
                var frame = batch.take(i);
                ports.received(attachment.port, frame, batch.tag(i));
                ports.dropped(attachment.port, frame, batch.tag(i), DropReason.LINK_DOWN);
                frame.release();
            }
            batch.clear();
        }
    }

    /// Has a port stand still, as its guest does between two hosts: what the device has to say waits in it, and what comes for it goes into the
    /// hold, or is dropped as `PORT_DISABLED` when there is none (spec 7.4, 7.9). What waits for the device already is kept in any case. Its link stays
    /// as it is.
    ///
    /// @param fresh for what comes, null to drop it
    /// @param sinceNanos when the guest had stopped: what the device got since then, as far as it is remembered, is kept once more
    /// @return where things are kept, null when there is nothing to keep
    @Nullable FrameHold stun(Attachment attachment, @Nullable FrameHold fresh, long sinceNanos) {
        var ports = attachment.frameSwitch().ports();
        var earlier = handOvers.take(attachment);
        long waiting = ports.waitingOctets(attachment.port) + (earlier == null ? 0 : earlier.octets());
        var hold = fresh != null || waiting == 0 ? fresh : new FrameHold(waiting);
        if (attachment.feed != null) {
            unfeed(attachment, attachment.feed);
        }
        unwatch(attachment);
        if (attachment.device instanceof ReadyList.Member inMemory) {
            inMemory.owner(null);
        }
        ports.connect(attachment.port, hold);
        if (hold != null) {
            if (attachment.recent != null) {
                hold.repeat(attachment.recent, ports, sinceNanos);
            }
            if (earlier != null) {
                hold.takeOver(earlier, ports);
            }
            if (fresh != null) {
                hold.grow(ports.waitingOctets(attachment.port));
            }
            ports.retry();
            if (fresh == null) {
                hold.close();
            }
        }
        return hold;
    }

    /// The guest at a port is carried from now on: the device gets little at a time, and what it gets is remembered, until the port stands still or moves.
    ///
    /// @param octets about so many of what it got last; 0 for none
    /// @throws OutOfMemoryError when the process may not have so much
    void carry(Attachment attachment, long octets) {
        var recent = octets == 0 ? null : new RecentFrames(attachment.device, octets, clock::nanoTime);
        attachment.isCarried = true;
        attachment.recent = recent;
        attachment.device.keepBacklogShort(true);
        attachment.frameSwitch().ports().connect(attachment.port, recent == null ? attachment.device : recent);
    }

    /// Ends that; no fault when it has ended.
    void carryNoMore(Attachment attachment) {
        if (attachment.isCarried) {
            attachment.isCarried = false;
            attachment.recent = null;
            attachment.device.keepBacklogShort(false);
            attachment.frameSwitch().ports().connect(attachment.port, attachment.device);
        }
    }

    /// Ends that where it began (spec 7.11).
    void wake(Attachment attachment) {
        carryNoMore(attachment);
        if (attachment.device.descriptor() != Device.NO_DESCRIPTOR) {
            watch(attachment);
        }
        if (attachment.device instanceof ReadyList.Member inMemory) {
            inMemory.owner(attachment);
        }
        attachment.frameSwitch().ports().connect(attachment.port, attachment.device);
    }

    /// Has a device get what was held for it, before anything else.
    void handOver(FrameHold hold, Attachment attachment) {
        handOvers.begin(hold, attachment, clock.nanoTime());
    }

    /// Whether nothing waits for the device any more, so that it can be unplugged without loss (spec 1.35).
    boolean isDrained(Attachment attachment) {
        return attachment.frameSwitch().ports().queued(attachment.port) == 0;
    }

    private void unwatch(Attachment attachment) {
        if (attachment.token >= 0) {
            epoll.remove(libc, attachment.device.descriptor());
            byToken[attachment.token] = null;
            freeTokens[freeTokenCount++] = attachment.token;
            attachment.token = -1;
        }
    }

    /// Has this agent do the system calls of a TAP for a port; while all agents stand still.
    void serve(TapPump pump, Attachment port) {
        int slot = served.indexOf(null);
        if (slot < 0) {
            slot = served.size();
            served.add(null);
        }
        Errno.check("epoll_ctl", epoll.add(libc, pump.descriptor(), Epoll.EPOLLIN, FIRST_PUMP - slot));
        served.set(slot, new Served(pump, port));
        pump.begin();
    }

    /// Ends that; what is on its way to the TAP is written before.
    void dismiss(TapPump pump) {
        for (int i = 0; i < served.size(); i++) {
            var found = served.get(i);
            if (found != null && found.pump == pump) {
                epoll.remove(libc, pump.descriptor());
                served.set(i, null);
                pump.end();
            }
        }
    }

    private int pump(int slot) {
        var found = served.get(slot);
        int count = found == null ? 0 : found.pump.receive();
        if (found != null && count < 0) {
            epoll.remove(libc, found.pump.descriptor());
            onDeviceFailed.accept(found.port);
        }
        return Math.max(0, count);
    }

    private int takeToken(Attachment attachment) {
        int token = freeTokenCount > 0 ? freeTokens[--freeTokenCount] : tokens++;
        if (token == byToken.length) {
            byToken = Arrays.copyOf(byToken, token * 2);
            freeTokens = Arrays.copyOf(freeTokens, token * 2);
        }
        byToken[token] = attachment;
        return token;
    }

    /// Something was told to a switch that may have started a delay: asks all for their next timer in the next duty cycle.
    void timersChanged() {
        nextTimerNanos = clock.nanoTime();
    }

    @Override
    public int doWork() {
        long nowNanos = clock.nanoTime();
        meters.begun(nowNanos);
        // What is on its way in cables arrives before a command changes where it goes.
        int said = ready.isEmpty() || commands.isEmpty() ? 0 : receiveFromMemory();
        int done = commands.drain();
        if (done > 0) {
            // What a command brings about, such as the RARP of a port that has moved, is at its place before anybody's next frame.
            runTimers(clock.nanoTime());
            said += receiveFromMemory();
        }
        int received = tokens - freeTokenCount <= FEW && served.isEmpty() ? receiveFromAll(done > 0 ? clock.nanoTime() : nowNanos) : receiveFromDescriptors(0);
        int work = done + said + received + receiveFromMemory() + (handOvers.isEmpty() ? 0 : handOvers.pump(clock.nanoTime())) + retry() + retryPumps();
        if (nowNanos >= nextTimerNanos) {
            runTimers(nowNanos);
        }
        if (work > 0) {
            meters.worked(clock.nanoTime() - nowNanos);
        }
        return work;
    }

    private int receiveFromAll(long nowNanos) {
        int work = 0;
        for (int token = 0; token < tokens; token++) {
            var attachment = byToken[token];
            if (attachment != null) {
                work += receive(attachment, nowNanos);
            }
        }
        return work;
    }

    private int receiveFromDescriptors(int timeoutMillis) {
        int events = epoll.await(libc, timeoutMillis);
        long nowNanos = events > 0 ? clock.nanoTime() : 0;
        int work = 0;
        for (int i = 0; i < events; i++) {
            long token = epoll.token(i);
            if (token == BELL) {
                bell.drain(libc);
                work++;      // What was announced came after this cycle's commands, so there must be another before the agent sleeps.
            } else if (token <= FIRST_PUMP) {
                work += pump((int) (FIRST_PUMP - token));
            } else {
                var attachment = byToken[(int) token];
                if (attachment != null) {
                    work += receive(attachment, nowNanos);
                }
            }
        }
        return work;
    }

    /// Receives what is in cables and from other agents, as [#doWork] does; also by whoever has all agents stand still.
    int receiveFromMemory() {
        int work = inbox.look() ? 1 : 0;
        if (ready.isEmpty()) {
            return work;
        }
        // Later than what the descriptors brought and other agents have sent, so that a capture never shows the effect before the cause.
        long nowNanos = clock.nanoTime();
        for (int turn = ready.size() * MAX_HOPS; turn > 0 && !ready.isEmpty(); turn--) {
            var member = ready.next();
            if (member != null && member.owner() instanceof Attachment attachment) {
                work += receive(attachment, nowNanos);
            }
        }
        return work;
    }

    private int receive(Attachment attachment, long nowNanos) {
        int count;
        try {
            count = attachment.device.receive(batch);
            if (count > 0) {
                attachment.member.frameSwitch.receive(attachment.port, batch, nowNanos);
                nextTimerNanos = Math.min(nextTimerNanos, attachment.member.frameSwitch.dueNanos());
            }
        } finally {
            batch.clear();
            flush(attachment.member);
        }
        if (count > 0) {
            return count;
        }
        if (count < 0) {
            unwatch(attachment);
            onDeviceFailed.accept(attachment);
        }
        return 0;
    }

    /// Hands on what a switch has decided, and tells other agents of what was theirs.
    void flush(Member member) {
        try {
            member.frameSwitch.ports().flush();
        } finally {
            outbox.publish();
        }
    }

    /// Offers frames once more to devices that had no room for them.
    private int retry() {
        int work = 0;
        for (int i = 0; i < members.size(); i++) {
            var ports = members.get(i).frameSwitch.ports();
            if (ports.isWaiting()) {
                ports.now(clock.nanoTime());
                try {
                    work += ports.retry();
                } finally {
                    outbox.publish();
                }
            }
        }
        return work;
    }

    private int retryPumps() {
        int work = 0;
        for (int i = 0; i < served.size(); i++) {
            var found = served.get(i);
            if (found != null && found.pump.isBlocked()) {
                work += found.pump.transmit();
            }
        }
        return work;
    }

    private boolean isPumpBlocked() {
        for (int i = 0; i < served.size(); i++) {
            var found = served.get(i);
            if (found != null && found.pump.isBlocked()) {
                return true;
            }
        }
        return false;
    }

    private boolean isWaiting() {
        for (int i = 0; i < members.size(); i++) {
            if (members.get(i).frameSwitch.ports().isWaiting()) {
                return true;
            }
        }
        return false;
    }

    private void runTimers(long nowNanos) {
        long next = nowNanos + MAX_SLEEP_NANOS;
        for (int i = 0; i < members.size(); i++) {
            var member = members.get(i);
            next = Math.min(next, member.frameSwitch.tick(nowNanos));
            flush(member);
        }
        nextTimerNanos = next;
    }

    @Override
    public void await() {
        long nowNanos = clock.nanoTime();
        long waitNanos = ready.isEmpty() ? nextTimerNanos - nowNanos : 0;
        if (isWaiting() || isPumpBlocked() || !handOvers.isEmpty()) {
            waitNanos = Math.min(waitNanos, 1_000_000);
        }
        int millis = (int) Math.max(0, Math.min(MAX_SLEEP_NANOS, waitNanos + 999_999) / 1_000_000);
        try {
            receiveFromDescriptors(inbox.rest() ? millis : 0);
        } finally {
            inbox.awake();
        }
    }

    @Override
    public void onStart(Thread thread) {
        commands.ownedBy(thread);
    }

    @Override
    public void onEnd() {
        commands.close();
        epoll.close();
        bell.close();
    }
}
