package io.etherloom.lab;

import io.etherloom.lab.Blueprint.DevicePlan;
import io.etherloom.lab.Blueprint.InterfacePlan;
import io.etherloom.linux.Netns;
import io.etherloom.linux.Rtnetlink;
import io.etherloom.linux.Sysctl;
import io.etherloom.linux.Tun;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// A namespace with a TAP `eth0` in it, as a VM has, without a lab around it.
final class WatchedNamespace implements AutoCloseable {
    private static final Netns NETNS = new Netns();

    private final String name;
    private final long mac;
    private final List<Process> started = new ArrayList<>();
    private final Tun tun;

    private WatchedNamespace(String name, long mac) {
        this.name = name;
        this.mac = mac;
        NETNS.create(name);
        tun = NETNS.call(name, () -> {
            Sysctl.disableIpv6();
            var made = Tun.create("eth0", Tun.Options.OFFLOADED);
            try (var link = Rtnetlink.open()) {
                int index = link.index("eth0");
                link.change().mac(index, mac).up(index).up(link.index("lo")).apply();
            }
            return made;
        });
    }

    /// @param number tells those of one test apart; the address of its interface ends with it
    static WatchedNamespace make(int number) {
        return new WatchedNamespace("el-t" + ProcessHandle.current().pid() + "-g" + number, 0x0050_5600_0000L + number);
    }

    String name() {
        return name;
    }

    long mac() {
        return mac;
    }

    DevicePlan key() {
        return key("eth0");
    }

    DevicePlan key(String interfaceName) {
        return new DevicePlan.Interface(name, new InterfacePlan(interfaceName, mac, 1500, 1, List.of(), List.of()));
    }

    /// Runs a shell command inside, which must succeed.
    void run(String command) {
        var outcome = Programs.run(List.of("ip", "netns", "exec", name, "sh", "-c", command));
        if (outcome.status() != 0) throw new AssertionError(command + ": " + outcome.text());
    }

    /// Starts one that is killed at the end, if not before.
    Process start(String... command) throws IOException {
        var words = new ArrayList<>(List.of("ip", "netns", "exec", name));
        words.addAll(List.of(command));
        var process = new ProcessBuilder(words).redirectErrorStream(true).start();
        started.add(process);
        return process;
    }

    @Override
    public void close() {
        for (var process : started) process.destroyForcibly().onExit().join();
        tun.close();
        NETNS.delete(name);
    }
}
