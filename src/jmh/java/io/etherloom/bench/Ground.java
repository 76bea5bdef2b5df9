package io.etherloom.bench;

import java.util.Collection;
import java.util.stream.Collectors;

/// The namespaces in which peers other than Etherloom live: VMs without vNICs of a lab that carries nothing. So they go with that lab,
/// and what a killed run leaves is swept like any other lab.
final class Ground {
    private final Run run;
    private final String lab;

    private Ground(Run run, String lab) {
        this.run = run;
        this.lab = lab;
    }

    /// @param names of the namespaces
    static Ground of(Run run, Collection<String> names) throws Unavailable {
        var lab = Lab.name("ground");
        Lab.up(run, lab, "hosts:\n  esx1: {}\nvms:\n"
            + names.stream().map(it -> "  " + it + ": { host: esx1 }\n").collect(Collectors.joining()));
        return new Ground(run, lab);
    }

    String namespace(String name) {
        return Lab.namespace(lab, name);
    }

    /// What a lab does for its own VMs: an address, and no IPv6 that would send frames by itself.
    void address(String namespace, String address) {
        quiet(namespace);
        run.scratch().run("ip", "-n", namespace, "address", "add", address + "/" + Peer.PREFIX, "dev", Peer.INTERFACE);
        up(namespace, Peer.INTERFACE);
    }

    /// Takes IPv6 away from a namespace.
    void quiet(String namespace) {
        run.scratch().run("ip", "netns", "exec", namespace, "sh", "-c",
            "for it in all default; do echo 1 >/proc/sys/net/ipv6/conf/$it/disable_ipv6; done 2>&1 || true");
    }

    void up(String namespace, String link) {
        run.scratch().run("ip", "-n", namespace, "link", "set", link, "up");
    }

    /// Gives a TAP of one namespace to another one, as its `eth0`. The process that opened it keeps it.
    void move(String from, String tap, String to) {
        run.scratch().run("ip", "-n", from, "link", "set", tap, "netns", to, "name", Peer.INTERFACE);
    }
}
