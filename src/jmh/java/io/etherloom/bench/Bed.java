package io.etherloom.bench;

import io.etherloom.linux.Processes;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The peers, ready to carry frames: made once, and idle while another one has its turn.
///
/// One lab gives the namespaces of all: the peers other than Etherloom live in VMs of it without vNIC. So they go with the lab, and what
/// a killed run leaves is swept like any other lab.
final class Bed {
    /// The processor of whatever carries frames in user space; senders run on [#SENDER_CPU].
    static final int SWITCH_CPU = Math.max(0, Runtime.getRuntime().availableProcessors() - 1);

    static final int SENDER_CPU = 0;

    private static final String LAB = "bench-" + ProcessHandle.current().pid();

    private final Scratch scratch;
    private final Path home;
    private final List<Peer> peers = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    private Bed(Scratch scratch, Path home) {
        this.scratch = scratch;
        this.home = home;
    }

    /// Makes all peers that this machine can have.
    ///
    /// @param home the checkout, where the relay's source is
    static Bed make(Scratch scratch, Path home) {
        var bed = new Bed(scratch, home);
        if (Processes.effectiveUser() != 0) {
            bed.notes.add("TAP to TAP left out: it needs root");
            return bed;
        }
        bed.makeLab();
        bed.makeRelay();
        bed.makeBridge();
        return bed;
    }

    List<Peer> peers() {
        return peers;
    }

    /// What was left out, in sentences.
    List<String> notes() {
        return notes;
    }

    private static String namespace(String vm) {
        return "el-" + LAB + "-" + vm;
    }

    private static Peer peer(String name, String prefix) {
        return new Peer(name, namespace(prefix + "-a"), namespace(prefix + "-b"));
    }

    private void makeLab() {
        var topology = """
            name: %s
            hosts:
              esx1:
                vSwitches:
                  vSwitch0:
                    portGroups:
                      VM Network: { vlan: 10 }
            vms:
              loom-a: { host: esx1, nics: [ { portGroup: VM Network, ip: %s/%d } ] }
              loom-b: { host: esx1, nics: [ { portGroup: VM Network, ip: %s/%d } ] }
              relay-a: { host: esx1 }
              relay-b: { host: esx1 }
              bridge: { host: esx1 }
              bridge-a: { host: esx1 }
              bridge-b: { host: esx1 }
            """.formatted(LAB, Peer.SENDER, Peer.PREFIX, Peer.RECEIVER, Peer.PREFIX);
        var file = scratch.file("topology.yaml");
        try {
            Files.writeString(file, topology);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        var ready = scratch.start("ready", List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx512m", "-XX:+UseSerialGC", "-XX:-UsePerfData", "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow", "-cp", System.getProperty("java.class.path"),
            LabProcess.class.getName(), file.toString()));
        scratch.run("taskset", "-p", "-c", Integer.toString(SWITCH_CPU), ready.substring("ready ".length()));
        peers.add(peer(Peer.ETHERLOOM, "loom"));
    }

    private void makeRelay() {
        if (!hasCommand("gcc")) {
            notes.add("bare relay left out: there is no gcc to compile bench/relay.c");
            return;
        }
        var relay = scratch.file("relay").toString();
        scratch.run("gcc", "-O2", "-Wall", "-Wextra", "-Werror", "-o", relay, home.resolve("bench/relay.c").toString());
        var peer = peer(Peer.RELAY, "relay");
        scratch.start("ready", List.of("taskset", "-c", Integer.toString(SWITCH_CPU),
            relay, peer.left(), Peer.INTERFACE, peer.right(), Peer.INTERFACE, "--spin", "50"));
        address(peer);
        peers.add(peer);
    }

    private void makeBridge() {
        var peer = peer(Peer.BRIDGE, "bridge");
        var middle = namespace("bridge");
        scratch.run("ip", "-n", middle, "link", "add", "br0", "up", "type", "bridge");
        for (var side : List.of(peer.left(), peer.right())) {
            var port = side.equals(peer.left()) ? "to-a" : "to-b";
            scratch.run("ip", "-n", side, "link", "add", Peer.INTERFACE, "type", "veth", "peer", "name", port, "netns", middle);
            scratch.run("ip", "-n", middle, "link", "set", port, "master", "br0", "up");
        }
        address(peer);
        peers.add(peer);
    }

    /// What a lab does for its own VMs: addresses, no IPv6 that would send frames by itself.
    private void address(Peer peer) {
        address(peer.left(), Peer.SENDER);
        address(peer.right(), Peer.RECEIVER);
    }

    private void address(String namespace, String address) {
        scratch.run("ip", "netns", "exec", namespace, "sh", "-c",
            "for it in all default; do echo 1 >/proc/sys/net/ipv6/conf/$it/disable_ipv6; done 2>&1 || true");
        scratch.run("ip", "-n", namespace, "address", "add", address + "/" + Peer.PREFIX, "dev", Peer.INTERFACE);
        scratch.run("ip", "-n", namespace, "link", "set", Peer.INTERFACE, "up");
    }

    static boolean hasCommand(String name) {
        for (var folder : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)) {
            if (Files.isExecutable(Path.of(folder, name))) {
                return true;
            }
        }
        return false;
    }
}
