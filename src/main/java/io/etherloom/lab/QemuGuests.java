package io.etherloom.lab;

import io.etherloom.device.StreamLink;
import io.etherloom.lab.Blueprint.DevicePlan;
import io.etherloom.lab.Blueprint.EndpointPlan;
import io.etherloom.lab.Blueprint.InterfacePlan;
import io.etherloom.lab.Blueprint.MachinePlan;
import io.etherloom.lab.Blueprint.NicHardware;
import io.etherloom.linux.LinuxException;
import io.etherloom.linux.Netns;
import io.etherloom.linux.UnixSocket;
import io.etherloom.qemu.Accelerator;
import io.etherloom.qemu.MachineSpec;
import io.etherloom.qemu.NicSpec;
import io.etherloom.qemu.QemuException;
import io.etherloom.qemu.QemuMachine;
import io.etherloom.qemu.QmpEvent;
import io.etherloom.qemu.RxFilter;
import io.etherloom.qemu.ShippedGuest;
import io.etherloom.topology.AdapterType;
import io.etherloom.vswitch.Vnic;
import io.etherloom.wire.MacAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The QEMU guests of a lab. Each has a process on the host that it is on; while it is carried to another host, one there as well.
///
/// Changes come under the lab's lock. What guests do by themselves is told without it, on threads of their own.
final class QemuGuests implements Machines, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(QemuGuests.class);
    private static final String PROGRAM = "qemu-system-x86_64";
    /// Beside the events of QEMU, which tell of every change.
    private static final long ROUND_NANOS = 3_000_000_000L;
    private static final long MAX_CONSOLE = 4L << 20;
    private static final byte[] CONSOLE_CUT = "(what came before was too long to be kept)\n".getBytes(StandardCharsets.US_ASCII);
    private static final int CONNECT_ROUNDS = 200;
    private static final long CONNECT_PAUSE_NANOS = 5_000_000L;

    private final LabHome home;
    private final LabRecord lab;
    private final Netns netns;
    private final Listener listener;
    private final Map<Key, RunningGuest> running = new ConcurrentHashMap<>();
    /// VMs that are carried to another host now: both of their processes stay.
    private final Set<String> carried = ConcurrentHashMap.newKeySet();
    /// Of those of them that have one process again, which one.
    private final Map<String, Key> settled = new ConcurrentHashMap<>();
    /// Of VMs whose guest has ended by itself, in words.
    private final Map<String, String> endings = new ConcurrentHashMap<>();
    private final Thread rounds = Thread.ofVirtual().name("qemu-filters").unstarted(this::askAll);
    private final AtomicInteger processes = new AtomicInteger();
    private volatile boolean isClosed;

    /// One guest on one host.
    record Key(String vm, String host) {}

    /// Told what guests do. Not under the lab's lock.
    interface Listener {
        /// The drivers of a guest ask for other frames than before.
        void filters(Key guest, Map<Integer, GuestFilter> byNic);

        /// A guest is carried no more; what nobody wanted of it meanwhile may go.
        void letGo();

        /// A guest has ended, and nobody had ended it.
        void ended(Key guest, QemuMachine machine, boolean hasShutDown, String reason);
    }

    /// @param netns where the namespaces of hosts have their names
    QemuGuests(LabHome home, Netns netns, LabRecord lab, Listener listener) {
        this.home = home;
        this.netns = netns;
        this.lab = lab;
        this.listener = listener;
    }

    /// Begins to ask guests now and then, beside what they tell.
    void begin() {
        rounds.start();
    }

    @Override
    public void start(Collection<EndpointPlan> wanted) {
        var missing = new LinkedHashMap<Key, EndpointPlan>();
        for (var endpoint : wanted) {
            var plan = endpoint.machine();
            if (plan != null) {
                var key = new Key(endpoint.name(), plan.host());
                var existing = running.get(key);
                if (!carried.contains(key.vm()) && (existing == null || !existing.plan().settings().equals(plan.settings()))) {
                    missing.put(key, endpoint);
                }
            }
        }
        if (missing.isEmpty()) {
            return;
        }
        // A disk has one writer, so what is in the place of another process goes first.
        stop(running.keySet().stream().filter(key -> missing.keySet().stream().anyMatch(it -> it.vm().equals(key.vm()))).toList());
        startAll(missing);
    }

    private void startAll(Map<Key, EndpointPlan> missing) {
        var begun = new LinkedHashMap<Key, Future<RunningGuest>>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            missing.forEach((key, endpoint) -> {
                int number = processes.incrementAndGet();
                begun.put(key, threads.submit(() -> launch(key, endpoint, number, false)));
            });
        }
        var faults = new ArrayList<RuntimeException>();
        begun.forEach((key, guest) -> {
            try {
                running.put(key, guest.get());
                endings.remove(key.vm());
            } catch (ExecutionException e) {
                faults.add(e.getCause() instanceof RuntimeException fault ? fault : new IllegalStateException(e.getCause()));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        if (!faults.isEmpty()) {
            stop(missing.keySet());
            throw faults.getFirst();
        }
        missing.forEach((key, endpoint) -> announce(key, endpoint.run()));
    }

    /// What carries the guest of a VM to another host; null when it does not run.
    ///
    /// @param target finds out what the VM is there; asked when it begins
    @Nullable QemuMigration migration(String vm, String host, Supplier<QemuMigration.Target> target) {
        var from = running.entrySet().stream().filter(it -> it.getKey().vm().equals(vm) && !it.getValue().isWaiting()).map(Map.Entry::getKey)
                .findFirst().orElse(null);
        var source = from == null ? null : running.get(from);
        return from == null || source == null ? null : new QemuMigration(this, from, source, new Key(vm, host), target);
    }

    /// Does something in the network of a host; what is opened there stays there.
    <T> T inNetworkOf(String host, Callable<T> work) {
        return netns.call(home.namespace(host), work);
    }

    /// Keeps the process of a VM, and another one on another host, until [#letGo].
    void carry(String vm) {
        if (!carried.add(vm)) {
            throw new LabException(LabException.Kind.CONFLICT, vm + " is being carried to another host already");
        }
    }

    /// This process waits for its guest, and its vNICs can be connected to.
    void waits(Key key, RunningGuest guest) {
        guest.waits(true);
        running.put(key, guest);
        if (isClosed) {
            discard(key);
            throw new LabException(LabException.Kind.CONFLICT, "the lab is being taken down");
        }
    }

    /// The guest runs there, and not where it was.
    void taken(Key from, Key key) {
        var left = running.get(from);
        if (left != null) {
            left.waits(true);
        }
        var guest = running.get(key);
        if (guest != null) {
            guest.waits(false);
            guest.machine().nics().keySet().forEach(guest::hasDriver);      // They came along.
            pointToConsole(key.vm(), guest.machine());
        }
    }

    /// Ends a process, if it is there.
    void discard(Key key) {
        stop(List.of(key));
    }

    /// A VM has one process again. It is carried until its ports are there, too.
    void letGo(Key remaining) {
        settled.put(remaining.vm(), remaining);
        var guest = running.get(remaining);
        if (guest == null || !guest.machine().isAlive()) {
            release(remaining);
        }
        listener.letGo();
    }

    /// What happened to the process while its VM was carried is told now.
    private void release(Key key) {
        settled.remove(key.vm());
        carried.remove(key.vm());
        var guest = running.get(key);
        if (guest != null && !guest.machine().isAlive()) {
            Thread.ofVirtual().start(() -> listener.ended(key, guest.machine(), false, "ended while the guest was carried to another host"));
        }
    }

    /// Whose ports are where their process is, or who shall not run at all, is carried no more.
    private void settle(Map<Key, EndpointPlan> wanted) {
        List.copyOf(settled.values()).forEach(key -> {
            if (wanted.containsKey(key) || wanted.keySet().stream().noneMatch(it -> it.vm().equals(key.vm()))) {
                release(key);
            }
        });
    }

    /// Starts a process that waits for the guest of another one.
    RunningGuest startIncoming(Key key, EndpointPlan endpoint) {
        return launch(key, endpoint, processes.incrementAndGet(), true);
    }

    private RunningGuest launch(Key key, EndpointPlan endpoint, int number, boolean isIncoming) {
        var plan = Objects.requireNonNull(endpoint.machine());
        var program = Programs.find(PROGRAM);
        if (program == null) {
            throw new LabException(LabException.Kind.ENVIRONMENT, key.vm() + " is a guest of QEMU, and the program " + PROGRAM
                    + " is missing; install it: apt-get install " + Programs.packageOf(PROGRAM));
        }
        var prefix = new ArrayList<String>();
        if (plan.hasNetwork()) {
            prefix.addAll(List.of(Programs.require("ip"), "netns", "exec", home.namespace(plan.host())));
        }
        prefix.addAll(List.of(Programs.require("setpriv"), "--pdeathsig", "KILL", "--"));
        var how = new QemuMachine.Start(program, prefix, Map.of(LabRecord.MARK, lab.mark()), Accelerator.choose(program), isIncoming, lab.runLog(key.vm()));
        var folder = folder().resolve(Integer.toString(number));
        try {
            Files.createDirectories(lab.runLog(key.vm()).getParent());
            var machine = QemuMachine.start(spec(endpoint, plan), folder, how, new MachineListener(key));
            LOG.info("event=guest-started vm={} host={} pid={} accelerator={}", key.vm(), key.host(), machine.pid(), how.accelerator());
            var guest = new RunningGuest(machine, plan, how.accelerator());
            for (int index = 0; index < endpoint.interfaces().size(); index++) {
                guest.isNews(index, addressing(index, endpoint.interfaces().get(index)));
            }
            return guest;
        } catch (QemuException fault) {
            throw new LabException(LabException.Kind.ENVIRONMENT, String.valueOf(fault.getMessage()), fault);
        } catch (IOException fault) {
            throw new LabException(LabException.Kind.ENVIRONMENT, key.vm() + ": " + fault.getMessage(), fault);
        }
    }

    private Path folder() {
        return lab.directory().resolve("q");
    }

    private static MachineSpec spec(EndpointPlan endpoint, MachinePlan plan) {
        var settings = plan.settings();
        var nics = new ArrayList<NicSpec>();
        for (int index = 0; index < endpoint.interfaces().size(); index++) {
            nics.add(nic(index, endpoint.interfaces().get(index), plan.nics().get(index)));
        }
        var kernel = settings.kernel();
        var initrd = settings.initrd();
        var append = settings.append();
        if (settings.isShipped()) {
            var guest = ShippedGuest.ofThisInstallation();
            if (!guest.isThere()) {
                throw new LabException(LabException.Kind.ENVIRONMENT, endpoint.name() + " is the guest that Etherloom ships, and there is none in "
                        + guest.folder() + "; make it with ./build guest, or name a disk to start from with image:");
            }
            kernel = guest.kernel();
            initrd = guest.initrd();
            append = ShippedGuest.append(words(endpoint, append));
        }
        return new MachineSpec(endpoint.name(), settings.memoryMiB(), settings.cpus(), kernel, initrd, append, settings.image(), settings.snapshot(),
                settings.readOnly(), settings.isShipped(), nics);
    }

    private static List<String> words(EndpointPlan endpoint, String append) {
        var words = new ArrayList<String>();
        words.add("el.host=" + endpoint.name());
        for (int index = 0; index < endpoint.interfaces().size(); index++) {
            words.add("el.nic=" + addressing(index, endpoint.interfaces().get(index)));
        }
        if (!append.isEmpty()) {
            words.add(append);
        }
        return words;
    }

    /// What `nic` inside the shipped guest is told.
    private static String addressing(int index, InterfacePlan plan) {
        return index + "," + MacAddress.format(plan.mac()) + "," + plan.mtu() + ","
                + plan.addresses().stream().map(Object::toString).collect(Collectors.joining(";")) + ","
                + plan.gateways().stream().map(InetAddress::getHostAddress).collect(Collectors.joining(";"));
    }

    private static NicSpec nic(int index, InterfacePlan plan, NicHardware hardware) {
        return new NicSpec(index, driver(hardware.adapter()), MacAddress.format(plan.mac()), plan.mtu(), switch (hardware.netdev()) {
            case STREAM -> NicSpec.Transport.STREAM;
            case DGRAM -> NicSpec.Transport.DGRAM;
            case TAP -> NicSpec.Transport.TAP;
        });
    }

    private static String driver(AdapterType adapter) {
        return adapter == AdapterType.VIRTIO ? "virtio-net-pci" : adapter.toString();
    }

    /// Has `etherloom console` find the guest, and runs its commands; what they print goes to its console.
    private void announce(Key key, List<String> commands) {
        var guest = running.get(key);
        if (guest == null) {
            return;
        }
        pointToConsole(key.vm(), guest.machine());
        for (var command : commands) {
            guest.later(() -> guest.machine().run(List.of("sh", "-c", "{ " + command + "\n} </dev/null >/dev/console 2>&1 &")));
        }
    }

    private void pointToConsole(String vm, QemuMachine machine) {
        var link = GuestConsole.socket(lab, vm);
        try {
            Files.deleteIfExists(link);
            Files.createSymbolicLink(link, link.getParent().relativize(machine.console()));
        } catch (IOException e) {
            LOG.warn("event=console-link-failed vm={} effect=\"etherloom console does not find it\" reason=\"{}\"", vm, e.toString());
        }
    }

    @Override
    public DeviceRuntime open(DevicePlan.Qemu plan) {
        var guest = running.get(new Key(plan.endpoint(), plan.host()));
        if (guest == null) {
            throw new LabException(LabException.Kind.ENVIRONMENT, plan.endpoint() + " does not run on " + plan.host());
        }
        try {
            var nic = nic(plan.index(), plan.plan(), plan.hardware());
            guest.unwanted(plan.index(), false);
            boolean isNew = guest.machine().addNic(nic);
            if (isNew) {
                guest.hasNoDriver(plan.index());
            }
            var addressing = addressing(plan.index(), plan.plan());
            boolean isNews = guest.isNews(plan.index(), addressing);
            if (plan.settings().isShipped() && (isNew || isNews)) {
                guest.later(() -> guest.machine().run(List.of("nic", addressing)));
            }
            guest.forget(plan.index());
            return connect(guest.machine(), nic);
        } catch (QemuException | LinuxException fault) {
            throw new LabException(LabException.Kind.ENVIRONMENT, plan.endpoint() + "." + plan.plan().name() + ": " + fault.getMessage(), fault);
        }
    }

    /// QEMU listens again a moment after a connection has ended.
    private static DeviceRuntime connect(QemuMachine machine, NicSpec nic) {
        for (int round = 0;; round++) {
            try {
                var socket = nic.socket(machine.folder());
                return new DeviceRuntime(switch (nic.transport()) {
                    case STREAM -> new StreamSource(new StreamLink(UnixSocket.stream(socket)));
                    case DGRAM -> new DatagramSource(UnixSocket.datagram(nic.peerSocket(machine.folder()), socket));
                    case TAP -> new PacketSource(machine.wire(nic));
                }, null, true);
            } catch (LinuxException fault) {
                if (round == CONNECT_ROUNDS || !machine.isAlive()) {
                    throw fault;
                }
                LockSupport.parkNanos(CONNECT_PAUSE_NANOS);
            }
        }
    }

    @Override
    public void retain(Collection<EndpointPlan> wanted) {
        if (running.isEmpty() && settled.isEmpty()) {
            return;
        }
        var kept = new HashMap<Key, EndpointPlan>();
        wanted.forEach(endpoint -> {
            if (endpoint.machine() != null) {
                kept.put(new Key(endpoint.name(), endpoint.machine().host()), endpoint);
            }
        });
        settle(kept);
        stop(running.keySet().stream().filter(key -> !kept.containsKey(key) && !carried.contains(key.vm())).toList());
        kept.forEach((key, endpoint) -> {
            var guest = running.get(key);
            if (guest != null) {
                guest.machine().nics().keySet().stream().filter(index -> index >= endpoint.interfaces().size()).forEach(index -> pull(key, guest, index));
            }
        });
    }

    /// Nobody waits for a guest to let go.
    private static void pull(Key key, RunningGuest guest, int index) {
        if (guest.unwanted(index, true)) {
            guest.later(() -> {
                try {
                    if (guest.isUnwanted(index)) {
                        guest.machine().removeNic(index);
                    }
                } catch (QemuException fault) {
                    LOG.warn("event=nic-not-removed vm={} nic={} effect=\"the guest keeps it until it lets go, without a port\" reason=\"{}\"", key.vm(), index,
                            fault.getMessage());
                }
            });
        }
    }

    private void stop(Collection<Key> keys) {
        var leaving = keys.stream().map(running::remove).filter(Objects::nonNull).toList();
        Interfaces.close(leaving);
    }

    /// Has guests see their cables as they are plugged.
    void follow(Converger converger) {
        if (running.isEmpty()) {
            return;
        }
        var plugged = converger.current().ports().values().stream().map(port -> port.device()).collect(Collectors.toSet());
        converger.devices().keySet().forEach(device -> {
            if (device instanceof DevicePlan.Qemu plan && running.get(new Key(plan.endpoint(), plan.host())) instanceof RunningGuest guest) {
                boolean isPlugged = plugged.contains(plan);
                guest.later(() -> guest.machine().setLink(plan.index(), isPlugged));
            }
        });
    }

    /// Whether the process lives, so that a connection that was lost can be made again.
    boolean isAlive(DevicePlan.Qemu plan) {
        return running.get(new Key(plan.endpoint(), plan.host())) instanceof RunningGuest guest && guest.machine().isAlive();
    }

    /// Takes a guest that has ended from those that run.
    ///
    /// @return whether it was one of them; the lab may have started another one in its place meanwhile
    boolean forget(Key key, QemuMachine machine, boolean hasShutDown, String reason) {
        var ended = running.get(key);
        if (ended == null || ended.machine() != machine) {
            return false;
        }
        running.remove(key);
        endings.put(key.vm(), hasShutDown ? "has shut down" : "failed: QEMU " + reason);
        ended.close();
        return true;
    }

    /// What a VM is doing, in words; empty when there is nothing to say.
    String status(String vm) {
        return running.entrySet().stream().filter(it -> it.getKey().vm().equals(vm) && !it.getValue().isWaiting()).findFirst()
                .map(it -> "pid " + it.getValue().machine().pid() + ", " + it.getValue().accelerator()).orElse(endings.getOrDefault(vm, ""));
    }

    /// The guest of a VM, on whatever host it is; null when it does not run.
    @Nullable RunningGuest find(String vm) {
        return running.entrySet().stream().filter(it -> it.getKey().vm().equals(vm) && !it.getValue().isWaiting()).map(Map.Entry::getValue)
                .findFirst().orElse(null);
    }

    private final class MachineListener implements QemuMachine.Listener {
        private final Key key;

        MachineListener(Key key) {
            this.key = key;
        }

        @Override
        public void event(QemuMachine machine, QmpEvent event) {
            var guest = running.get(key);
            if (guest == null || guest.machine() != machine) {
                return;
            }
            switch (event.name()) {
                case "NIC_RX_FILTER_CHANGED" -> {
                    machine.nics().values().stream().filter(nic -> nic.id().equals(event.text("name"))).forEach(nic -> guest.hasDriver(nic.index()));
                    ask(key);
                }
                case "RESET" -> guest.hasNoDrivers();
                default -> { }
            }
        }

        @Override
        public void ended(QemuMachine machine, boolean hasShutDown, String reason) {
            LOG.info("event=guest-ended vm={} host={} pid={} reason=\"{}\"", key.vm(), key.host(), machine.pid(), reason);
            var guest = running.get(key);
            if (guest != null && guest.machine() == machine && !carried.contains(key.vm())) {
                listener.ended(key, machine, hasShutDown, reason);
            }
        }
    }

    private void askAll() {
        while (!Thread.interrupted()) {
            LockSupport.parkNanos(ROUND_NANOS);
            running.keySet().forEach(key -> {
                ask(key);
                limitConsole(lab.runLog(key.vm()));
            });
        }
    }

    /// A guest that never stops printing must not fill a disk. QEMU appends, so it goes on at the new end.
    private static void limitConsole(Path log) {
        try {
            if (Files.exists(log) && Files.size(log) > MAX_CONSOLE) {
                Files.write(log, CONSOLE_CUT, StandardOpenOption.TRUNCATE_EXISTING);
            }
        } catch (IOException e) {
            LOG.info("event=console-not-cut file={} reason=\"{}\"", log, e.toString());
        }
    }

    private void ask(Key key) {
        var guest = running.get(key);
        if (guest != null) {
            guest.askFilters(filters -> {
                if (running.get(key) == guest) {
                    listener.filters(key, filters);
                }
            });
        }
    }

    /// What the policy of a port is applied to.
    static GuestFilter filter(RxFilter filter) {
        var groups = filter.groups();
        var sorted = groups == null || groups.size() > Vnic.MAX_GROUPS ? null : groups.stream().map(QemuGuests::address).sorted().toList();
        return new GuestFilter(address(filter.mac()), filter.isPromiscuous(), sorted);
    }

    private static long address(String text) {
        return MacAddress.parse(text).value();
    }

    @Override
    public void close() {
        isClosed = true;
        rounds.interrupt();
        stop(List.copyOf(running.keySet()));
    }
}
