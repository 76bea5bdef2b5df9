package io.etherloom.lab;

import io.etherloom.lab.Blueprint.EndpointPlan;
import io.etherloom.lab.Blueprint.InterfacePlan;
import io.etherloom.linux.InterfaceDrops;
import io.etherloom.linux.LinuxException;
import io.etherloom.linux.Netns;
import io.etherloom.linux.Rtnetlink;
import io.etherloom.linux.Sysctl;
import io.etherloom.linux.Tun;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;

/// Makes the interfaces inside the namespaces of a lab: each is a TAP that is opened where it lives, so that nothing has to be
/// moved, and gets its addresses by netlink. Closing is the slow part of the kernel (16 to 24 ms each) and is done by many threads.
final class Interfaces {
    private static final int CLOSING_THREADS = 32;

    private final Netns netns;

    Interfaces(Netns netns) {
        this.netns = netns;
    }

    /// An interface that is ready: the queues of its TAP, and the count of frames that the kernel dropped.
    record Opened(List<Tun> queues, InterfaceDrops drops) {}

    /// Work for one namespace.
    record Request(String namespace, EndpointPlan endpoint, List<InterfacePlan> interfaces) {}

    /// Opens the interfaces of many endpoints; on a fault all that this call opened are closed again.
    ///
    /// @return by endpoint and interface name, `web1.eth0`
    Map<String, Opened> open(List<Request> requests) {
        var opened = new LinkedHashMap<String, Opened>();
        var faults = new ArrayList<RuntimeException>();
        // One thread goes from namespace to namespace and ends in the last: from a user namespace it could not come back (setns(2)).
        var worker = Thread.ofPlatform().name("interfaces").start(() -> {
            try {
                requests.forEach(request -> open(request, opened));
            } catch (RuntimeException fault) {
                faults.add(fault);
            }
        });
        join(worker);
        if (!faults.isEmpty()) {
            close(opened.values().stream().flatMap(it -> it.queues().stream()).toList());
            opened.values().forEach(it -> it.drops().close());
            throw faults.getFirst();
        }
        return opened;
    }

    private void open(Request request, Map<String, Opened> opened) {
        try {
            netns.enterForGood(request.namespace());
            openHere(request, opened);
        } catch (LinuxException fault) {
            throw new LabException(LabException.Kind.ENVIRONMENT, request.endpoint().name() + ": " + fault.getMessage(), fault);
        }
    }

    private void openHere(Request request, Map<String, Opened> opened) {
        try (var link = Rtnetlink.open()) {
            prepare(request.endpoint(), link);
            for (var plan : request.interfaces()) {
                removeForeign(plan.name(), link);
                // Without carrier until the switch has it: what a guest sends before that was never on a wire.
                var queues = new ArrayList<Tun>();
                opened.put(key(request.endpoint().name(), plan.name()), new Opened(queues, InterfaceDrops.open(plan.name())));
                queues.add(Tun.create(plan.name(), Tun.Options.OFFLOADED.withCarrier(false).withQueues(plan.queues() > 1)));
                while (queues.size() < plan.queues()) {
                    queues.add(queues.getFirst().openQueue());
                }
                configure(link, plan);
            }
        }
    }

    static String key(String endpoint, String name) {
        return endpoint + "." + name;
    }

    /// The namespace is ours: an interface that a guest made under the name of one of its vNICs must not keep the vNIC away.
    private static void removeForeign(String name, Rtnetlink link) {
        var foreign = link.find(name);
        if (foreign != null) {
            link.change().delete(foreign.index()).apply();
        }
    }

    private static void prepare(EndpointPlan endpoint, Rtnetlink link) {
        // Once: it would take the IPv6 addresses of interfaces that are there already.
        if (!Sysctl.isIpv6Disabled()) {
            Sysctl.disableIpv6();
        }
        // A namespace may have been another endpoint of that name before.
        if (endpoint.forwards() || Sysctl.read("net.ipv4.ip_forward").equals("1")) {
            Sysctl.setForwarding(endpoint.forwards());
        }
        link.change().up(link.index("lo")).apply();
    }

    private static void configure(Rtnetlink link, InterfacePlan plan) {
        int index = link.index(plan.name());
        if (plan.addresses().stream().anyMatch(address -> address.isIpv6())) {
            Sysctl.setIpv6(plan.name(), true);
        }
        var changes = link.change().mac(index, plan.mac()).mtu(index, plan.mtu()).up(index);
        plan.addresses().forEach(address -> changes.address(index, address.ip(), address.prefixLength()));
        plan.gateways().forEach(changes::defaultRoute);
        changes.apply();
    }

    /// Closes many TAPs at once.
    static void close(List<? extends AutoCloseable> devices) {
        if (devices.isEmpty()) {
            return;
        }
        try (var closers = Executors.newFixedThreadPool(Math.min(CLOSING_THREADS, devices.size()))) {
            for (var device : devices) {
                closers.execute(() -> closeQuietly(device));
            }
        }
    }

    private static void closeQuietly(AutoCloseable device) {
        try {
            device.close();
        } catch (Exception fault) {
            throw new IllegalStateException("closing failed", fault);
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new LabException(LabException.Kind.ENVIRONMENT, "interrupted while interfaces were made", interrupted);
        }
    }
}
