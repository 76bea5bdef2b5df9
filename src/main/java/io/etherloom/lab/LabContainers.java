package io.etherloom.lab;

import io.etherloom.container.Engine;
import io.etherloom.container.EngineException;
import io.etherloom.topology.Container;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.ObjIntConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The containers of one lab, each with the name of its VM's namespace, which is the container's own. A VM that is off has a stopped one, whose files are kept.
///
/// Each carries a label that no other run of any lab has, so that only ours are ever removed, also by the sweep after a killed lab ([#sweep]). The engine
/// must be on this machine: its processes are entered by way of `/proc`. Any thread; one change after the other.
final class LabContainers implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LabContainers.class);
    private static final String LABEL = "io.etherloom.lab";
    private static final long WATCH_MILLIS = 200;
    private static final int STARTERS = 4;
    private static final int STATUS_UNKNOWN = -1;

    private final LabClaim claim;
    private final LabNamespaces namespaces;
    private final ObjIntConsumer<String> onEnded;
    private final Map<String, Started> started = new ConcurrentHashMap<>();
    private @Nullable Engine engine;
    private @Nullable Thread watch;

    /// A container that was made.
    ///
    /// @param process its first one; null while it is stopped
    private record Started(Container plan, @Nullable ProcessHandle process) {}

    /// @param onEnded told the VM and the exit status of a container that ended by itself, on a thread of this; the status is -1 when it is not known
    LabContainers(LabClaim claim, LabNamespaces namespaces, ObjIntConsumer<String> onEnded) {
        this.claim = claim;
        this.namespaces = namespaces;
        this.onEnded = onEnded;
    }

    /// Whether this VM is a container that was made.
    boolean has(String vm) {
        return started.containsKey(vm);
    }

    /// Whether it has ended by itself since it was made.
    boolean hasEnded(String vm) {
        var container = started.get(vm);
        return container != null && container.process != null && !container.process.isAlive();
    }

    /// A command inside, for whoever runs it himself.
    ///
    /// @param options of `exec`
    List<String> exec(String vm, List<String> options, List<String> command) {
        var words = new ArrayList<>(List.of("exec"));
        words.addAll(options);
        words.add(namespaces.name(vm));
        words.addAll(command);
        return engine().command(words);
    }

    /// Fetches the images that are not there of those that are to be fetched. It may take long, so nothing is held meanwhile: call it without the lab's lock.
    void fetch(Collection<Container> wanted) {
        var images = wanted.stream().filter(Container::pulls).map(Container::image).distinct().toList();
        if (images.isEmpty() || claim.record().rootless()) {      // Of the latter, [#create] complains.
            return;
        }
        try {
            var fetching = recordedEngine();
            for (var image : images) {
                if (!fetching.hasImage(image)) {
                    LOG.info("event=image-wanted image={}", image);
                    var outcome = fetching.pull(image);
                    if (!outcome.isGood()) {
                        throw new EngineException("the image " + image + " cannot be fetched: " + outcome.reason());
                    }
                    LOG.info("event=image-fetched image={}", image);
                }
            }
        } catch (EngineException e) {
            throw environment(e);
        }
    }

    private static LabException environment(EngineException fault) {
        return new LabException(LabException.Kind.ENVIRONMENT, String.valueOf(fault.getMessage()), fault);
    }

    /// Makes or starts the containers of these VMs from images that are there and gives their namespaces the VMs' names; all or none.
    synchronized void create(Map<String, Container> wanted) {
        if (wanted.isEmpty()) {
            return;
        }
        if (claim.record().rootless()) {
            throw new LabException(LabException.Kind.ENVIRONMENT, "a VM of kind container needs a lab with root rights, since nobody else may enter the"
                + " network namespaces of an engine: sudo etherloom up …");
        }
        try {
            recordedEngine();
            requireImages(wanted.values());
            inParallel(wanted);
            watch();
        } catch (EngineException e) {
            throw environment(e);
        }
    }

    private Engine engine() {
        var found = engine;
        if (found == null) {
            throw new IllegalStateException("no container was made");
        }
        return found;
    }

    private synchronized Engine recordedEngine() {
        if (engine == null) {
            engine = Engine.find();
            claim.engine(engine.toString());
        }
        return engine;
    }

    private void requireImages(Collection<Container> wanted) {
        wanted.stream().filter(it -> !it.pulls()).map(Container::image).distinct().filter(image -> !engine().hasImage(image)).findFirst().ifPresent(image -> {
            throw new EngineException("there is no image " + image + "; fetch it: " + engine() + " pull " + image + ", or write pull: yes");
        });
    }

    private void inParallel(Map<String, Container> wanted) {
        var tasks = new LinkedHashMap<String, Future<?>>();
        var kept = Set.copyOf(started.keySet());
        RuntimeException fault = null;
        try (var starters = Executors.newFixedThreadPool(STARTERS)) {
            wanted.forEach((vm, plan) -> tasks.put(vm, starters.submit(() -> create(vm, plan))));
        }
        for (var task : tasks.values()) {
            try {
                task.get();
            } catch (ExecutionException e) {
                fault = fault == null && e.getCause() instanceof RuntimeException cause ? cause : fault;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        if (fault != null) {
            putBack(tasks.keySet(), kept);
            throw fault;
        }
    }

    private void putBack(Set<String> vms, Set<String> kept) {
        vms.stream().filter(vm -> !kept.contains(vm)).forEach(this::discard);
        stop(vms);
        namespaces.delete(vms);
    }

    private void create(String vm, Container plan) {
        var kept = started.get(vm);
        var name = namespaces.name(vm);
        if (kept != null && (!kept.plan.equals(plan) || engine().state(name) == null)) {
            end(engine(), List.of(name));
            kept = null;
        }
        var outcome = kept == null ? engine().start(arguments(vm, plan)) : engine().run("start", name);
        if (!outcome.isGood()) {
            end(engine(), ours(name));
            throw new EngineException(vm + ": its container cannot be started: " + outcome.reason());
        }
        var state = engine().state(name);
        if (state == null || !state.isRunning()) {
            var fault = ended(vm, name, plan, state);
            if (kept == null) {
                end(engine(), List.of(name));
            }
            throw fault;
        }
        var process = ProcessHandle.of(state.pid()).filter(_ -> isOf(state)).orElseThrow(() -> {
            end(engine(), List.of(name));
            return new EngineException(vm + ": the engine of its container runs on another machine (DOCKER_HOST), and only a network namespace of this"
                + " one can be entered");
        });
        try {
            namespaces.adopt(vm, Path.of("/proc", Long.toString(state.pid()), "ns/net"));
        } catch (RuntimeException fault) {
            var now = engine().state(name);
            var why = now == null || !now.isRunning() ? ended(vm, name, plan, now) : fault;
            end(engine(), List.of(name));
            throw why;
        }
        started.put(vm, new Started(plan, process));
        LOG.info("event=container-started vm={} image={} pid={}", vm, plan.image(), state.pid());
    }

    /// Of a name that is taken by somebody else's container nothing is removed.
    private List<String> ours(String name) {
        var owner = engine().run("container", "inspect", "--format", "{{index .Config.Labels \"" + LABEL + "\"}}", name);
        return owner.isGood() && owner.out().equals(claim.record().mark()) ? List.of(name) : List.of();
    }

    private List<String> arguments(String vm, Container plan) {
        var name = namespaces.name(vm);
        var words = new ArrayList<>(List.of("--name", name, "--hostname", vm, "--network", "none", "--label", LABEL + "=" + claim.record().mark()));
        // A guest is the master of its own interfaces, as in a VM.
        words.addAll(List.of("--cap-add", "NET_ADMIN"));
        words.addAll(List.of("--mount", "type=bind,source=" + namespaces.hosts() + ",target=/etc/hosts,readonly"));
        plan.environment().forEach((key, value) -> words.addAll(List.of("--env", key + "=" + value)));
        words.add(plan.image());
        words.addAll(plan.command());
        return words;
    }

    private EngineException ended(String vm, String name, Container plan, Engine.@Nullable State state) {
        var said = engine().run("logs", "--tail", "3", name);
        var last = (said.out() + "\n" + said.err()).strip();
        return new EngineException(vm + ": its container ended at once, with status " + (state == null ? STATUS_UNKNOWN : state.status())
            + (last.isEmpty() ? "" : " and the words: " + last.replace("\n", " / ")) + "; a VM is on as long as the first process runs: "
            + (plan.command().isEmpty() ? "give " + plan.image() + " a" : "give it another") + " command: [sleep, infinity]");
    }

    private static void end(Engine engine, List<String> containers) {
        var left = engine.remove(containers);
        if (!left.isEmpty()) {
            LOG.warn("event=container-not-removed containers={} effect=\"{} still has them\" reason=\"{}\"", containers, engine, left);
        }
    }

    /// Whether the process of that id on this machine is the container's: another machine has another of that id.
    private static boolean isOf(Engine.State state) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(state.pid()), "cgroup")).contains(state.id());
        } catch (IOException gone) {
            return false;
        }
    }

    private void watch() {
        if (watch == null) {
            watch = Thread.ofVirtual().name("container-watch").start(this::watchAll);
        }
    }

    private void watchAll() {
        var told = ConcurrentHashMap.<ProcessHandle>newKeySet();
        try {
            while (true) {
                Thread.sleep(WATCH_MILLIS);
                started.forEach((vm, container) -> {
                    var process = container.process;
                    if (process != null && !process.isAlive() && told.add(process)) {
                        tell(vm);
                    }
                });
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    private void tell(String vm) {
        var state = engine().state(namespaces.name(vm));
        try {
            onEnded.accept(vm, state == null ? STATUS_UNKNOWN : state.status());
        } catch (RuntimeException fault) {
            LOG.error("event=container-end-fault vm={}", vm, fault);      // The others are watched all the same.
        }
    }

    /// Ends the containers of VMs that are off now, and keeps their files until [#retain] or [#close].
    synchronized void stop(Collection<String> vms) {
        for (var vm : vms) {
            var container = started.get(vm);
            if (container != null && container.process != null) {
                started.put(vm, new Started(container.plan, null));
                var outcome = engine().run("stop", "-t", "1", namespaces.name(vm));
                if (!outcome.isGood()) {
                    LOG.warn("event=container-not-stopped vm={} reason=\"{}\"", vm, outcome.reason());
                }
            }
        }
    }

    /// Removes what is kept of VMs that are none of these.
    synchronized void retain(Set<String> vms) {
        started.keySet().stream().filter(vm -> !vms.contains(vm)).toList().forEach(this::discard);
    }

    /// Removes the containers of these VMs, as far as they have any.
    synchronized void remove(Collection<String> vms) {
        vms.forEach(this::discard);
    }

    private void discard(String vm) {
        if (started.remove(vm) != null) {
            end(engine(), List.of(namespaces.name(vm)));
        }
    }

    /// Removes all of them. Their namespaces go apart.
    @Override
    public synchronized void close() {
        if (watch != null) {
            watch.interrupt();
        }
        started.clear();
        if (engine != null) {
            sweep(claim.record(), LOG::warn);
        }
    }

    /// Removes the containers that a lab has left, if it had any.
    ///
    /// @param say told what could not be done
    /// @return how many there were
    static int sweep(LabRecord lab, Consumer<String> say) {
        if (lab.engine().isEmpty()) {
            return 0;
        }
        var engine = Engine.of(lab.engine());
        var label = LABEL + "=" + lab.mark();
        try {
            var left = engine.labelled(label);
            end(engine, left);
            return left.size();
        } catch (EngineException e) {
            say.accept("containers of the lab " + lab.name() + " may be left: " + e.getMessage() + "; when it does: " + engine + " rm --force $(" + engine
                + " ps --all --quiet --filter label=" + label + ")");
            return 0;
        }
    }
}
