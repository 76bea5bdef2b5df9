package io.etherloom.lab;

import io.etherloom.lab.Blueprint.DevicePlan;
import io.etherloom.linux.Errno;
import io.etherloom.linux.FilterProbe;
import io.etherloom.linux.Libc;
import io.etherloom.vswitch.Vnic;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The vNICs of one namespace, and what their guest was seen to do to them last. The watcher's thread only.
///
/// An interface is found by its name and followed by its index, so a guest that renames it is still seen. One that is gone (deleted, or
/// moved to a namespace of the guest's own) wants all multicast from then on, and is looked for by its name.
final class GuestNamespace implements AutoCloseable {
    /// A guest whose filters take long to read, as with 100,000 groups, has them read so seldom that it takes a fiftieth of a processor.
    private static final int REST_PER_WORK = 50;
    /// Of one read; that of an ordinary guest takes a hundredth of it.
    private static final long LONG_WORK_NANOS = 1_500_000L;
    private static final long MAX_REST_NANOS = 2_000_000_000L;

    private final FilterProbe probe;
    private final Map<DevicePlan, Watch> watches = new LinkedHashMap<>();
    private long notBeforeNanos;

    /// @param probe opened inside; closed by this
    GuestNamespace(FilterProbe probe, long nowNanos) {
        this.probe = probe;
        notBeforeNanos = nowNanos;
    }

    private static final class Watch {
        private final String name;
        private int index;
        private @Nullable List<Long> groups;
        private @Nullable GuestFilter told;

        Watch(String name) {
            this.name = name;
        }
    }

    void add(DevicePlan key, String interfaceName) {
        watches.put(key, new Watch(interfaceName));
    }

    void remove(DevicePlan key) {
        watches.remove(key);
    }

    boolean isEmpty() {
        return watches.isEmpty();
    }

    int eventFd() {
        return probe.eventFd();
    }

    void drainEvents() {
        probe.drainEvents();
    }

    /// Whether the time has come to read again; not so for a while after a read that took long.
    boolean isDue(long nowNanos) {
        return nowNanos - notBeforeNanos >= 0;
    }

    /// Reads everything.
    ///
    /// @param changed gets what is different from the last time
    void read(Map<DevicePlan, GuestFilter> changed) {
        var libc = Libc.current();
        long begunNanos = libc.threadCpuNanos();
        boolean isListNew = probe.rereadGroups();
        watches.forEach((key, watch) -> {
            var filter = read(watch, isListNew);
            if (filter != watch.told && filter != null) {
                changed.put(key, filter);
            }
            watch.told = filter;
        });
        rest(libc.threadCpuNanos() - begunNanos);
    }

    /// What counts is the time on a processor: that other threads had it is not the guest's doing.
    private void rest(long workNanos) {
        long nowNanos = System.nanoTime();
        notBeforeNanos = workNanos < LONG_WORK_NANOS ? nowNanos : nowNanos + Math.min(MAX_REST_NANOS, REST_PER_WORK * workNanos);
    }

    private @Nullable GuestFilter read(Watch watch, boolean isListNew) {
        int index = probe.read(watch.index, watch.name);
        var told = watch.told;
        if (index == -Errno.EAGAIN) {
            return told;
        }
        if (index < 0) {
            watch.index = 0;
            return told == null ? null : told.with(told.mac(), false, null);
        }
        if (isListNew || index != watch.index) {
            watch.groups = probe.groups(index, Vnic.MAX_GROUPS);
            watch.index = index;
        }
        var groups = probe.hasAllGroups() ? null : watch.groups;
        return told == null
                ? new GuestFilter(probe.mac(), probe.promiscuity() > 0, groups)
                : told.with(probe.mac(), probe.promiscuity() > 0, groups);
    }

    @Override
    public void close() {
        probe.close();
    }
}
