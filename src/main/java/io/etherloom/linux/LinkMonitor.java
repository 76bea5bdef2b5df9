package io.etherloom.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.util.ArrayList;
import java.util.List;

/// Tells of changes to the interfaces of one network namespace: that of the thread which opened it, whoever reads it later. Changes of
/// state, address, MTU and promiscuity by `ip link` and bridges are reported 2 to 5 ms after they happened; a macvlan raises promiscuity
/// and the multicast list changes without any event. One thread at a time.
public final class LinkMonitor implements AutoCloseable {
    /// `<linux/rtnetlink.h>`.
    static final int RTMGRP_LINK = 1;

    private final NetlinkSocket socket = new NetlinkSocket(RTMGRP_LINK);

    /// What happened.
    public sealed interface Event {
        /// The interface is new or something about it changed; this is how it is now.
        record Changed(Link link) implements Event {}

        /// The interface is gone from this namespace.
        record Removed(Link link) implements Event {}

        /// The kernel had more events than it could keep (ENOBUFS). Read everything anew by [Rtnetlink#links].
        record Lost() implements Event {}
    }

    private LinkMonitor() {}

    /// Opens it in the calling thread's network namespace; what changes from now on is reported.
    public static LinkMonitor open() {
        return new LinkMonitor();
    }

    /// Waits for the next events, in their order.
    ///
    /// @param timeoutMillis 0 does not wait, -1 waits for ever
    /// @return empty after the time
    public List<Event> await(int timeoutMillis) {
        int ready = Libc.current().poll(socket.fd(), Libc.POLLIN, timeoutMillis);
        if (ready == 0 || ready == -Errno.EINTR) return List.of();
        Errno.check("poll AF_NETLINK", ready);
        var events = new ArrayList<Event>();
        int result = socket.receive(Sockets.MSG_DONTWAIT, (type, _, _, message, at, end) -> {
            // A bridge sends RTM_NEWLINK of family AF_BRIDGE about its ports; its port may leave while the interface stays.
            if (message.get(JAVA_INT, at) << 24 != 0) return;
            if (type == Rtnetlink.RTM_NEWLINK) events.add(new Event.Changed(Link.read(message, at, end)));
            if (type == Rtnetlink.RTM_DELLINK) events.add(new Event.Removed(Link.read(message, at, end)));
        });
        if (result == -Errno.ENOBUFS) events.add(new Event.Lost());
        else if (result != -Errno.EAGAIN && result != -Errno.EINTR) Errno.check("receive AF_NETLINK", result);
        return events;
    }

    /// The descriptor, readable when there are events, for [Epoll]; -1 once closed.
    public int fd() {
        return socket.fd();
    }

    @Override
    public void close() {
        socket.close();
    }
}
