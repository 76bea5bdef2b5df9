package io.etherloom.lab;

import io.etherloom.lab.Blueprint.DevicePlan;
import io.etherloom.linux.Errno;
import io.etherloom.linux.FilterProbe;
import io.etherloom.linux.InterfaceFlags;
import io.etherloom.linux.Libc;
import io.etherloom.vswitch.Vnic;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The vNICs of one namespace, and what their guest was seen to do to them last. The watcher's thread only.
///
/// An interface is found by its name and followed by its index, so a guest that renames it is still seen. One that is gone (deleted, or
/// moved to a namespace of the guest's own) wants all multicast from then on, and is looked for by its name.
///
/// Of a guest that does nothing only the group list and the flags of its interfaces are read, which together are all that changes without
/// an event (ADR 16); rtnetlink is asked when one of them is different, or after an event.
final class GuestNamespace implements AutoCloseable {
    /// A guest whose filters take long to read, as with 100,000 groups, has them read so seldom that it takes a fiftieth of a processor.
    private static final int REST_PER_WORK = 50;
    /// Of one read; that of an ordinary guest takes a hundredth of it.
    private static final long LONG_WORK_NANOS = 1_500_000L;
    private static final long MAX_REST_NANOS = 2_000_000_000L;

    private final FilterProbe probe;
    private final boolean hasEvents;
    private final List<Watch> watches = new ArrayList<>(1);
    private boolean isNewsDue = true;
    /// Whether each interface is in a group, as every one is that is up and knows IP.
    private boolean areAllInGroups;
    private boolean isSuspect;
    private long notBeforeNanos;

    /// @param probe opened inside; closed by this
    /// @param hasEvents whether [#drainEvents] is called whenever the probe has some, before [#read]
    GuestNamespace(FilterProbe probe, boolean hasEvents, long nowNanos) {
        this.probe = probe;
        this.hasEvents = hasEvents;
        notBeforeNanos = nowNanos;
    }

    private static final class Watch {
        private final DevicePlan key;
        private final String name;
        private int index;
        /// Of that index; null while only rtnetlink can tell what became of the interface.
        private @Nullable InterfaceFlags flags;
        private @Nullable List<Long> groups;
        private @Nullable GuestFilter told;

        Watch(DevicePlan key, String name) {
            this.key = key;
            this.name = name;
        }

        void closeFlags() {
            if (flags != null) {
                flags.close();
                flags = null;
            }
        }
    }

    void add(DevicePlan key, String interfaceName) {
        watches.add(new Watch(key, interfaceName));
        areAllInGroups = false;
    }

    void remove(DevicePlan key) {
        watches.stream().filter(watch -> watch.key.equals(key)).forEach(Watch::closeFlags);
        watches.removeIf(watch -> watch.key.equals(key));
    }

    boolean isEmpty() {
        return watches.isEmpty();
    }

    int eventFd() {
        return probe.eventFd();
    }

    void drainEvents() {
        probe.drainEvents();
        isNewsDue = true;
    }

    /// Whether the time has come to read again; not so for a while after a read that took long.
    boolean isDue(long nowNanos) {
        return nowNanos - notBeforeNanos >= 0;
    }

    /// Reads everything that may have changed.
    ///
    /// @param changed gets what is different from the last time
    void read(Map<DevicePlan, GuestFilter> changed) {
        long begunNanos = workNanos();
        boolean isListNew = probe.rereadGroups(areAllInGroups && !isNewsDue);
        boolean isRead = false;
        try {
            for (var watch : watches) {
                // Before the question, so that what changes between the two shows the next time.
                boolean areFlagsNew = watch.flags == null || watch.flags.reread();
                if (isListNew || areFlagsNew || isNewsDue) {
                    ask(watch, isListNew, changed);
                }
            }
            isRead = true;
        } finally {
            isNewsDue = !isRead;
        }
        rest(workNanos() - begunNanos);
    }

    private void ask(Watch watch, boolean isListNew, Map<DevicePlan, GuestFilter> changed) {
        var filter = read(watch, isListNew);
        if (filter != watch.told && filter != null) {
            changed.put(watch.key, filter);
        }
        watch.told = filter;
        areAllInGroups = watches.stream().allMatch(it -> it.groups != null && !it.groups.isEmpty());
    }

    /// What counts is the time on a processor: that other threads had it is not the guest's doing. It is dear to ask for, so a clock that costs
    /// nothing decides whether the next read is worth the question.
    private long workNanos() {
        return isSuspect ? Libc.current().threadCpuNanos() : System.nanoTime();
    }

    private void rest(long workNanos) {
        long nowNanos = System.nanoTime();
        boolean isLong = workNanos >= LONG_WORK_NANOS;
        notBeforeNanos = isLong && isSuspect ? nowNanos + Math.min(MAX_REST_NANOS, REST_PER_WORK * workNanos) : nowNanos;
        isSuspect = isLong;
    }

    private @Nullable GuestFilter read(Watch watch, boolean isListNew) {
        int index = probe.read(watch.index, watch.name);
        var told = watch.told;
        if (index == -Errno.EAGAIN) {
            watch.closeFlags();      // So that it is asked again.
            return told;
        }
        if (isNewsDue || index != watch.index) {
            watch.closeFlags();
        }
        if (index < 0) {
            watch.index = 0;
            return told == null ? null : told.with(told.mac(), false, told.isUp(), null);
        }
        if (isListNew || index != watch.index) {
            watch.groups = probe.groups(index, Vnic.MAX_GROUPS);
            watch.index = index;
        }
        if (watch.flags == null && hasEvents) {
            watch.flags = probe.openFlags();
        }
        var groups = probe.hasAllGroups() ? null : watch.groups;
        return told == null
                ? new GuestFilter(probe.mac(), probe.promiscuity() > 0, probe.isUp(), groups)
                : told.with(probe.mac(), probe.promiscuity() > 0, probe.isUp(), groups);
    }

    @Override
    public void close() {
        watches.forEach(Watch::closeFlags);
        probe.close();
    }
}
