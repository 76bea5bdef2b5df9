package io.etherloom.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.etherloom.lab.Blueprint.DevicePlan;
import io.etherloom.linux.Netns;
import io.etherloom.linux.Processes;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Guests that do what guests do to their interfaces. Spec 2.33, 2.27, 2.28, 5.6. With `-Dguests.print=true` each says how long it took
/// from the start of the guest's command until the listener had it.
class GuestWatcherIT {
    /// Half of it is the time of a process to start, on a machine that is busy; the watcher's own promise is 100 ms.
    private static final long PATIENCE_NANOS = 10_000_000_000L;
    /// Every interface that is up listens to these two, to the second even where IPv6 is off.
    private static final long ALL_HOSTS = 0x0100_5e00_0001L;
    private static final long ALL_NODES = 0x3333_0000_0001L;

    private final List<WatchedNamespace> made = new ArrayList<>();
    private final Map<DevicePlan, GuestFilter> seen = new HashMap<>();
    private final List<Map<DevicePlan, GuestFilter>> turns = new ArrayList<>();
    private GuestWatcher watcher;
    private WatchedNamespace vm;

    @BeforeEach
    void watchOne() {
        assumeTrue(Processes.effectiveUser() == 0, "needs root: makes named network namespaces");
        assumeTrue(Files.exists(Path.of("/dev/net/tun")), "needs /dev/net/tun");
        watcher = new GuestWatcher(new Netns(), this::changed);
        vm = make();
        watcher.start();
        watcher.add(vm.key(), vm.name(), "eth0");
        await("the first finding", filter -> true);
    }

    @AfterEach
    void leaveNothing() {
        if (watcher != null) watcher.close();
        for (var namespace : made) namespace.close();
    }

    private WatchedNamespace make() {
        var namespace = WatchedNamespace.make(made.size() + 1);
        made.add(namespace);
        return namespace;
    }

    private synchronized void changed(Map<DevicePlan, GuestFilter> changed) {
        seen.putAll(changed);
        turns.add(changed);
        notifyAll();
    }

    private GuestFilter await(String what, Predicate<GuestFilter> condition) {
        return await(what, vm.key(), condition);
    }

    private synchronized GuestFilter await(String what, DevicePlan key, Predicate<GuestFilter> condition) {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (!seen.containsKey(key) || !condition.test(seen.get(key))) {
            long leftMillis = (deadline - System.nanoTime()) / 1_000_000;
            if (leftMillis <= 0) throw new AssertionError("not within 10 s: " + what + "; last seen " + seen);
            try {
                wait(leftMillis);
            } catch (InterruptedException impossible) {
                throw new AssertionError(impossible);
            }
        }
        return seen.get(key);
    }

    /// Runs a command of the guest and waits until the watcher has told of it.
    private GuestFilter after(String command, Predicate<GuestFilter> condition) {
        long begun = System.nanoTime();
        vm.run(command);
        long ended = System.nanoTime();
        var filter = await(command, condition);
        print(command, begun, ended);
        return filter;
    }

    private static void print(String what, long begunNanos, long endedNanos) {
        if (Boolean.getBoolean("guests.print")) {
            long now = System.nanoTime();
            System.out.printf("%5.1f ms after its start, %5.1f ms after its end: %s%n", (now - begunNanos) / 1e6, (now - endedNanos) / 1e6, what);
        }
    }

    private static boolean hears(GuestFilter filter, long group) {
        return filter.groups() != null && filter.groups().contains(group);
    }

    @Test
    void aFreshInterfaceHasItsOwnAddressAndIsNotPromiscuous() {
        var filter = await("the first finding", it -> true);
        assertThat(filter.mac()).isEqualTo(vm.mac());
        assertThat(filter.isPromiscuous()).as("the reader of the TAP asks for nothing").isFalse();
        assertThat(filter.groups()).containsExactly(ALL_HOSTS, ALL_NODES);
    }

    /// Spec 5.6.
    @Test
    void aGuestThatSetsItsAddressIsSeen() {
        var filter = after("ip link set eth0 address 02:00:00:aa:bb:cc", it -> it.mac() == 0x0200_00aa_bbccL);
        assertThat(filter.isPromiscuous()).isFalse();
        after("ip link set eth0 address 00:50:56:00:00:01", it -> it.mac() == vm.mac());
    }

    @Test
    void aSnifferIsSeenFromItsBeginningToItsEnd() throws Exception {
        assumeTrue(Programs.find("tcpdump") != null, "needs tcpdump");
        long begun = System.nanoTime();
        var sniffer = vm.start("tcpdump", "-n", "-i", "eth0");
        await("tcpdump is there", GuestFilter::isPromiscuous);
        print("tcpdump", begun, begun);
        begun = System.nanoTime();
        sniffer.destroyForcibly().waitFor();
        await("tcpdump is gone", it -> !it.isPromiscuous());
        print("tcpdump has ended", begun, begun);
    }

    /// A macvlan whose upper end is in another namespace raises no event in this one.
    @Test
    void aSecondUnicastAddressAsksForEverything() {
        after("ip link add mv0 link eth0 type macvlan mode bridge && ip link set mv0 up", GuestFilter::isPromiscuous);
        after("ip link del mv0", it -> !it.isPromiscuous());
        var inner = make();
        after("ip link add mv1 link eth0 type macvlan && ip link set mv1 netns " + inner.name(), it -> true);
        long begun = System.nanoTime();
        inner.run("ip link set mv1 up");
        long ended = System.nanoTime();
        await("the macvlan elsewhere", GuestFilter::isPromiscuous);
        print("macvlan in another namespace", begun, ended);
    }

    @Test
    void aBridgeAsksForEverything() {
        after("ip link add br0 type bridge && ip link set eth0 master br0", GuestFilter::isPromiscuous);
        after("ip link set eth0 nomaster", it -> !it.isPromiscuous());
    }

    /// Spec 2.27.
    @Test
    void groupsAreSeenWhenTheyAreJoinedAndLeft() throws Exception {
        after("ip maddr add 01:00:5e:01:02:03 dev eth0", it -> hears(it, 0x0100_5e01_0203L));
        var program = join("239.1.2.4");
        assertThat(program.inputReader().readLine()).isEqualTo("joined");
        long begun = System.nanoTime();
        var both = await("IP_ADD_MEMBERSHIP", it -> hears(it, 0x0100_5e01_0204L));
        print("IP_ADD_MEMBERSHIP", begun, begun);
        assertThat(both.groups()).containsExactly(ALL_HOSTS, 0x0100_5e01_0203L, 0x0100_5e01_0204L, ALL_NODES);
        program.destroyForcibly().waitFor();
        await("the program is gone", it -> !hears(it, 0x0100_5e01_0204L));
        after("ip maddr del 01:00:5e:01:02:03 dev eth0", it -> !hears(it, 0x0100_5e01_0203L));
    }

    private Process join(String group) throws Exception {
        assumeTrue(Programs.find("python3") != null, "needs python3");
        vm.run("ip addr add 10.9.0.1/24 dev eth0");
        return vm.start("python3", "-c", """
            import socket, sys, time
            s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            s.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, socket.inet_aton('%s') + socket.inet_aton('10.9.0.1'))
            print('joined', flush=True)
            time.sleep(60)
            """.formatted(group));
    }

    /// Spec 2.28.
    @Test
    void aGuestOfMoreThan32GroupsWantsThemAll() {
        // All hosts and all nodes are two already.
        after("for i in $(seq 1 30); do ip maddr add 01:00:5e:02:00:$(printf %02x $i) dev eth0; done",
            it -> it.groups() != null && it.groups().size() == 32);
        after("ip maddr add 01:00:5e:02:00:7f dev eth0", it -> it.groups() == null);
        after("ip maddr del 01:00:5e:02:00:7f dev eth0", it -> it.groups() != null && it.groups().size() == 32);
    }

    @Test
    void aMulticastRouterWantsAllGroups() {
        after("ip link set eth0 allmulticast on", it -> it.groups() == null);
        after("ip link set eth0 allmulticast off", it -> it.groups() != null);
    }

    @Test
    void anInterfaceIsFollowedWhenItGoesDownAndUpAndUnderAnotherName() {
        after("ip link set eth0 down && ip link set eth0 address 02:00:00:00:00:07 && ip link set eth0 up", it -> it.mac() == 0x0200_0000_0007L);
        after("ip link set eth0 down && ip link set eth0 name lan && ip link set lan up && ip link set lan address 02:00:00:00:00:08",
            it -> it.mac() == 0x0200_0000_0008L);
    }

    @Test
    void anInterfaceThatTheGuestTookAwayWantsAllGroupsAndIsFoundAgain() {
        var inner = make();
        inner.run("ip link set eth0 name other");
        after("ip link set eth0 promisc on", GuestFilter::isPromiscuous);
        after("ip link set eth0 netns " + inner.name(), GuestFilter.unknown(vm.mac())::equals);
        inner.run("ip link set eth0 netns " + vm.name());
        after("ip link set eth0 up", it -> it.groups() != null);
        after("ip link del eth0", GuestFilter.unknown(vm.mac())::equals);      // On its way it is down.
    }

    @Test
    void allThatChangedInATurnIsToldAtOnceAndNothingElse() {
        var second = make();
        watcher.add(second.key(), second.name(), "eth0");
        await("the second", second.key(), it -> true);
        vm.run("ip link add eth8 type veth peer name eth9 && ip link set eth0 mtu 1400");
        second.run("ip link set eth0 promisc on");
        await("the second is promiscuous", second.key(), GuestFilter::isPromiscuous);
        synchronized (this) {
            assertThat(turns).allSatisfy(turn -> assertThat(turn).isNotEmpty());
            assertThat(turns.getLast()).as("what did not change is not told").containsOnlyKeys(second.key());
        }
    }

    @Test
    void severalInterfacesOfOneGuestAreToldApart() {
        vm.run("ip tuntap add eth1 mode tap && ip link set eth1 address 02:00:00:00:00:11 && ip link set eth1 up");
        watcher.add(vm.key("eth1"), vm.name(), "eth1");
        await("eth1", vm.key("eth1"), it -> it.mac() == 0x0200_0000_0011L);
        vm.run("ip maddr add 01:00:5e:05:05:05 dev eth1");
        await("a group of eth1", vm.key("eth1"), it -> hears(it, 0x0100_5e05_0505L));
        assertThat(hears(seen.get(vm.key()), 0x0100_5e05_0505L)).as("of eth0").isFalse();
    }

    @Test
    void aNamespaceThatIsNotThereLeavesTheOthersAsTheyAre() {
        var missing = new DevicePlan.Interface("none", ((DevicePlan.Interface) vm.key()).plan());
        watcher.add(missing, "el-none-" + vm.name(), "eth0");
        after("ip link set eth0 promisc on", GuestFilter::isPromiscuous);
        assertThat(seen).doesNotContainKey(missing);
    }

    @Test
    void aNamespaceIsLetGoWhenItIsWatchedNoMore() throws Exception {
        int before = descriptors();
        var second = make();
        int withTap = descriptors();
        watcher.add(second.key(), second.name(), "eth0");
        await("the second", second.key(), it -> true);
        assertThat(descriptors() - withTap).as("descriptors a namespace, its sysfs and one interface among them").isEqualTo(5);
        watcher.remove(second.key());
        for (int i = 0; i < 1_000 && descriptors() > withTap; i++) TimeUnit.MILLISECONDS.sleep(5);
        assertThat(descriptors()).isEqualTo(withTap).isGreaterThan(before);
        second.run("ip link set eth0 promisc on");
        after("ip link set eth0 promisc on", GuestFilter::isPromiscuous);
        assertThat(seen.get(second.key()).isPromiscuous()).as("what is not watched").isFalse();
    }

    private static int descriptors() {
        var files = Path.of("/proc/self/fd").toFile().list();
        return files == null ? 0 : files.length;
    }

    /// A namespace of the same name that was made anew.
    @Test
    void whatIsAddedAgainIsLookedUpAfresh() {
        after("ip link set eth0 promisc on", GuestFilter::isPromiscuous);
        vm.close();
        made.clear();
        vm = make();
        watcher.remove(vm.key());
        watcher.add(vm.key(), vm.name(), "eth0");
        await("the new one", it -> !it.isPromiscuous());
        after("ip link set eth0 promisc on", GuestFilter::isPromiscuous);
    }

    /// Spec 2.28, and bounded work: at 10,000 groups the kernel writes half a megabyte for each look.
    @Test
    void hostileGuestsCostABoundedTimeAndHideNobody() throws Exception {
        var quiet = make();
        watcher.add(quiet.key(), quiet.name(), "eth0");
        await("the quiet one", quiet.key(), it -> true);
        assumeTrue(Programs.find("python3") != null, "needs python3");
        // SIOCADDMULTI of <linux/sockios.h>.
        vm.start("python3", "-c", """
            import fcntl, socket, struct
            s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            for i in range(10000):
                fcntl.ioctl(s, 0x8931, struct.pack('16sH6s16x', b'eth0', 0, bytes([1, 0, 0x5e, 0, i >> 8, i & 255])))
            """).waitFor();
        await("10,000 groups", it -> it.groups() == null);
        vm.start("sh", "-c", "while :; do ip link set eth0 address 02:00:00:00:00:01; ip link set eth0 address 02:00:00:00:00:02; done");
        var other = make();
        watcher.add(other.key(), other.name(), "eth0");
        other.start("sh", "-c", "while :; do ip link add eth9 type bridge; ip link del eth9; ip link set eth0 promisc on; ip link set eth0 promisc off; done");
        await("the hostile one", it -> it.mac() == 0x0200_0000_0002L);

        long cpu = watcherCpuNanos();
        long begun = System.nanoTime();
        for (int i = 0; i < 10; i++) {
            boolean on = i % 2 == 0;
            quiet.run("ip link set eth0 promisc " + (on ? "on" : "off"));
            await("the quiet one", quiet.key(), it -> it.isPromiscuous() == on);
        }
        double share = (double) (watcherCpuNanos() - cpu) / (System.nanoTime() - begun);
        print("share of a processor beside hostile guests: " + share, begun, begun);
        assertThat(share).as("share of a processor").isLessThan(0.5);
    }

    private static long watcherCpuNanos() {
        var watcher = Thread.getAllStackTraces().keySet().stream().filter(it -> it.getName().equals("guest-watcher")).findFirst().orElseThrow();
        return ManagementFactory.getThreadMXBean().getThreadCpuTime(watcher.threadId());
    }
}
