package io.etherloom.linux;

import java.lang.foreign.MemorySegment;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads and sets interfaces, addresses and routes of one network namespace, by netlink (rtnetlink(7)): that of the thread which opened
/// it, whoever uses it later. One thread at a time. Errors are [LinuxException]s that end with the kernel's own sentence if it gave one.
public final class Rtnetlink implements AutoCloseable {
    /// `<linux/rtnetlink.h>`.
    static final int RTM_NEWLINK = 16;
    static final int RTM_DELLINK = 17;
    static final int RTM_GETLINK = 18;
    private static final int RTM_NEWADDR = 20;
    private static final int RTM_NEWROUTE = 24;
    private static final int IFA_ADDRESS = 1;
    private static final int IFA_LOCAL = 2;
    private static final int IFA_FLAGS = 8;
    private static final int RTA_DST = 1;
    private static final int RTA_OIF = 4;
    private static final int RTA_GATEWAY = 5;
    private static final int RT_TABLE_MAIN = 254;
    private static final int RTPROT_STATIC = 4;
    private static final int RT_SCOPE_UNIVERSE = 0;
    private static final int RT_SCOPE_LINK = 253;
    private static final int RTN_UNICAST = 1;
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;

    /// `<linux/if_addr.h>`: usable at once, without duplicate address detection.
    private static final int IFA_F_NODAD = 0x02;

    /// `<linux/netlink.h>`.
    static final int NLM_F_REQUEST = 0x01;
    private static final int NLM_F_ACK = 0x04;
    private static final int NLM_F_DUMP = 0x300;
    private static final int NLM_F_EXCL = 0x200;
    private static final int NLM_F_CREATE = 0x400;

    /// How many requests go into one datagram. The acknowledgements must fit the socket's receive buffer, which takes about 270.
    private static final int REQUESTS_PER_SEND = 64;

    /// Enough for that many; the largest request, an IPv6 address, has 72 octets.
    private static final int SEND_BYTES = 8 * 1024;

    /// A header, an `ifinfomsg` and a name.
    private static final int QUERY_BYTES = 64;

    private final NetlinkSocket socket = new NetlinkSocket(0);
    private final NetlinkWriter query = new NetlinkWriter(QUERY_BYTES);
    private int sequence;

    private Rtnetlink() {}

    /// Opens it in the calling thread's network namespace.
    public static Rtnetlink open() {
        return new Rtnetlink();
    }

    /// The index of the interface with this name; [LinuxException] `ENODEV` if there is none.
    public int index(String name) {
        return link(name).index();
    }

    /// The interface with this name; [LinuxException] `ENODEV` if there is none.
    public Link link(String name) {
        Link.requireName(name);
        beginGetLink(0);
        query.attribute(Link.IFLA_IFNAME, name);
        return single("find interface " + name);
    }

    /// The interface with this index; [LinuxException] `ENODEV` if there is none.
    public Link link(int index) {
        beginGetLink(index);
        return single("find interface " + index);
    }

    /// The interface with this name, or null if there is none.
    public @Nullable Link find(String name) {
        try {
            return link(name);
        } catch (LinuxException e) {
            if (e.errno() == Errno.ENODEV) return null;
            throw e;
        }
    }

    private void beginGetLink(int index) {
        query.clear();
        query.begin(RTM_GETLINK, NLM_F_REQUEST, ++sequence);
        interfaceMessage(query, index, 0, 0);
    }

    private Link single(String what) {
        var found = new ArrayList<Link>(1);
        socket.send(query);
        while (found.isEmpty()) {
            receive((type, flags, number, message, at, end) -> {
                if (number != sequence) return;
                if (type == NetlinkSocket.NLMSG_ERROR) throwError(what, message, flags, at, end);
                if (type == RTM_NEWLINK) found.add(Link.read(message, at, end));
            });
        }
        return found.getFirst();
    }

    private static void throwError(String what, MemorySegment message, int flags, long at, long end) {
        var error = NetlinkSocket.error(what, message, flags, at, end);
        if (error != null) throw error;
    }

    /// All interfaces of the namespace.
    public List<Link> links() {
        var links = new ArrayList<Link>();
        var done = new boolean[1];
        query.clear();
        query.begin(RTM_GETLINK, NLM_F_REQUEST | NLM_F_DUMP, ++sequence);
        interfaceMessage(query, 0, 0, 0);
        socket.send(query);
        while (!done[0]) {
            receive((type, flags, number, message, at, end) -> {
                if (number != sequence) return;
                if (type == NetlinkSocket.NLMSG_ERROR) throwError("list interfaces", message, flags, at, end);
                if (type == RTM_NEWLINK) links.add(Link.read(message, at, end));
                if (type == NetlinkSocket.NLMSG_DONE) done[0] = true;
            });
        }
        return links;
    }

    private void receive(NetlinkSocket.Handler handler) {
        int result = socket.receive(0, handler);
        if (result != -Errno.EINTR) Errno.check("receive AF_NETLINK", result);
    }

    /// Begins a list of changes, which may reach the kernel from now on and are all done after [Changes#apply].
    public Changes change() {
        return new Changes();
    }

    @Override
    public void close() {
        socket.close();
    }

    static void interfaceMessage(NetlinkWriter requests, int index, int flags, int change) {
        requests.u8(0).u8(0).u16(0).u32(index).u32(flags).u32(change);
    }

    /// Changes that go to the kernel together, in order, many in one system call.
    public final class Changes {
        private final NetlinkWriter requests = new NetlinkWriter(SEND_BYTES);

        /// What was asked and is not acknowledged yet, by sequence number.
        private final Map<Integer, String> pending = new HashMap<>();
        private @Nullable LinuxException failure;

        private Changes() {}

        /// Brings the interface administratively up.
        public Changes up(int index) {
            beginLink("set interface " + index + " up", index, Link.IFF_UP, Link.IFF_UP);
            return this;
        }

        /// Has the kernel neither ask nor answer by ARP on the interface.
        public Changes withoutArp(int index) {
            beginLink("turn ARP off for interface " + index, index, Link.IFF_NOARP, Link.IFF_NOARP);
            return this;
        }

        /// Takes the interface administratively down.
        public Changes down(int index) {
            beginLink("set interface " + index + " down", index, 0, Link.IFF_UP);
            return this;
        }

        /// Sets the MAC address, 48 bits with the first octet in bits 47 to 40.
        public Changes mac(int index, long mac) {
            beginLink("set MAC address of interface " + index, index, 0, 0);
            var octets = new byte[6];
            for (int i = 0; i < 6; i++) octets[i] = (byte) (mac >>> 40 - 8 * i);
            requests.attribute(Link.IFLA_ADDRESS, octets);
            return this;
        }

        /// Sets the MTU, 68 to 65521 for a TAP.
        public Changes mtu(int index, int mtuBytes) {
            beginLink("set MTU of interface " + index + " to " + mtuBytes, index, 0, 0);
            requests.attribute(Link.IFLA_MTU, mtuBytes);
            return this;
        }

        /// Renames the interface; older kernels want it down for that.
        public Changes rename(int index, String name) {
            Link.requireName(name);
            beginLink("rename interface " + index + " to " + name, index, 0, 0);
            requests.attribute(Link.IFLA_IFNAME, name);
            return this;
        }

        /// Removes an interface. For interfaces that we made ourselves.
        public Changes delete(int index) {
            begin("delete interface " + index, RTM_DELLINK, 0);
            interfaceMessage(requests, index, 0, 0);
            return this;
        }

        /// Adds an address with its network; an IPv6 one is usable at once, without duplicate address detection.
        ///
        /// @param prefixLength 0 to 32, or to 128
        public Changes address(int index, InetAddress address, int prefixLength) {
            boolean v4 = address instanceof Inet4Address;
            begin("add address " + address.getHostAddress() + "/" + prefixLength + " to interface " + index, RTM_NEWADDR,
                NLM_F_CREATE | NLM_F_EXCL);
            requests.u8(family(address)).u8(prefixLength).u8(v4 ? 0 : IFA_F_NODAD).u8(RT_SCOPE_UNIVERSE).u32(index);
            requests.attribute(IFA_LOCAL, address.getAddress());
            requests.attribute(IFA_ADDRESS, address.getAddress());
            if (!v4) requests.attribute(IFA_FLAGS, IFA_F_NODAD);
            return this;
        }

        /// Adds the route for everything else. The interface must be up and the gateway in one of its networks.
        public Changes defaultRoute(InetAddress gateway) {
            begin("add default route via " + gateway.getHostAddress(), RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL);
            routeMessage(gateway, 0, RT_SCOPE_UNIVERSE);
            requests.attribute(RTA_GATEWAY, gateway.getAddress());
            return this;
        }

        /// Adds a route to a network by a gateway.
        ///
        /// @param network its bits behind the prefix must be 0
        public Changes route(InetAddress network, int prefixLength, InetAddress gateway) {
            begin("add route " + network.getHostAddress() + "/" + prefixLength + " via " + gateway.getHostAddress(), RTM_NEWROUTE,
                NLM_F_CREATE | NLM_F_EXCL);
            routeMessage(network, prefixLength, RT_SCOPE_UNIVERSE);
            requests.attribute(RTA_DST, network.getAddress());
            requests.attribute(RTA_GATEWAY, gateway.getAddress());
            return this;
        }

        /// Adds a route to a network that is reached directly on an interface.
        public Changes route(InetAddress network, int prefixLength, int index) {
            begin("add route " + network.getHostAddress() + "/" + prefixLength + " on interface " + index, RTM_NEWROUTE,
                NLM_F_CREATE | NLM_F_EXCL);
            routeMessage(network, prefixLength, RT_SCOPE_LINK);
            requests.attribute(RTA_DST, network.getAddress());
            requests.attribute(RTA_OIF, index);
            return this;
        }

        /// Has the kernel do it. Each change stands for itself: those before and behind a failed one are made.
        ///
        /// @throws LinuxException for the first that failed
        public void apply() {
            flush();
            if (failure != null) throw failure;
        }

        private void beginLink(String what, int index, int flags, int change) {
            begin(what, RTM_NEWLINK, 0);
            interfaceMessage(requests, index, flags, change);
        }

        private void routeMessage(InetAddress destination, int prefixLength, int scope) {
            requests.u8(family(destination)).u8(prefixLength).u8(0).u8(0).u8(RT_TABLE_MAIN).u8(RTPROT_STATIC).u8(scope).u8(RTN_UNICAST).u32(0);
        }

        private void begin(String what, int type, int flags) {
            if (pending.size() == REQUESTS_PER_SEND) flush();
            pending.put(++sequence, what);
            requests.begin(type, NLM_F_REQUEST | NLM_F_ACK | flags, sequence);
        }

        private void flush() {
            if (pending.isEmpty()) return;
            socket.send(requests);
            requests.clear();
            while (!pending.isEmpty()) receive(this::acknowledge);
        }

        private void acknowledge(int type, int flags, int number, MemorySegment message, long at, long end) {
            if (type != NetlinkSocket.NLMSG_ERROR) return;
            var what = pending.remove(number);
            if (what == null || failure != null) return;
            failure = NetlinkSocket.error(what, message, flags, at, end);
        }

        private static int family(InetAddress address) {
            return address instanceof Inet4Address ? AF_INET : AF_INET6;
        }
    }
}
