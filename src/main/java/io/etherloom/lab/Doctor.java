package io.etherloom.lab;

import io.etherloom.lab.Doctor.Check.Status;
import io.etherloom.container.Engine;
import io.etherloom.container.EngineException;
import io.etherloom.linux.LinuxException;
import io.etherloom.linux.Rtnetlink;
import io.etherloom.linux.Tun;
import io.etherloom.qemu.ShippedGuest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/// What this machine can and cannot do for labs, found by trying: settings can say yes and the kernel no. The trials run in a scratch lab
/// of their own, which is on record like any other, so that nothing is left even if this process is killed meanwhile. Any thread; takes a
/// few hundred milliseconds.
public final class Doctor {
    private static final long KIBIBYTES_WANTED = 512 * 1024;
    private static final long DESCRIPTORS_WANTED = 4096;
    private static final String AUTOGROUP = "/proc/sys/kernel/sched_autogroup_enabled";

    private final LabRegistry registry;
    private final List<Check> checks = new ArrayList<>();

    private Doctor(LabRegistry registry) {
        this.registry = registry;
    }

    /// One finding.
    ///
    /// @param name    what was looked at, such as `rtnetlink`
    /// @param status  what it means for labs
    /// @param finding what was seen
    /// @param cure    what helps; empty if nothing need be done
    public record Check(String name, Status status, String finding, String cure) {
        /// In the order of severity.
        public enum Status {
            /// As it should be.
            OK,
            /// Labs work, something beside them does not.
            WARNING,
            /// No lab works without it.
            MISSING
        }
    }

    /// Tries everything. The order is that of the table: first what all else rests on.
    public static List<Check> examine(LabRegistry registry) {
        var doctor = new Doctor(registry);
        doctor.run();
        return List.copyOf(doctor.checks);
    }

    private void run() {
        java();
        boolean isRoot = UserIds.ofThisProcess().isRoot();
        if (isRoot) {
            add("rights", Status.OK, "root", "");
        } else {
            rootless();
        }
        program("ip", Status.MISSING, "nothing starts inside VMs");
        if (isRoot) scratchLab();
        tools();
        containers();
        limits(isRoot);
        kernelParts();
    }

    private void add(String name, Status status, String finding, String cure) {
        checks.add(new Check(name, status, finding, cure));
    }

    private void java() {
        var version = Runtime.version();
        boolean isNew = version.feature() >= 25;
        add("java", isNew ? Status.OK : Status.MISSING, version + " in " + System.getProperty("java.home"), isNew ? "" : "install a JDK 25 or newer");
    }

    private void rootless() {
        var problem = Rootless.problem();
        if (problem == null) {
            add("rights", Status.OK, "ordinary user; user, mount and network namespaces and a TAP in them can be made", "");
            return;
        }
        int semicolon = problem.indexOf("; ");
        add("rights", Status.MISSING, semicolon < 0 ? problem : problem.substring(0, semicolon), semicolon < 0 ? "" : problem.substring(semicolon + 2));
    }

    private void program(String name, Status otherwise, String effect) {
        var file = Programs.find(name);
        if (file != null) {
            add(name, Status.OK, file.toString(), "");
        } else {
            add(name, otherwise, "not found: " + effect, "apt-get install " + Programs.packageOf(name));
        }
    }

    /// The real thing, small: claim, namespace, TAP, netlink, a program inside.
    private void scratchLab() {
        var name = "doctor-" + ProcessHandle.current().pid();
        try (var claim = registry.claim(name, Path.of(""), "doctor", _ -> {}); var namespaces = new LabNamespaces(registry, claim)) {
            add("state folder", Status.OK, registry.state().root().toString(), "");
            if (!attempt("namespaces", "run as root, and inside a container as a privileged one", () -> {
                namespaces.create(List.of("scratch"));
                return "made and named; ip netns shows those of a lab as el-LAB-VM";
            })) return;
            namespaces.writeHosts(java.util.Map.of("scratch", List.of("127.0.0.2")));
            attempt("taps", "load the module: modprobe tun; inside a container: --device /dev/net/tun --cap-add NET_ADMIN",
                () -> namespaces.netns().call(namespaces.name("scratch"), this::tap));
            inside(namespaces.name("scratch"));
        } catch (LabException | UncheckedIOException e) {
            add("scratch lab", Status.MISSING, String.valueOf(e.getMessage()), "");
        }
    }

    private boolean attempt(String name, String cure, Callable<String> trial) {
        try {
            add(name, Status.OK, trial.call(), "");
            return true;
        } catch (Exception e) {
            add(name, Status.MISSING, String.valueOf(e.getMessage()), cure);
            return false;
        }
    }

    /// Runs on a thread inside the scratch namespace.
    private String tap() {
        try (var tun = Tun.create("eth0", Tun.Options.OFFLOADED)) {
            offloads(tun.offloads());
            netlink();
            return "/dev/net/tun opens, and a TAP can be made";
        }
    }

    private void offloads(int offloads) {
        boolean hasTcp = (offloads & Tun.TUN_F_TSO4) != 0 && (offloads & Tun.TUN_F_TSO6) != 0 && (offloads & Tun.TUN_F_CSUM) != 0;
        boolean hasUdp = (offloads & Tun.TUN_F_USO4) != 0 && (offloads & Tun.TUN_F_USO6) != 0;
        add("offloads", hasTcp ? Status.OK : Status.WARNING, "vnet header, checksums and TCP segments " + (hasTcp ? "pass" : "are refused")
            + ", UDP segments " + (hasUdp ? "pass" : "are cut by the kernel"), hasTcp ? "" : "labs work, slower; a kernel from 6.2 has all");
    }

    private void netlink() {
        try (var netlink = Rtnetlink.open()) {
            int index = netlink.index("eth0");
            netlink.change().up(index).apply();
            add("rtnetlink", Status.OK, "interfaces can be seen and set", "");
        } catch (LinuxException e) {
            add("rtnetlink", Status.MISSING, String.valueOf(e.getMessage()), "");
        }
    }

    /// What a user of `ip netns exec` sees.
    private void inside(String namespace) {
        var ip = Programs.find("ip");
        if (ip == null) return;
        var hosts = Programs.run(List.of(ip.toString(), "netns", "exec", namespace, "cat", "/etc/hosts"));
        if (hosts.status() != 0) {
            add("ip netns exec", Status.MISSING, hosts.line(), "inside a container: run it as a privileged one, since /sys is mounted anew for each VM");
        } else if (!hosts.text().contains("127.0.0.2 scratch")) {
            add("ip netns exec", Status.WARNING, "programs start inside, but /etc/netns has no effect: names do not resolve", "");
        } else {
            add("ip netns exec", Status.OK, "programs start inside, and names of a lab resolve", "");
        }
    }

    private void tools() {
        program("ping", Status.WARNING, "no ping inside VMs");
        program("tcpdump", Status.WARNING, "captures cannot be read on the terminal");
        program("tshark", Status.WARNING, "captures cannot be taken apart on the terminal");
        program("iperf3", Status.WARNING, "no throughput tests inside VMs");
        program("qemu-system-x86_64", Status.WARNING, "no VMs of kind qemu");
        var guest = ShippedGuest.ofThisInstallation();
        add("guest", guest.isThere() ? Status.OK : Status.WARNING, guest.isThere() ? guest.folder().toString() : "not made: VMs of kind qemu need an image",
            guest.isThere() ? "" : "./build guest");
        var libpcap = library("libpcap.so");
        add("libpcap", libpcap.isEmpty() ? Status.WARNING : Status.OK, libpcap.isEmpty() ? "not found: no capture filters" : libpcap,
            libpcap.isEmpty() ? "apt-get install libpcap0.8" : "");
    }

    private void containers() {
        try {
            add("containers", Status.OK, Engine.find() + " answers", "");
        } catch (EngineException e) {
            var parts = String.valueOf(e.getMessage()).split("; ", 2);
            add("containers", Status.WARNING, "no VMs of kind container: " + parts[0], parts.length > 1 ? parts[1] : "");
        }
    }

    private static String library(String prefix) {
        for (var folder : List.of("/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/lib", "/usr/local/lib", "/lib64")) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(Path.of(folder), prefix + "*")) {
                for (var file : files) return file.toString();
            } catch (IOException e) {
                // No such folder on this machine.
                continue;
            }
        }
        return "";
    }

    private void limits(boolean isRoot) {
        long descriptors = number("/proc/self/limits", "Max open files");
        boolean areEnough = descriptors >= DESCRIPTORS_WANTED;
        add("descriptors", areEnough ? Status.OK : Status.WARNING, descriptors + " files may be open in one process; a VM needs one or two",
            areEnough ? "" : "ulimit -n 65536");
        if (!isRoot) {
            long namespaces = number("/proc/sys/user/max_net_namespaces", "");
            add("namespace limit", namespaces > 0 ? Status.OK : Status.MISSING, namespaces + " network namespaces per user",
                namespaces > 0 ? "" : "sudo sysctl user.max_net_namespaces=10000");
        }
        if (number(AUTOGROUP, "") == 1 && !hasProcessorGroup()) {
            add("autogroup", Status.WARNING, "each session has its own share of the processors: a lab may stand still for seconds while programs of other sessions keep all of them busy",
                "sysctl kernel.sched_autogroup_enabled=0");
        }
        long available = number("/proc/meminfo", "MemAvailable:");
        boolean isEnough = available >= KIBIBYTES_WANTED;
        add("memory", isEnough ? Status.OK : Status.WARNING, available / 1024 + " MiB available", isEnough ? "" : "512 MiB do for a lab of 100 VMs");
    }

    /// Whether this process is in a group for processor time that somebody made, where sessions count for nothing (sched(7)).
    private static boolean hasProcessorGroup() {
        try {
            for (var line : Files.readAllLines(Path.of("/proc/self/cgroup"))) {
                var parts = line.split(":", 3);
                if (List.of(parts[1].split(",")).contains("cpu") && !parts[2].equals("/")) return true;
                // The root has no weight, but a container may take its own group for the root.
                for (var group = Path.of(parts[2]); parts[1].isEmpty() && group != null; group = group.getParent()) {
                    if (Files.exists(Path.of("/sys/fs/cgroup" + group, "cpu.weight"))) return true;
                }
            }
        } catch (IOException e) {
            // A kernel without groups.
        }
        return false;
    }

    /// The first number behind a label; -1 if it is not there.
    private static long number(String file, String label) {
        try {
            for (var line : Files.readAllLines(Path.of(file))) {
                if (!line.startsWith(label)) continue;
                var first = line.substring(label.length()).strip().split("\\s+")[0];
                return first.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(first);
            }
        } catch (IOException | NumberFormatException e) {
            return -1;
        }
        return -1;
    }

    /// What people look for first, and labs do without. Read, not tried: trying would load a module, which stays.
    private void kernelParts() {
        part("802.1Q device", "8021q", "the switch tags frames itself");
        part("bonding", "bonding", "teaming is the vSwitch's");
        part("netem", "sch_netem", "links need nothing of the kernel");
        boolean hasKvm = Files.exists(Path.of("/dev/kvm"));
        add("kvm", Status.OK, (hasKvm ? "there, used for QEMU guests once one has booted with it" : "absent: QEMU guests are translated") + "; other VMs need none", "");
    }

    private void part(String name, String module, String why) {
        boolean isThere = Files.exists(Path.of("/sys/module", module));
        add(name, Status.OK, (isThere ? "there" : "not loaded") + ", and not needed: " + why, "");
    }
}
