package io.etherloom.lab;

import io.etherloom.lab.Blueprint.DevicePlan;
import io.etherloom.lab.Blueprint.EndpointPlan;
import io.etherloom.lab.Blueprint.Role;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Which interfaces of a lab the [GuestWatcher] watches: those that are open now. Guarded by the lab's lock, but for [#close].
final class WatchedGuests implements AutoCloseable {
    private final GuestWatcher watcher;
    private final LabHome home;
    private final ExternalTaps external;
    private final Map<DevicePlan, DeviceRuntime> watched = new LinkedHashMap<>();

    /// @param watcher closed by this
    WatchedGuests(GuestWatcher watcher, LabHome home, ExternalTaps external) {
        this.watcher = watcher;
        this.external = external;
        this.home = home;
    }

    void start() {
        watcher.start();
    }

    /// Watches the interfaces that are open now, and no others. One that was opened anew under an equal plan is another to the kernel.
    void follow(Converger converger) {
        var open = interfaces(converger);
        for (var plan : List.copyOf(watched.keySet())) {
            if (open.get(plan) != watched.get(plan)) {
                watched.remove(plan);
                watcher.remove(plan);
            }
        }
        open.forEach((plan, device) -> {
            if (watched.put(plan, device) == null) {
                switch (plan) {
                    case DevicePlan.Interface it -> watcher.add(plan, home.namespace(it.endpoint()), it.plan().name());
                    case DevicePlan.ExternalTap it -> external.place(it.endpoint()).ifPresent(place -> watcher.add(plan, place.namespace(), place.name()));
                    default -> { }
                }
            }
        });
    }

    /// What was found on interfaces that are still watched: one that was opened anew meanwhile may have been seen before it had its address.
    Map<DevicePlan, GuestFilter> current(Map<DevicePlan, GuestFilter> found) {
        var current = new LinkedHashMap<>(found);
        current.keySet().removeIf(watcher::isPending);
        return current;
    }

    /// Those of guests; what a vmk, a router or a machine receives is the lab's own doing.
    private Map<DevicePlan, DeviceRuntime> interfaces(Converger converger) {
        var endpoints = converger.current().endpoints();
        var found = new LinkedHashMap<DevicePlan, DeviceRuntime>();
        converger.devices().forEach((plan, device) -> {
            if (plan instanceof DevicePlan.Interface mine && isVm(endpoints.get(mine.endpoint()))) {
                found.put(mine, device);
            } else if (plan instanceof DevicePlan.ExternalTap theirs && external.place(theirs.endpoint()).isPresent()) {
                found.put(theirs, device);
            }
        });
        return found;
    }

    private static boolean isVm(@Nullable EndpointPlan endpoint) {
        return endpoint != null && endpoint.role() == Role.VM && !endpoint.inMemory();
    }

    /// Not under the lab's lock, which the watcher's listener takes.
    @Override
    public void close() {
        watcher.close();
    }
}
