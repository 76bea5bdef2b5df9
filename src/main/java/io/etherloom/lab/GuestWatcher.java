package io.etherloom.lab;

import io.etherloom.lab.Blueprint.DevicePlan;
import io.etherloom.linux.Epoll;
import io.etherloom.linux.Errno;
import io.etherloom.linux.EventFd;
import io.etherloom.linux.FilterProbe;
import io.etherloom.linux.Libc;
import io.etherloom.linux.LinuxException;
import io.etherloom.linux.Netns;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Watches what guests do to their interfaces (spec 2.33): address, promiscuity, multicast groups. Reads a namespace again as soon as one
/// of its interfaces has an event, and all of them every 98 ms, because a macvlan and a multicast join need not raise any.
///
/// One thread, and four descriptors a namespace and one an interface. Any thread adds, removes and closes; neither adding nor removing waits, so both may be
/// called under a lock that the listener takes. The listener is called on the watcher's thread, with no lock held. A hostile guest makes
/// its own changes be noticed later: see [GuestNamespace] for one whose filters are dear to read, [#nextTurnNanos] for many that change all the
/// time. What goes wrong with one namespace is logged and leaves the others as they are.
final class GuestWatcher implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GuestWatcher.class);

    /// From the start of a round to the end of the next, so that with telling every change is noticed within 100 ms.
    private static final long ROUND_NANOS = 98_000_000L;
    private static final long MIN_GAP_NANOS = 50_000_000L;
    /// After a turn, so that a guest that never stops changing costs few turns. Below what an event may wait.
    private static final long MIN_PAUSE_NANOS = 10_000_000L;
    private static final long MAX_PAUSE_NANOS = 200_000_000L;
    /// How much longer than a turn the pause after it is: the watcher never takes more than a fifth of a processor.
    private static final int PAUSE_PER_WORK = 4;
    private static final int EVENTS_PER_TURN = 256;
    private static final long BELL = -1;

    private final Netns netns;
    private final Consumer<Map<DevicePlan, GuestFilter>> listener;
    private final Thread thread;
    private final EventFd bell = new EventFd();

    /// What was added (or, with null, removed) since the last turn; guarded by itself, with `isRunning`.
    private final Map<DevicePlan, @Nullable Place> pending = new LinkedHashMap<>();
    private boolean isRunning = true;

    /// By name; the watcher's thread only, as what follows.
    private final Map<String, GuestNamespace> namespaces = new LinkedHashMap<>();
    private final Map<Long, GuestNamespace> byToken = new HashMap<>();
    private final Map<DevicePlan, String> watched = new HashMap<>();
    private final Set<String> reported = new TreeSet<>();
    private long nextToken;

    private record Place(String namespace, String interfaceName) {}

    /// @param netns where the namespaces have their names
    /// @param listener given all that changed in a turn, and the first finding of each interface
    GuestWatcher(Netns netns, Consumer<Map<DevicePlan, GuestFilter>> listener) {
        this.netns = netns;
        this.listener = listener;
        thread = Thread.ofPlatform().name("guest-watcher").daemon().unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /// Watches an interface, afresh if it is watched already. A namespace that cannot be entered is logged, and its interfaces stay unknown.
    void add(DevicePlan key, String namespace, String interfaceName) {
        enqueue(key, new Place(namespace, interfaceName));
    }

    /// Watches an interface no more; the listener may still be told of it once. The namespace is let go within a turn.
    void remove(DevicePlan key) {
        enqueue(key, null);
    }

    /// Whether this interface is to be watched afresh, or no more, from the next turn on: what the listener is being told of it was found on one
    /// that is gone.
    boolean isPending(DevicePlan key) {
        synchronized (pending) {
            return pending.containsKey(key);
        }
    }

    private void enqueue(DevicePlan key, @Nullable Place place) {
        synchronized (pending) {
            if (isRunning) {
                pending.put(key, place);
                bell.signal(Libc.current());
            }
        }
    }

    private void run() {
        var libc = Libc.current();
        try (var epoll = new Epoll(EVENTS_PER_TURN)) {
            Errno.check("epoll_ctl", epoll.add(libc, bell.fd(), Epoll.EPOLLIN, BELL));
            long roundNanos = System.nanoTime();
            long notBeforeNanos = roundNanos;
            while (isRunning()) {
                int ready = epoll.await(libc, (int) Math.max(0, TimeUnit.NANOSECONDS.toMillis(roundNanos - System.nanoTime())));
                long begunNanos = System.nanoTime();
                if (begunNanos - notBeforeNanos < 0) {
                    pause(notBeforeNanos - begunNanos);
                    continue;
                }
                var changed = new LinkedHashMap<DevicePlan, GuestFilter>();
                bell.drain(libc);
                takePending(epoll, libc);
                boolean isRound = begunNanos - roundNanos >= -TimeUnit.MILLISECONDS.toNanos(1);
                readReady(epoll, ready, isRound, changed);
                if (isRound) {
                    readAll(changed);
                    // As long as this one took, the next will take.
                    roundNanos = begunNanos + Math.max(MIN_GAP_NANOS, ROUND_NANOS - (System.nanoTime() - begunNanos));
                }
                tell(changed);
                notBeforeNanos = nextTurnNanos(begunNanos, roundNanos);
            }
        } catch (RuntimeException fault) {
            LOG.error("event=guest-watcher-failed effect=\"what guests do to their interfaces is not seen\"", fault);
        } finally {
            namespaces.values().forEach(GuestNamespace::close);
        }
    }

    private boolean isRunning() {
        synchronized (pending) {
            return isRunning;
        }
    }

    /// An event may wait for as long as a pause, a round is begun in time unless the watcher has too much to do.
    private static long nextTurnNanos(long begunNanos, long roundNanos) {
        long nowNanos = System.nanoTime();
        long usual = Math.min(MIN_PAUSE_NANOS, roundNanos - nowNanos);
        return nowNanos + Math.clamp(PAUSE_PER_WORK * (nowNanos - begunNanos), Math.max(0, usual), MAX_PAUSE_NANOS);
    }

    private void pause(long nanos) {
        synchronized (pending) {
            if (isRunning) {
                try {
                    TimeUnit.NANOSECONDS.timedWait(pending, nanos);
                } catch (InterruptedException nobodyDoes) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }

    private void takePending(Epoll epoll, Libc libc) {
        Map<DevicePlan, @Nullable Place> taken;
        synchronized (pending) {
            taken = new LinkedHashMap<>(pending);
            pending.clear();
        }
        if (taken.isEmpty()) {
            return;
        }
        taken.keySet().forEach(this::forget);
        // Also what is watched afresh: the name may stand for another namespace now.
        discardEmpty();
        var missing = new TreeSet<String>();
        taken.values().forEach(place -> {
            if (place != null && !namespaces.containsKey(place.namespace())) {
                missing.add(place.namespace());
            }
        });
        open(List.copyOf(missing), epoll, libc);
        taken.forEach((key, place) -> {
            var namespace = place == null ? null : namespaces.get(place.namespace());
            if (place != null && namespace != null) {
                namespace.add(key, place.interfaceName());
                watched.put(key, place.namespace());
            }
        });
    }

    private void forget(DevicePlan key) {
        var name = watched.remove(key);
        var namespace = name == null ? null : namespaces.get(name);
        if (namespace != null) {
            namespace.remove(key);
        }
    }

    private void discardEmpty() {
        var empty = namespaces.entrySet().stream().filter(it -> it.getValue().isEmpty()).map(Map.Entry::getKey).collect(Collectors.toSet());
        for (var name : empty) {
            var namespace = namespaces.remove(name);
            byToken.values().remove(namespace);
            namespace.close();
        }
    }

    /// One thread goes from namespace to namespace and ends in the last, since it could not come back without root (setns(2)); and the
    /// watcher's own would keep alive the one that it is in.
    private void open(List<String> names, Epoll epoll, Libc libc) {
        if (names.isEmpty()) {
            return;
        }
        var opened = new LinkedHashMap<String, FilterProbe>();
        var opener = Thread.ofPlatform().name("guest-opener").daemon().start(() -> names.forEach(name -> open(name, opened)));
        boolean wasInterrupted = false;
        while (opener.isAlive()) {
            try {
                opener.join();
            } catch (InterruptedException nobodyDoes) {
                wasInterrupted = true;
            }
        }
        if (wasInterrupted) {
            Thread.currentThread().interrupt();
        }
        opened.forEach((name, probe) -> {
            // Without events it is read all the same, round by round.
            boolean hasEvents = epoll.add(libc, probe.eventFd(), Epoll.EPOLLIN, ++nextToken) >= 0;
            var namespace = new GuestNamespace(probe, hasEvents, System.nanoTime());
            namespaces.put(name, namespace);
            byToken.put(nextToken, namespace);
        });
    }

    private void open(String name, Map<String, FilterProbe> opened) {
        try {
            netns.enterForGood(name);
            opened.put(name, FilterProbe.open());
        } catch (RuntimeException fault) {
            report(name, fault);
        }
    }

    private void report(String namespace, RuntimeException fault) {
        synchronized (reported) {
            if (reported.add(namespace)) {
                LOG.warn("event=guest-not-watched namespace={} effect=\"it is sent all multicast, and keeps its last address\" reason=\"{}\"",
                        namespace, fault.getMessage());
            }
        }
    }

    private void readReady(Epoll epoll, int ready, boolean isRound, Map<DevicePlan, GuestFilter> changed) {
        long nowNanos = System.nanoTime();
        for (int i = 0; i < ready; i++) {
            var namespace = byToken.get(epoll.token(i));
            if (namespace != null && namespace.isDue(nowNanos)) {
                namespace.drainEvents();
                if (!isRound) {
                    read(namespace, changed);
                }
            }
        }
    }

    private void readAll(Map<DevicePlan, GuestFilter> changed) {
        long nowNanos = System.nanoTime();
        for (var namespace : namespaces.values()) {
            if (namespace.isDue(nowNanos)) {
                read(namespace, changed);
            }
        }
    }

    private void read(GuestNamespace namespace, Map<DevicePlan, GuestFilter> changed) {
        try {
            namespace.read(changed);
        } catch (LinuxException fault) {
            report(nameOf(namespace), fault);
        }
    }

    private String nameOf(GuestNamespace wanted) {
        return namespaces.entrySet().stream().filter(it -> it.getValue() == wanted).map(Map.Entry::getKey).findFirst().orElse("");
    }

    private void tell(Map<DevicePlan, GuestFilter> changed) {
        if (changed.isEmpty()) {
            return;
        }
        try {
            listener.accept(changed);
        } catch (RuntimeException fault) {
            LOG.error("event=guest-listener-fault interfaces={}", changed.size(), fault);      // Later changes are told all the same.
        }
    }

    /// Ends the thread and lets all namespaces go; the listener is not called any more. Not under a lock that the listener takes.
    @Override
    public void close() {
        synchronized (pending) {
            isRunning = false;
            pending.notifyAll();
            bell.signal(Libc.current());
        }
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        bell.close();
    }
}
