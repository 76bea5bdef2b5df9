package io.etherloom.qemu;

import io.etherloom.linux.LinuxException;
import io.etherloom.linux.PacketSocket;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// One process of QEMU with one guest. It ends with this process, however that ends: the kernel kills it when the thread that started it is gone.
/// Any thread; changes of adapters one after the other.
public final class QemuMachine implements AutoCloseable {
    /// Of an answer that needs nothing of the guest.
    private static final Duration ANSWER = Duration.ofSeconds(5);
    private static final Duration START = Duration.ofSeconds(20);
    /// Of a guest that shall let go of an adapter.
    private static final Duration UNPLUG = Duration.ofSeconds(5);
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    /// Between the end of a connection and that of the process which had it.
    private static final Duration PASSING = Duration.ofMillis(500);
    private static final long LOOK_MILLIS = 3;
    /// The JDK adds the signal, as shells do.
    private static final int KILLED = 128;
    private static final String COMPLAINT = QemuCommand.PROGRAM + ": ";
    /// Never ends, because the kernel takes the end of the thread that started a process for the end of its parent (prctl(2), PR_SET_PDEATHSIG).
    private static final ExecutorService STARTER =
        Executors.newSingleThreadExecutor(Thread.ofPlatform().name("qemu-starter").daemon().factory());

    private final MachineSpec spec;
    private final Path folder;
    private final Process process;
    private final Listener listener;
    /// By index.
    private final Map<Integer, NicSpec> nics = new TreeMap<>();
    private final Map<Integer, Boolean> links = new HashMap<>();
    private final GuestTaps taps;
    /// Adapters that the guest was asked to let go of.
    private final Set<Integer> leaving = new HashSet<>();
    private @Nullable Qmp monitor;
    private @Nullable GuestShell shell;
    private volatile boolean isClosing;
    private volatile boolean hasShutDown;

    /// Told what a machine does by itself.
    public interface Listener {
        /// QEMU has told something. On a thread of the machine's own, which may ask.
        void event(QemuMachine machine, QmpEvent event);

        /// The process has ended, and nobody had closed the machine.
        ///
        /// @param reason a sentence's end: `was killed by signal 9`
        void ended(QemuMachine machine, boolean hasShutDown, String reason);
    }

    /// How a process is started.
    ///
    /// @param program     QEMU
    /// @param prefix      words before it, such as those that enter a network namespace; what they start must become QEMU
    /// @param environment variables in addition
    /// @param accelerator `kvm` or `tcg`
    /// @param isIncoming  whether it waits for another process to hand over the guest
    /// @param consoleLog  where what the guest prints on its console is added
    public record Start(
            Path program, List<String> prefix, Map<String, String> environment, String accelerator, boolean isIncoming, Path consoleLog) {}

    private QemuMachine(MachineSpec spec, Path folder, Process process, Listener listener) {
        this.spec = spec;
        this.folder = folder;
        this.process = process;
        this.listener = listener;
        taps = new GuestTaps(folder);
        spec.nics().forEach(nic -> nics.put(nic.index(), nic));
    }

    /// Starts a guest; it runs, or waits for its state to come, when this returns.
    ///
    /// @param folder for sockets and logs; made, and removed by [#close]
    /// @throws QemuException when QEMU refuses, with what it said
    public static QemuMachine start(MachineSpec spec, Path folder, Start how, Listener listener) {
        var words = new ArrayList<>(how.prefix());
        words.add(how.program().toString());
        words.addAll(QemuCommand.of(spec, folder, how));
        QemuMachine machine;
        try {
            Files.createDirectories(folder);
            machine = new QemuMachine(spec, folder, spawn(words, folder, how.environment()), listener);
        } catch (IOException e) {
            throw new QemuException(spec.name() + ": QEMU cannot be started: " + e.getMessage(), e);
        }
        try {
            machine.connect(how.isIncoming());
            machine.complete(how.isIncoming());
            machine.qmp().expect(event -> event.name().equals("SHUTDOWN"))
                .thenAccept(event -> machine.hasShutDown = event.data().path("guest").asBoolean(false));
            machine.process.onExit().thenAcceptAsync(_ -> machine.ended(), Thread::startVirtualThread);
            return machine;
        } catch (RuntimeException e) {
            machine.close();
            throw e;
        }
    }

    private static Process spawn(List<String> words, Path folder, Map<String, String> environment) throws IOException {
        var builder = new ProcessBuilder(words).redirectInput(new File("/dev/null")).redirectErrorStream(true)
            .redirectOutput(log(folder).toFile());
        builder.environment().putAll(environment);
        try {
            return STARTER.submit(builder::start).get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static Path log(Path folder) {
        return folder.resolve("log");
    }

    private void connect(boolean isIncoming) {
        long deadline = System.nanoTime() + START.toNanos();
        while (monitor == null) {
            try {
                monitor = Qmp.connect(QemuCommand.monitor(folder), this::told, START);
            } catch (IOException e) {
                if (!process.isAlive()) {
                    throw refusal(e);
                }
                if (System.nanoTime() > deadline) {
                    throw new QemuException(spec.name() + ": QEMU does not answer within " + START.toSeconds() + " s", e);
                }
                pause();
            }
        }
        if (spec.hasShell()) {
            try {
                shell = GuestShell.connect(spec.name(), folder, !isIncoming);
            } catch (IOException e) {
                throw hasEnded(PASSING) ? refusal(e) : new QemuException(spec.name() + ": the ports for commands cannot be reached: " + e.getMessage(), e);
            }
        }
    }

    /// Of a process that has ended before its guest began.
    private QemuException refusal(Exception cause) {
        return new QemuException(spec.name() + ": QEMU " + (wasKilled() ? ending() : "refuses: " + lastWords()), cause);
    }

    /// Has all that the guest is to find. Why a process has ended says more than that it is gone.
    private void complete(boolean isIncoming) {
        try {
            plugIn(isIncoming);
        } catch (QemuException fault) {
            throw hasEnded(PASSING) ? refusal(fault) : new QemuException(spec.name() + ": " + fault.getMessage(), fault);
        }
    }

    /// Plugs in what must be there when the guest begins and could not be on the command line. After a reset the guest finds all as if it had been there from the start; one
    /// that comes from another process brings along what is to be known of them.
    private synchronized void plugIn(boolean isIncoming) {
        var missing = spec.nics().stream().filter(NicSpec::needsDescriptor).toList();
        if (missing.isEmpty()) {
            return;
        }
        missing.forEach(this::plugIn);
        if (!isIncoming) {
            var reset = qmp().expect(event -> event.name().equals("RESET"));
            qmp().execute("system_reset", Map.of(), ANSWER);
            await(reset, ANSWER, "QEMU does not reset the guest");
            qmp().execute("cont", Map.of(), ANSWER);
        }
    }

    private void plugIn(NicSpec nic) {
        if (nic.needsDescriptor()) {
            taps.add(nic);
        } else {
            qmp().execute("netdev_add", nic.netdev(folder), ANSWER);
        }
        try {
            qmp().execute("device_add", nic.device(), ANSWER);
        } catch (QemuException refused) {
            try {
                removeNetdev(nic);
            } catch (QemuException gone) {
                refused.addSuppressed(gone);
            }
            throw refused;
        }
    }

    private void removeNetdev(NicSpec nic) {
        taps.forget(nic);
        qmp().execute("netdev_del", Map.of("id", nic.netdevId()), ANSWER);
    }

    /// Opens what is at the other end of an adapter's TAP.
    ///
    /// @throws QemuException when the adapter is not there
    /// @throws LinuxException when QEMU is gone
    public PacketSocket wire(NicSpec nic) {
        return taps.wire(nic);
    }

    /// Has QEMU do something with what is open here: it gets a descriptor of its own, by the name that the arguments have.
    ///
    /// @throws QemuException when it refuses, or does not answer in time
    public void execute(String command, Map<String, ?> arguments, String name, int descriptor) {
        try (var descriptors = DescriptorMonitor.connect(QemuCommand.descriptors(folder), ANSWER)) {
            descriptors.give(name, descriptor);
            descriptors.execute(command, arguments);
        }
    }

    private void told(QmpEvent event) {
        if (event.name().equals("DEVICE_DELETED")) {
            try {
                nics().values().stream().filter(nic -> nic.id().equals(event.text("device"))).forEach(nic -> forget(nic.index()));
            } catch (QemuException gone) {
                // With all that it had.
            }
        }
        listener.event(this, event);
    }

    /// The guest is here now, and the commands that run in it came along from another process. What they had said there is heard when that process has ended.
    public void takeOver(QemuMachine earlier) {
        if (shell != null && earlier.shell != null) {
            shell.takeOver(earlier.shell);
        }
    }

    /// The guest has gone to another process, and this one ends, of which the listener is not told. Its folder stays until [#close].
    public void leave() {
        isClosing = true;
        process.destroy();
    }

    private static void pause() {
        try {
            Thread.sleep(LOOK_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new QemuException("interrupted", e);
        }
    }

    /// What QEMU complained of last, which may be more than one line.
    private String lastWords() {
        try {
            var text = Files.readString(log(folder), StandardCharsets.UTF_8);
            int begin = text.lastIndexOf(COMPLAINT);
            return text.isBlank() ? "it wrote nothing" : text.substring(begin < 0 ? 0 : begin + COMPLAINT.length()).strip().replaceAll("\\s*\n\\s*", "; ");
        } catch (IOException e) {
            return "its log cannot be read";
        }
    }

    private void ended() {
        qmp().awaitEnd(PATIENCE);
        qmp().close();
        if (shell != null) {
            shell.close();
        }
        if (!isClosing) {
            listener.ended(this, hasShutDown && process.exitValue() == 0, ending());
        }
    }

    private boolean wasKilled() {
        return process.exitValue() > KILLED;
    }

    private boolean hasEnded(Duration timeout) {
        try {
            return process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return !process.isAlive();
        }
    }

    /// Of a process that has ended, as the end of a sentence.
    private String ending() {
        int status = process.exitValue();
        return wasKilled() ? "was killed by signal " + (status - KILLED) : hasShutDown ? "has shut down" : "ended with status " + status + ": " + lastWords();
    }

    /// The connection to its monitor.
    public Qmp qmp() {
        var connected = monitor;
        if (connected == null) {
            throw new QemuException(spec.name() + ": QEMU is starting");
        }
        return connected;
    }

    public MachineSpec spec() {
        return spec;
    }

    /// Where its sockets are.
    public Path folder() {
        return folder;
    }

    /// Of the process.
    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive() && !isClosing;
    }

    /// The socket of the serial console, which one may connect to at a time.
    public Path console() {
        return QemuCommand.console(folder);
    }

    /// Starts a command in the guest.
    ///
    /// @param command program and arguments
    /// @throws QemuException when the guest is not the one that Etherloom ships, or too many commands run
    public Process run(List<String> command) {
        var connected = shell;
        if (connected == null) {
            throw new QemuException("commands run only in the guest that Etherloom ships; see etherloom console " + spec.name());
        }
        return connected.start(command);
    }

    /// The adapters that are there, by index.
    public synchronized Map<Integer, NicSpec> nics() {
        return Map.copyOf(nics);
    }

    /// Plugs in an adapter, in place of another of the same index.
    ///
    /// @return whether it was not there before
    public synchronized boolean addNic(NicSpec nic) {
        awaitLeaving(nic.index());
        var existing = nics.get(nic.index());
        if (existing != null && nic.isSameAdapter(existing)) {
            return false;
        }
        if (existing != null) {
            removeNic(nic.index());
        }
        plugIn(nic);
        nics.put(nic.index(), nic);
        links.remove(nic.index());
        return true;
    }

    /// The monitor is free meanwhile.
    private synchronized void awaitLeaving(int index) {
        long deadline = System.nanoTime() + UNPLUG.toNanos();
        while (leaving.contains(index)) {
            long millis = (deadline - System.nanoTime()) / 1_000_000;
            if (millis <= 0) {
                throw new QemuException("the guest of " + spec.name() + " was asked to let go of its adapter " + index + " and has not done so yet");
            }
            try {
                wait(millis);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new QemuException("interrupted", e);
            }
        }
    }

    /// Pulls an adapter out; the guest must let go of it.
    ///
    /// @throws QemuException when it does not in time; the adapter is there until it does
    public void removeNic(int index) {
        var nic = nics().get(index);
        if (nic != null) {
            if (leave(index)) {
                qmp().execute("device_del", Map.of("id", nic.id()), ANSWER);
            }
            awaitLeaving(index);
        }
    }

    /// @return whether the guest was not asked before
    private synchronized boolean leave(int index) {
        return leaving.add(index);
    }

    /// An adapter is gone, perhaps long after the guest was asked to let go of it. Once for each event of QEMU, because another one of its name may come at once.
    private synchronized void forget(int index) {
        var nic = nics.remove(index);
        links.remove(index);
        try {
            if (nic != null) {
                removeNetdev(nic);
            }
        } finally {
            leaving.remove(index);
            notifyAll();
        }
        if (nic == null) {
            return;
        }
        try {
            Files.deleteIfExists(nic.socket(folder));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Lets the guest see the cable of an adapter plugged in or out; nothing happens when it sees that already.
    public synchronized void setLink(int index, boolean isUp) {
        var nic = nics.get(index);
        if (nic != null && links.getOrDefault(index, true) != isUp) {
            qmp().execute("set_link", Map.of("name", nic.id(), "up", isUp), ANSWER);
            links.put(index, isUp);
        }
    }

    /// What the drivers of the guest ask for, of those adapters that can tell (virtio).
    public List<RxFilter> rxFilters() {
        var filters = new ArrayList<RxFilter>();
        for (var nic : nics().values()) {
            if (nic.driver().startsWith("virtio")) {
                for (var answer : qmp().execute("query-rx-filter", Map.of("name", nic.id()), ANSWER)) {
                    filters.add(filter(nic.index(), answer));
                }
            }
        }
        return filters;
    }

    private static RxFilter filter(int index, JsonNode answer) {
        var unicast = answer.path("unicast").asString("");
        boolean isPromiscuous = answer.path("promiscuous").asBoolean(false) || unicast.equals("all")
            || answer.path("unicast-overflow").asBoolean(false) || !answer.path("unicast-table").isEmpty();
        var multicast = answer.path("multicast").asString("");
        boolean hasAll = multicast.equals("all") || answer.path("multicast-overflow").asBoolean(false);
        var groups = hasAll ? null : multicast.equals("none") ? List.<String>of()
            : StreamSupport.stream(answer.path("multicast-table").spliterator(), false).map(group -> group.asString("")).toList();
        return new RxFilter(index, answer.path("main-mac").asString(""), isPromiscuous, groups);
    }

    /// Waits for an event.
    ///
    /// @throws QemuException with this sentence when it does not come in time, or never will
    public static QmpEvent await(CompletableFuture<QmpEvent> event, Duration timeout, String otherwise) {
        try {
            return event.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new QemuException(otherwise + " within " + timeout.toMillis() + " ms", e);
        } catch (ExecutionException e) {
            throw new QemuException(otherwise + ": " + e.getCause().getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new QemuException("interrupted", e);
        } finally {
            event.cancel(false);
        }
    }

    /// Ends the process (asked first, so that it writes back what belongs to its disk; killed after two seconds) and removes its folder. The
    /// listener is not told.
    @Override
    public void close() {
        isClosing = true;
        process.destroy();
        try {
            if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        if (monitor != null) {
            monitor.close();
        }
        if (shell != null) {
            shell.close();
        }
        taps.close();
        removeFolder();
    }

    private void removeFolder() {
        try (var files = Files.list(folder)) {
            for (var file : files.toList()) {
                Files.deleteIfExists(file);
            }
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            // The lab's folder goes as a whole when it ends.
        }
    }
}
