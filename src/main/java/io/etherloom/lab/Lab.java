package io.etherloom.lab;

import io.etherloom.event.Details;
import io.etherloom.event.EventLog;
import io.etherloom.event.EventType;
import io.etherloom.fabric.PhysicalSwitch;
import io.etherloom.frame.DurationCounts;
import io.etherloom.lab.Blueprint.DevicePlan;
import io.etherloom.lab.view.CaptureSubjectView;
import io.etherloom.lab.view.ExternalVm;
import io.etherloom.lab.view.FabricView;
import io.etherloom.lab.view.FdbView;
import io.etherloom.lab.view.HostView;
import io.etherloom.lab.view.LabView;
import io.etherloom.lab.view.NeighborView;
import io.etherloom.lab.view.NetworkView;
import io.etherloom.lab.view.PlanView;
import io.etherloom.lab.view.PortGroupView;
import io.etherloom.lab.view.PortView;
import io.etherloom.lab.view.ReplayView;
import io.etherloom.lab.view.SecurityView;
import io.etherloom.lab.view.SettingsView;
import io.etherloom.lab.view.ShaperView;
import io.etherloom.lab.view.TeamView;
import io.etherloom.lab.view.TopView;
import io.etherloom.lab.view.TraceView;
import io.etherloom.lab.view.UplinkView;
import io.etherloom.lab.view.VSwitchView;
import io.etherloom.lab.view.VmKernelView;
import io.etherloom.lab.view.VmView;
import io.etherloom.linux.Rtnetlink;
import io.etherloom.qemu.QemuException;
import io.etherloom.qemu.QemuMachine;
import io.etherloom.replay.Replay;
import io.etherloom.replay.ReplaySettings;
import io.etherloom.topology.Setting;
import io.etherloom.topology.Topology;
import io.etherloom.topology.Vm;
import io.etherloom.topology.VmKind;
import io.etherloom.traffic.TrafficPort;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A running lab: its agents with their switches and devices, and the control side that changes them. Changes are carried out one
/// after the other under one lock; what is shown is consistent with them.
public final class Lab implements LabControl, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Lab.class);
    private static final int RECONNECT_ROUNDS = 20;
    private static final long RECONNECT_NANOS = 250_000_000L;

    /// Between two looks at what became of interfaces that somebody outside takes.
    private static final long EXTERNAL_MILLIS = 100;

    private final ReentrantLock lock = new ReentrantLock();
    private final EventLog events = new EventLog();
    private final LabClaim claim;
    private final String version;
    private final LabNamespaces namespaces;
    private final LabContainers containers;
    private final LabHome home;
    private final AgentThreads threads;
    private final Agents agents;
    private final QemuGuests qemu;
    private final Converger converger;
    private final LinkWatcher watcher = new LinkWatcher(this::interfaceChanged);
    private final WatchedGuests guests;
    private final ExternalTaps external;
    private @Nullable Thread looksAtExternal;
    private final NeighborWatch neighborWatch = new NeighborWatch(this::lookForNeighbors);
    private final DesiredState desired;
    private final Captures captures;
    /// Written under its own monitor.
    private final DurationCounts probed = new DurationCounts();
    private final WorldIds worlds = new WorldIds();
    private final RunningReplays replays = new RunningReplays();
    private final ReplayVms replayVms = new ReplayVms(events);
    private final Thread tellsNews = Thread.ofVirtual().name("news").unstarted(this::tellNews);
    private final LabWatch labWatch;
    private final MoveJournal journal;
    /// Guarded by the lock.
    private final List<VmMove> moves = new ArrayList<>();
    private final List<String> restored = new ArrayList<>();
    private final AtomicBoolean hasSaidGoodbye = new AtomicBoolean();
    private volatile boolean isClosed;

    private Lab(Topology topology, LabRegistry registry, LabClaim claim, String version) {
        this.claim = claim;
        this.version = version;
        namespaces = new LabNamespaces(registry, claim);
        containers = new LabContainers(claim, namespaces, this::containerEnded);
        home = new MachineHome(namespaces, containers, new VmCommands(claim.record(), namespaces, containers));
        int count = AgentThreads.count(topology.agents(), Runtime.getRuntime().availableProcessors(),
                topology.hosts().size() + topology.fabric().switches().size());
        threads = new AgentThreads(count, topology.agents().idle(), this::deviceFailed, this::agentFaulted);
        agents = threads.agents();
        qemu = new QemuGuests(home, namespaces.netns(), claim.record(), new GuestListener());
        converger = new Converger(agents, home, new DeviceFactory(home, new Interfaces(namespaces.netns()), agents, topology.agents().taps(), qemu), events);
        converger.onPortDisabled(this::portDisabled);
        converger.neighbors().onHeard(neighborWatch::heard);
        converger.neighbors().listener(new NeighborEvents(events, converger.news()));
        external = new ExternalTaps(namespaces.netns());
        guests = new WatchedGuests(new GuestWatcher(namespaces.netns(), this::guestsChanged), home, external);
        desired = new DesiredState(topology, claim.record().topology(), this::converge, events);
        journal = new MoveJournal(claim.record().directory());
        labWatch = new LabWatch(agents, converger, desired, events, lock);
        captures = new Captures(lock, desired, converger, agents, events, version);
    }

    /// Starts a lab; when that fails nothing of it is left but the claim, which stays the caller's.
    ///
    /// @throws LabException when this machine refuses something
    public static Lab start(Topology topology, LabRegistry registry, LabClaim claim, String version) {
        var lab = new Lab(topology, registry, claim, version);
        var begun = lab.events.now();
        try {
            lab.threads.start();
            lab.containers.fetch(DesiredState.containers(topology));
            lab.locked(() -> {
                lab.begin();
                lab.worlds.follow(topology, lab.desired.overrides());
                return true;
            });
            lab.events.post(begun, EventType.LAB_STARTED, topology.name(), "The lab " + topology.name() + " runs.",
                    Details.of("agents", lab.agents.count()).and("hosts", topology.hosts().size()).and("vms", topology.vms().size()));
            lab.tellsNews.start();      // What happened on the way comes after.
            lab.watcher.start();
            lab.guests.start();
            lab.qemu.begin();
            lab.neighborWatch.start();
            lab.labWatch.start();
            MoveJournal.forget(claim.record().directory());
            return lab;
        } catch (IOException fault) {
            var unforgotten = new LabException(LabException.Kind.ENVIRONMENT, "the journal of moves that a killed lab has left cannot be removed: " + fault.getMessage(), fault);
            after(unforgotten, lab::close);
            throw unforgotten;
        } catch (RuntimeException fault) {
            after(fault, lab::close);
            throw fault;
        }
    }

    /// VMs that were on another host when a lab of this name and file was killed are there again; a move that was interrupted is finished or undone.
    private void begin() {
        var record = claim.record();
        try {
            var inherited = MoveJournal.inherited(record.directory(), record.topology());
            var places = new LinkedHashMap<String, String>();
            inherited.values().forEach(entry -> places.put(entry.vm(), entry.host()));
            var elsewhere = desired.begin(places);
            elsewhere.forEach(vm -> {
                var entry = Objects.requireNonNull(inherited.get(vm));
                journal.append(new MoveJournal.Entry(vm, entry.host(), entry.host(), MoveJournal.Step.COMPLETE));
            });
            inherited.values().forEach(entry -> {
                var vm = desired.topology().vms().get(entry.vm());
                var sentence = vm == null ? "" : entry.sentence(vm.host());
                if (!sentence.isEmpty() && (elsewhere.contains(entry.vm()) || !entry.step().isOver() || !vm.host().equals(entry.host()))) {
                    restored.add(sentence);
                    events.post(vm.host().equals(entry.to()) ? EventType.VM_MIGRATED : EventType.VM_MIGRATION_FAILED, entry.vm(), sentence + ".",
                            Details.of("from", entry.from()).and("to", entry.to()));
                }
            });
        } catch (IOException fault) {
            throw new LabException(LabException.Kind.ENVIRONMENT, "the journal of moves that a killed lab has left cannot be read: " + fault.getMessage()
                    + "; `etherloom clean` removes it", fault);
        }
    }

    /// What the journal of a killed lab has changed at the start, in sentences for the terminal.
    public List<String> restored() {
        return List.copyOf(restored);
    }

    private static void after(RuntimeException fault, Runnable work) {
        try {
            work.run();
        } catch (RuntimeException second) {
            fault.addSuppressed(second);
        }
    }

    /// Called by an agent, which must not wait for the lock.
    private void deviceFailed(SwitchAgent.Attachment attachment) {
        Thread.ofVirtual().start(() -> locked(() -> {
            if (isClosed) {
                return false;
            }
            converger.switches().forEach((key, runtime) -> runtime.ports().values().forEach(port -> {
                var device = port.device();
                if (port.attachment() == attachment && device != null && port.plan().device() instanceof DevicePlan.Qemu plan) {
                    device.failed();
                    Thread.ofVirtual().name("reconnect").start(() -> reconnect(plan));
                } else if (port.attachment() == attachment && device != null) {
                    var name = EventObjects.name(runtime, port);
                    events.post(EventType.DEVICE_FAILED, name, "The device in " + name + " has failed for good; its link is down.", Details.of("switch", key));
                    device.failed();
                }
            }));
            converger.refreshLinks();
            return true;
        }));
    }

    /// A process that ends loses its connections first, and then is told as what it is.
    private void reconnect(DevicePlan.Qemu plan) {
        boolean isOver = false;
        for (int round = 0; round < RECONNECT_ROUNDS && !isOver; round++) {
            LockSupport.parkNanos(RECONNECT_NANOS);
            isOver = locked(() -> {
                var device = converger.devices().get(plan);
                if (isClosed || device == null || !device.hasFailed() || !qemu.isAlive(plan)) {
                    return true;
                }
                converger.reopen();
                follow();
                var anew = converger.devices().get(plan);
                boolean isConnected = anew != null && !anew.hasFailed();
                if (isConnected) {
                    events.post(EventType.GUEST_RECONNECTED, plan.endpoint() + "." + plan.plan().name(), "The connection to " + plan.endpoint() + "."
                            + plan.plan().name() + " was lost and is made anew.");
                }
                return isConnected;
            });
        }
    }

    /// Called by an agent, which must not wait for the lock.
    private void portDisabled() {
        Thread.ofVirtual().start(() -> locked(() -> {
            if (!isClosed) {
                converger.refreshLinks();
            }
            return true;
        }));
    }

    /// Events wait while a change is made, so one is only a hint: what counts is how the interface is now.
    private void interfaceChanged(String name) {
        locked(() -> {
            var device = converger.devices().get(new DevicePlan.HostTap(name));
            if (!isClosed && device != null) {
                boolean isUp = isUp(name);
                if (device.isInterfaceUp() != isUp) {
                    events.post(isUp ? EventType.TAP_UP : EventType.TAP_DOWN, name, "The interface of TAP " + name + " is " + (isUp ? "up." : "down."));
                    device.interfaceUp(isUp);
                    converger.refreshLinks();
                }
            }
            return true;
        });
    }

    /// Called by an agent, which must not wait for the lock.
    private void agentFaulted(String agent, String fault) {
        converger.news().add(time -> events.post(time, EventType.AGENT_FAULT, agent, "A fault of Etherloom reached " + agent + ", which goes on: " + fault,
                Details.of("fault", fault)));
    }

    private void tellNews() {
        converger.news().follow(telling -> locked(() -> {
            if (!isClosed) {
                telling.run();
            }
            return true;
        }));
    }

    /// A container is on as long as its first process runs.
    private void containerEnded(String vm, int status) {
        locked(() -> {
            if (!isClosed && containers.hasEnded(vm)) {
                events.post(EventType.CONTAINER_ENDED, vm, "The container of " + vm + " has ended with status " + status + ", so " + vm + " is powered off.",
                        Details.of("status", status));
                change(() -> desired.power(vm, false));
            }
            return true;
        });
    }

    private void guestsChanged(Map<DevicePlan, GuestFilter> changed) {
        locked(() -> {
            if (!isClosed) {
                converger.guestChanged(guests.current(changed));
                captures.guestsChanged();
            }
            return true;
        });
    }

    /// Told by guests, on threads of theirs.
    private final class GuestListener implements QemuGuests.Listener {
        @Override
        public void filters(QemuGuests.Key guest, Map<Integer, GuestFilter> byNic) {
            locked(() -> {
                if (!isClosed) {
                    var changed = new HashMap<DevicePlan, GuestFilter>();
                    converger.devices().keySet().forEach(device -> {
                        if (device instanceof DevicePlan.Qemu nic && nic.endpoint().equals(guest.vm()) && nic.host().equals(guest.host())
                                && byNic.get(nic.index()) instanceof GuestFilter filter) {
                            changed.put(nic, filter);
                        }
                    });
                    converger.guestChanged(changed);
                    captures.guestsChanged();
                }
                return true;
            });
        }

        @Override
        public void letGo() {
            locked(() -> {
                if (!isClosed) {
                    qemu.retain(converger.current().endpoints().values());
                }
                return true;
            });
        }

        /// It is off from now on, as a VM of the product whose process has ended.
        @Override
        public void ended(QemuGuests.Key guest, QemuMachine machine, boolean hasShutDown, String reason) {
            locked(() -> {
                if (isClosed || !qemu.forget(guest, machine, hasShutDown, reason)) {
                    return false;
                }
                if (!hasShutDown) {
                    events.post(EventType.VM_FAILED, guest.vm(), "The guest of " + guest.vm() + " is gone: QEMU " + reason + ".",
                            Details.of("host", guest.host()).and("reason", reason));
                }
                power(guest.vm(), false);
                return true;
            });
        }
    }

    private long lookForNeighbors(long nowNanos) {
        return locked(() -> isClosed ? Long.MAX_VALUE : converger.neighbors().look(nowNanos));
    }

    private static boolean isUp(String name) {
        try (var link = Rtnetlink.open()) {
            var found = link.find(name);
            return found != null && found.isUp();
        }
    }

    private <T> T locked(Supplier<T> work) {
        lock.lock();
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }

    private <T> T view(Function<LabState, T> question) {
        return change(() -> question.apply(new LabState(desired.topology(), desired.overrides(), converger, home, worlds, this::status)));
    }

    private String status(String vm) {
        var replaying = replayVms.status(vm);
        return replaying.isEmpty() ? qemu.status(vm) : replaying;
    }

    private String name() {
        return desired.topology().name();
    }

    private void requireOpen() {
        if (isClosed) {
            throw new LabException(LabException.Kind.CONFLICT, "the lab " + name() + " is being taken down");
        }
    }

    @Override
    public LabView lab() {
        var record = claim.record();
        return new LabView(record.name(), record.pid(), record.socket().toString(), record.metrics(), version, record.topology(),
                record.startedAt(), record.rootless(), "");
    }

    @Override
    public List<HostView> hosts() {
        return view(state -> new InventoryViews(state).hosts());
    }

    @Override
    public List<NetworkView> networks() {
        return view(state -> new InventoryViews(state).networks());
    }

    @Override
    public List<VSwitchView> vSwitches() {
        return view(state -> new InventoryViews(state).vSwitches());
    }

    @Override
    public List<PortGroupView> portGroups() {
        return view(state -> new PolicyViews(state).portGroups());
    }

    @Override
    public List<PortView> ports() {
        return view(state -> new PortViews(state).ports());
    }

    @Override
    public List<UplinkView> uplinks() {
        return view(state -> new PortViews(state).uplinks());
    }

    @Override
    public List<TeamView> teams() {
        return view(state -> new TeamViews(state).teams());
    }

    @Override
    public List<ShaperView> shapers() {
        return view(state -> new PolicyViews(state).shapers());
    }

    @Override
    public List<SecurityView> security() {
        return view(state -> new PolicyViews(state).security());
    }

    @Override
    public List<VmView> vms() {
        return view(state -> new InventoryViews(state).vms());
    }

    @Override
    public List<VmKernelView> vmkernel() {
        return view(state -> new InventoryViews(state).vmkernel());
    }

    @Override
    public List<FdbView> fdb() {
        return view(state -> new FabricViews(state).fdb());
    }

    @Override
    public List<FabricView> fabric() {
        return view(state -> new FabricViews(state).fabric());
    }

    @Override
    public TopView top() {
        return view(state -> new TopViews(state, agents).top(claim.record().startedAt()));
    }

    @Override
    public List<NeighborView> neighbors() {
        return view(state -> new NeighborViews(state, agents.nowNanos()).neighbors());
    }

    @Override
    public List<PlanView> plan(String text, String file) {
        return locked(() -> desired.plan(text, file));
    }

    @Override
    public List<PlanView> apply(String text, String file) {
        containers.fetch(locked(() -> desired.containers(text, file)));
        // Read anew, since the lab may have been changed meanwhile.
        return change(() -> {
            var steps = desired.apply(text, file);
            journal.clear();
            moves.forEach(VmMove::reapplied);
            threads.idle(desired.topology().agents().idle());
            return steps;
        });
    }

    @Override
    public SettingsView set(Setting.Kind kind, String target, List<String> assignments) {
        return change(() -> desired.set(kind, target, assignments));
    }

    @Override
    public PortMove prepareMove(String vm, String host) {
        return change(() -> {
            var move = new VmMove(this::change, desired, converger, agents::nowNanos, journal, moves::remove, vm, host);
            moves.add(move);
            return move;
        });
    }

    @Override
    public @Nullable GuestMigration migration(String vm, String host) {
        return change(() -> qemu.migration(vm, host, () -> change(() -> {
            var there = Objects.requireNonNull(desired.prospect(vm, host).blueprint().endpoints().get(vm));
            return new QemuMigration.Target(there, there.machine() != null && there.machine().hasNetwork() ? vmotionAddresses(host) : List.of());
        })));
    }

    /// Where a guest that comes to a host may be sent.
    private List<String> vmotionAddresses(String host) {
        return desired.topology().hosts().get(host).vmkernel().values().stream().filter(vmk -> vmk.services().stream().anyMatch("vmotion"::equalsIgnoreCase))
                .flatMap(vmk -> vmk.addresses().stream()).map(it -> it.ip().getHostAddress()).toList();
    }

    @Override
    public ExternalVm arrive(ExternalVm wanted) {
        return change(() -> {
            desired.arrive(wanted.name(), ExternalVms.body(wanted));
            external.expect(wanted.name(), Path.of(wanted.namespace()));
            if (looksAtExternal == null) {
                looksAtExternal = Thread.ofVirtual().name("external-vms").start(this::lookAtExternal);
            }
            return ExternalVms.answer(wanted, converger.current());
        });
    }

    @Override
    public void leave(String vm) {
        change(() -> {
            desired.leave(vm);
            external.forget(vm);
        });
    }

    private void lookAtExternal() {
        try {
            while (!isClosed) {
                Thread.sleep(EXTERNAL_MILLIS);
                locked(() -> {
                    if (!isClosed && !external.isEmpty()) {
                        if (external.look(converger.devices())) {
                            guests.follow(converger);
                        }
                        external.gone().forEach(this::leaveQuietly);
                    }
                    return true;
                });
            }
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    /// One that does not go must not keep the others.
    private void leaveQuietly(String vm) {
        try {
            leave(vm);
        } catch (RuntimeException fault) {
            external.forget(vm);
            LOG.error("event=external-vm-failed vm={} effect=\"its port stays, although it is gone\"", vm, fault);
        }
    }

    @Override
    public Topology topology() {
        return desired.topology();
    }

    @Override
    public void power(String vm, boolean isOn) {
        if (isOn) {
            containers.fetch(locked(() -> desired.container(vm)));
        }
        change(() -> desired.power(vm, isOn));
    }

    @Override
    public void connect(String vm, int nic, boolean isConnected) {
        change(() -> desired.connect(vm, nic, isConnected));
    }

    @Override
    public void link(String owner, String name, boolean isUp) {
        change(() -> {
            desired.link(owner, name, isUp);
            if (isUp) {
                recover(owner, name);
            }
        });
    }

    /// Brings back a port of a physical switch that its BPDU guard disabled (spec 2.20).
    private void recover(String physicalSwitch, String port) {
        var runtime = converger.switches().get(physicalSwitch);
        if (runtime != null && runtime.frameSwitch() instanceof PhysicalSwitch physical && runtime.ports().get(port) instanceof PortRuntime found) {
            runtime.agent().commands().run(() -> physical.recover(found.index(), agents.nowNanos()));
        }
    }

    private <T> T change(Supplier<T> work) {
        return locked(() -> {
            requireOpen();
            T result;
            try {
                result = work.get();
            } catch (RuntimeException fault) {
                after(fault, this::followed);
                throw fault;
            }
            followed();
            return result;
        });
    }

    /// What is made of the topology besides the lab itself follows it, be it that only a part could be changed.
    private void followed() {
        worlds.follow(desired.topology(), desired.overrides());
        captures.follow();
        containers.retain(desired.topology().vms().values().stream().filter(vm -> vm.kind() == VmKind.CONTAINER).map(Vm::name).collect(Collectors.toSet()));
    }

    private void change(Runnable work) {
        change(() -> {
            work.run();
            return true;
        });
    }

    private void converge(Blueprint wanted) {
        try {
            converger.converge(wanted);
        } catch (RuntimeException fault) {
            after(fault, this::follow);
            throw fault;
        }
        follow();
    }

    private void follow() {
        guests.follow(converger);
        qemu.follow(converger);
        replayVms.follow(converger);
    }

    @Override
    public ReplayView replay(
            String port, Replay.Source source, ReplaySettings settings, Consumer<ReplayView> progress, BooleanSupplier isOver) {
        var target = change(() -> ReplayPort.open(new CaptureTargets(converger).any(port)));
        return replays.run(target, source, settings, progress, isOver);
    }

    @Override
    public void endReplay(String port) {
        replays.end(change(() -> new CaptureTargets(converger).any(port).name()));
    }

    @Override
    public long capture(CaptureRequest request, OutputStream out, BooleanSupplier isOver) throws IOException {
        return captures.write(request, out, isOver, this::requireOpen);
    }

    @Override
    public List<CaptureSubjectView> captureSubjects() {
        return view(state -> new CaptureSubjects(state.converger()).list());
    }

    @Override
    public void endCaptures() {
        captures.endAll();
        endEvents();
    }

    /// Whoever follows the events is told that there are no more, while there is still somebody to tell him.
    private void endEvents() {
        if (hasSaidGoodbye.compareAndSet(false, true)) {
            events.post(EventType.LAB_ENDING, name(), "The lab " + name() + " ends.");
            events.close();
        }
    }

    @Override
    public TrafficPort trafficPort(String name) {
        return view(state -> new TrafficPorts(state, namespaces.netns()).open(name));
    }

    @Override
    public TraceView trace(TraceQuestion question) {
        return view(state -> {
            try (var tracer = new Tracer(state)) {
                return tracer.trace(question);
            }
        });
    }

    @Override
    public Process exec(String vm, List<String> command) {
        var guest = qemu.find(vm);
        if (guest == null) {
            return view(state -> new VmExec(state, claim.record()).start(vm, command));
        }
        try {
            return guest.machine().run(command);
        } catch (QemuException fault) {
            throw new LabException(LabException.Kind.CONFLICT, String.valueOf(fault.getMessage()), fault);
        }
    }

    @Override
    public Path log(@Nullable String vm) {
        return vm == null ? claim.record().log() : view(state -> new VmExec(state, claim.record()).runLog(vm));
    }

    @Override
    public EventLog events() {
        return events;
    }

    @Override
    public Meters meters() {
        var topology = desired.topology();
        var beside = new LabMeters.Beside(agents, probed, events, captures.counts());
        boolean isMine = false;
        try {
            isMine = lock.tryLock(LabMeters.PATIENCE_NANOS, TimeUnit.NANOSECONDS);
            return isMine && !isClosed ? LabMeters.of(topology, converger, beside, LabMeters.PATIENCE_NANOS) : beside.alone(topology.name(), topology.file());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return beside.alone(topology.name(), topology.file());
        } finally {
            if (isMine) {
                lock.unlock();
            }
        }
    }

    @Override
    public long agentErrors() {
        return agents.all().stream().mapToLong(agent -> agent.meters().errors()).sum();
    }

    @Override
    public void probed(Histogram latency) {
        synchronized (probed) {
            latency.recordedValues().forEach(value -> probed.add(value.getValueIteratedTo(), value.getCountAddedInThisIterationStep()));
        }
    }

    @Override
    public void shutdown() {
        close();
    }

    /// Takes everything down; closing twice is no fault. The claim stays the caller's.
    @Override
    public void close() {
        boolean isFirst = locked(() -> {
            boolean wasOpen = !isClosed;
            isClosed = true;
            return wasOpen;
        });
        if (!isFirst) {
            return;
        }
        endCaptures();
        tellsNews.interrupt();
        labWatch.close();
        guests.close();      // It holds the namespaces.
        neighborWatch.close();
        try {
            claim.stopping();
            locked(() -> {
                replays.endAll();
                replayVms.endAll();
                converger.tearDown();
                qemu.close();
                return true;
            });
        } catch (RuntimeException fault) {
            LOG.error("event=lab-end-failed lab={}", name(), fault);      // In the background nobody else hears of it.
            throw fault;
        } finally {
            end();
        }
    }

    /// Each part whatever became of the one before.
    private void end() {
        try {
            watcher.close();
        } finally {
            try {
                containers.close();
            } finally {
                try {
                    namespaces.close();
                } finally {
                    threads.close();
                }
            }
        }
        LOG.info("event=lab-ended lab={}", name());
    }
}
