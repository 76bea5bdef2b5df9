package io.etherloom.lab;

import io.etherloom.lab.Blueprint.DevicePlan;
import io.etherloom.linux.InterfaceDrops;
import io.etherloom.linux.LinuxException;
import io.etherloom.linux.Netns;
import io.etherloom.linux.Rtnetlink;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Where the TAPs of external VMs are: made in the lab's own namespace, then taken by somebody into one of his, where they may get another name. Whose namespace is
/// gone has left, whether he said so or not. Guarded by the lab's lock.
final class ExternalTaps {
    private static final Logger LOG = LoggerFactory.getLogger(ExternalTaps.class);
    /// From the arrival until the interface is taken.
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final Netns netns;
    private final Map<String, Expected> expected = new LinkedHashMap<>();
    private final Map<String, Place> places = new LinkedHashMap<>();

    /// @param namespace   where the interface will be
    /// @param untilNanos by when
    private record Expected(Path namespace, long untilNanos) {}

    /// Where an interface is.
    ///
    /// @param namespace path of its file
    record Place(String namespace, String name) {}

    ExternalTaps(Netns netns) {
        this.netns = netns;
    }

    /// The interface of this VM is going to be in this namespace, which need not be there yet.
    void expect(String vm, Path namespace) {
        expected.put(vm, new Expected(namespace, System.nanoTime() + PATIENCE_NANOS));
    }

    void forget(String vm) {
        expected.remove(vm);
        places.remove(vm);
    }

    boolean isEmpty() {
        return expected.isEmpty() && places.isEmpty();
    }

    /// Where the interface of a VM is; empty until it was taken.
    Optional<Place> place(String vm) {
        return Optional.ofNullable(places.get(vm));
    }

    /// Looks which interfaces were taken since.
    ///
    /// @param devices that are open
    /// @return whether any was
    boolean look(Map<DevicePlan, DeviceRuntime> devices) {
        boolean isAnyTaken = false;
        for (var entry : devices.entrySet()) {
            if (entry.getKey() instanceof DevicePlan.ExternalTap tap && expected.get(tap.endpoint()) instanceof Expected wanted) {
                var name = interfaceName(entry.getValue(), tap);
                if (Files.exists(wanted.namespace) && (!name.equals(tap.plan().name()) || isIn(wanted.namespace, name))) {
                    expected.remove(tap.endpoint());
                    places.put(tap.endpoint(), new Place(wanted.namespace.toString(), name));
                    count(tap.endpoint(), entry.getValue());
                    isAnyTaken = true;
                }
            }
        }
        return isAnyTaken;
    }

    /// Whoever takes it need not give it another name.
    private boolean isIn(Path namespace, String name) {
        try {
            return netns.call(namespace.toString(), () -> {
                try (var links = Rtnetlink.open()) {
                    return links.find(name) != null;
                }
            });
        } catch (LinuxException gone) {
            return false;
        }
    }

    private static String interfaceName(DeviceRuntime device, DevicePlan.ExternalTap tap) {
        try {
            return device.interfaceName();
        } catch (LinuxException deleted) {
            return tap.plan().name();      // Nobody will take it any more.
        }
    }

    private void count(String vm, DeviceRuntime device) {
        var place = places.get(vm);
        try {
            device.countedBy(netns.call(place.namespace, () -> InterfaceDrops.open(place.name)));
        } catch (LinuxException gone) {
            LOG.warn("event=external-drops-failed vm={} effect=\"what the kernel drops at its interface is not counted\" reason=\"{}\"", vm, gone.getMessage());
        }
    }

    /// VMs whose namespace is gone, and those whose interface nobody has taken in time.
    List<String> gone() {
        var gone = new ArrayList<String>();
        places.forEach((vm, place) -> {
            if (!Files.exists(Path.of(place.namespace))) {
                gone.add(vm);
            }
        });
        expected.forEach((vm, wanted) -> {
            if (System.nanoTime() - wanted.untilNanos > 0) {
                gone.add(vm);
            }
        });
        return gone;
    }
}
