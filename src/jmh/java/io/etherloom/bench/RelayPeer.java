package io.etherloom.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// The bare relay of `bench/relay.c`, which does nothing but carry frames from TAP to TAP.
final class RelayPeer {
    /// As long as Etherloom's default polls before it sleeps.
    static final List<String> DEFAULT = List.of("--spin", "50");
    static final List<String> BUSY = List.of("--busy");
    /// The same in a process with a second thread, which sleeps for ever.
    private static final List<String> WITH_THREADS = List.of("--spin", "50", "--two-threads");

    private RelayPeer() {}

    /// @param prefix of its namespaces in the ground
    static Peer start(Run run, Ground ground, String prefix, List<String> waiting) throws Unavailable {
        return start(run, ground, prefix, Subject.RELAY, List.of(prefix + "-b"), waiting);
    }

    /// What a program with more than one thread can reach, because the kernel then counts references of the open file in each call.
    static Peer withThreads(Run run, Ground ground, String prefix) throws Unavailable {
        return start(run, ground, prefix, Subject.RELAY_THREADS, List.of(prefix + "-b"), WITH_THREADS);
    }

    /// One that writes each frame of the left side to as many TAPs, each in a namespace of its own.
    static Peer copying(Run run, Ground ground, String prefix, int copies) throws Unavailable {
        return start(run, ground, prefix, Subject.RELAY, IntStream.rangeClosed(1, copies).mapToObj(it -> prefix + "-b" + it).toList(),
            DEFAULT);
    }

    private static Peer start(Run run, Ground ground, String prefix, Subject subject, List<String> receivers, List<String> options)
            throws Unavailable {
        var program = compile(run, "relay");
        var left = ground.namespace(prefix + "-a");
        var command = new ArrayList<>(Cpus.on(Cpus.SWITCH));
        command.add(program.toString());
        command.addAll(options);
        command.add(left + "/" + Peer.INTERFACE);
        receivers.forEach(it -> command.add(ground.namespace(it) + "/" + Peer.INTERFACE));
        var process = run.scratch().start("ready", command);
        ground.address(left, Peer.SENDER);
        ground.address(ground.namespace(receivers.getFirst()), Peer.RECEIVER);
        for (var other : receivers.subList(1, receivers.size())) {
            ground.quiet(ground.namespace(other));
            ground.up(ground.namespace(other), Peer.INTERFACE);
        }
        return new Peer(subject, left, receivers.stream().map(ground::namespace).toList(), List.of(process));
    }

    /// Compiles a program of the folder `bench`.
    static Path compile(Run run, String name) throws Unavailable {
        Commands.require("gcc", "gcc libc6-dev");
        var program = run.scratch().file(name);
        if (!Files.exists(program)) {
            run.scratch().run("gcc", "-O2", "-Wall", "-Wextra", "-Werror", "-o", program.toString(),
                run.home().resolve("bench/" + name + ".c").toString());
        }
        return program;
    }
}
