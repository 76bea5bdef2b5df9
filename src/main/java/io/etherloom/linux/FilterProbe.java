package io.etherloom.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the software inside one network namespace has its interfaces receive: their address, promiscuity and multicast groups, to be
/// asked for again and again at two to five system calls an interface, none of which waits or enters the namespace. It belongs to the namespace
/// of the thread that opened it, and keeps that alive, with four descriptors. One thread at a time.
///
///     probe.rereadGroups(false);
///     int index = probe.read(0, "eth0");      // then promiscuity(), mac(), groups(index, 32)
///     var flags = probe.openFlags();          // while flags.reread() is false and there was no event, the answer would be the same
///
/// Addresses change with an event, for which [#eventFd] is watched, and most promiscuity; a macvlan whose upper end is in another namespace,
/// packet sockets that want a second address or all groups, and groups do so without any (measured on Linux 6.18).
public final class FilterProbe implements AutoCloseable {
    /// `<linux/rtnetlink.h>`: an answer without counters takes a third less time.
    private static final int RTEXT_FILTER_SKIP_STATS = 8;
    /// A header, an `ifinfomsg`, a number and a name.
    private static final int QUERY_BYTES = 80;
    /// Answers to earlier questions that may lie before ours.
    private static final int MAX_STALE = 4;
    /// What a guest has piled up beyond waits for the next time.
    private static final int EVENTS_PER_DRAIN = 64;

    private final NetlinkSocket questions;
    private final NetlinkSocket events;
    private final MulticastList groups;
    /// A sysfs of the namespace, or -errno.
    private final int sysfs;
    private final NetlinkWriter query = new NetlinkWriter(QUERY_BYTES);
    private final NetlinkSocket.Handler handler = this::take;
    private int sequence;

    private int answer;
    private String name = "";
    private long mac;
    private int promiscuity;
    private boolean isUp;
    private boolean hasAllGroups;

    private FilterProbe(NetlinkSocket questions, NetlinkSocket events, MulticastList groups) {
        this.questions = questions;
        this.events = events;
        this.groups = groups;
        // A container may have none to give; then every question is asked by rtnetlink.
        sysfs = Mounts.sysfs();
    }

    /// Opens it in the calling thread's network namespace.
    public static FilterProbe open() {
        var questions = new NetlinkSocket(0);
        try {
            var events = new NetlinkSocket(LinkMonitor.RTMGRP_LINK);
            try {
                return new FilterProbe(questions, events, MulticastList.open());
            } catch (RuntimeException e) {
                events.close();
                throw e;
            }
        } catch (RuntimeException e) {
            questions.close();
            throw e;
        }
    }

    /// Readable when something about the interfaces of the namespace may have changed, for [Epoll]; -1 once closed.
    public int eventFd() {
        return events.fd();
    }

    /// Forgets events that have come, at most 64; more leave the descriptor readable.
    public void drainEvents() {
        int result = 0;
        for (int i = 0; i < EVENTS_PER_DRAIN && result != -Errno.EAGAIN; i++) result = events.discard();
    }

    /// Asks for an interface; the answer is in [#mac], [#promiscuity], [#isUp] and [#hasAllGroups] until the next.
    ///
    /// @param index of the interface, or 0 to find it by its name
    /// @return its index, or -errno: `-ENODEV` if there is none, `-EAGAIN` if the kernel had no memory for an answer
    public int read(int index, String name) {
        query.clear();
        query.begin(Rtnetlink.RTM_GETLINK, Rtnetlink.NLM_F_REQUEST, ++sequence);
        Rtnetlink.interfaceMessage(query, index, 0, 0);
        query.attribute(Link.IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
        if (index == 0) query.attribute(Link.IFLA_IFNAME, name);
        answer = -Errno.EAGAIN;
        questions.send(query);
        for (int i = 0; i <= MAX_STALE && answer == -Errno.EAGAIN; i++) {
            if (questions.receive(Sockets.MSG_DONTWAIT, handler) < 0) break;
        }
        return answer;
    }

    private void take(int type, int flags, int number, MemorySegment message, long at, long end) {
        if (number != sequence) return;
        if (type == NetlinkSocket.NLMSG_ERROR) answer = message.get(JAVA_INT, at);
        if (type == Rtnetlink.RTM_NEWLINK) takeLink(message, at, end);
    }

    private void takeLink(MemorySegment message, long at, long end) {
        answer = message.get(JAVA_INT_UNALIGNED, at + 4);
        mac = 0;
        promiscuity = 0;
        isUp = (message.get(JAVA_INT_UNALIGNED, at + 8) & Link.IFF_UP) != 0;
        // Kernels before 6.0 say by this flag alone, which does not count packet sockets.
        hasAllGroups = (message.get(JAVA_INT_UNALIGNED, at + 8) & Link.IFF_ALLMULTI) != 0;
        for (long a = at + Link.IFINFOMSG_BYTES; a + 4 <= end; a = Link.next(message, a)) {
            switch (Link.type(message, a)) {
                case Link.IFLA_IFNAME -> name = sysfs < 0 ? "" : Link.string(message, a);
                case Link.IFLA_ADDRESS -> mac = Link.mac(message, a);
                case Link.IFLA_PROMISCUITY -> promiscuity = message.get(JAVA_INT_UNALIGNED, a + 4);
                case Link.IFLA_ALLMULTI -> hasAllGroups |= message.get(JAVA_INT_UNALIGNED, a + 4) != 0;
                default -> { }
            }
        }
    }

    /// Low 48 bits, the first octet on the wire in bits 47 to 40.
    public long mac() {
        return mac;
    }

    /// How many users want every frame (`IFLA_PROMISCUITY`): tcpdump, a bridge, an address beside the interface's own.
    public int promiscuity() {
        return promiscuity;
    }

    /// Whether the interface is administratively up (`IFF_UP`).
    public boolean isUp() {
        return isUp;
    }

    /// Whether a user wants the frames of all groups (`IFLA_ALLMULTI`), as multicast routers do.
    public boolean hasAllGroups() {
        return hasAllGroups;
    }

    /// Opens the flags of the interface that [#read] answered for last, by the name that it had then. An event that comes later may mean
    /// that another interface had that name in between, so open them again after each. The caller closes them.
    ///
    /// @return null where the kernel does not show them, or the interface is gone
    public @Nullable InterfaceFlags openFlags() {
        int fd = sysfs < 0 ? sysfs : Libc.current().openAt(sysfs, "class/net/" + name + "/flags", Libc.O_RDONLY);
        return fd < 0 ? null : new InterfaceFlags(fd);
    }

    /// Reads the groups of all interfaces anew.
    ///
    /// @param areAllInGroups whether each interface that matters was in at least one group the last time, which makes it cheaper; what
    ///     others do may then go unseen for as long as nothing of these changes
    /// @return whether anything is different from the last time
    public boolean rereadGroups(boolean areAllInGroups) {
        return groups.reread(areAllInGroups);
    }

    /// The groups of an interface when they were read last, sorted.
    ///
    /// @return null if they are more than `limit`, or the namespace has more than 16 KiB to say of them
    public @Nullable List<Long> groups(int index, int limit) {
        return groups.groups(index, limit);
    }

    @Override
    public void close() {
        questions.close();
        events.close();
        groups.close();
        if (sysfs >= 0) Libc.current().close(sysfs);
    }
}
