package io.etherloom.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Open vSwitch's two daemons, with a database and a run directory of their own, in a namespace of the ground. Whatever Open vSwitch the
/// machine runs is not touched: no kernel datapath, no shared socket, no pid file.
///
/// @param folder of the database, sockets and logs
/// @param vSwitch `ovs-vswitchd`; its threads stay on the processor of switches
record OvsDaemons(Run run, Path folder, Process database, Process vSwitch) {
    private static final Path SCHEMA = Path.of("/usr/share/openvswitch/vswitch.ovsschema");
    private static final int PATIENCE_SECONDS = 20;

    /// @param namespace where the daemons run
    /// @param daemon `ovs-vswitchd` of one of Debian's packages
    /// @param settings for the database, before the daemon starts
    static OvsDaemons start(Run run, String namespace, Path daemon, List<String> settings) throws Unavailable {
        Commands.require(SCHEMA, "openvswitch-common");
        Commands.require("ovsdb-server", "openvswitch-common");
        Commands.require("ovs-vsctl", "openvswitch-switch");
        var folder = run.scratch().folder("ovs-" + daemon.getFileName());
        var environment = Map.of("OVS_RUNDIR", folder.toString(), "OVS_LOGDIR", folder.toString(), "OVS_DBDIR", folder.toString(),
            "OVS_SYSCONFDIR", folder.toString());
        var file = folder.resolve("conf.db").toString();
        run.scratch().run("ovsdb-tool", "create", file, SCHEMA.toString());
        var socket = folder.resolve("db.sock");
        var database = run.scratch().start(socket, in(namespace, List.of("ovsdb-server", file, "--unixctl=" + folder.resolve("db.ctl"),
            "--remote=punix:" + socket, "--no-chdir", "-vconsole:err", "-vsyslog:off")), environment);
        configure(run, folder, "--no-wait", "init");
        if (!settings.isEmpty()) {
            var words = new ArrayList<>(List.of("--no-wait", "set", "Open_vSwitch", "."));
            words.addAll(settings);
            configure(run, folder, words.toArray(String[]::new));
        }
        var command = new ArrayList<>(Cpus.on(Cpus.SWITCH));
        command.addAll(List.of(daemon.toString(), "unix:" + socket, "--unixctl=" + folder.resolve("vs.ctl"), "--disable-system",
            "--no-chdir", "-vconsole:err", "-vsyslog:off", "--log-file=" + folder.resolve("vs.log")));
        var vSwitch = run.scratch().start(folder.resolve("vs.ctl"), in(namespace, command), environment);
        return new OvsDaemons(run, folder, database, vSwitch);
    }

    private static List<String> in(String namespace, List<String> command) {
        var words = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
        words.addAll(command);
        return words;
    }

    /// Changes the database and waits until the daemon has done it.
    String configure(String... words) {
        return configure(run, folder, words);
    }

    private static String configure(Run run, Path folder, String... words) {
        var command = new ArrayList<>(List.of("ovs-vsctl", "--timeout=" + PATIENCE_SECONDS, "--db=unix:" + folder.resolve("db.sock")));
        command.addAll(List.of(words));
        return run.scratch().run(command);
    }

    /// Asks the daemon for something.
    String ask(String... words) {
        var command = new ArrayList<>(List.of("ovs-appctl", "--timeout=" + PATIENCE_SECONDS, "-t", folder.resolve("vs.ctl").toString()));
        command.addAll(List.of(words));
        return run.scratch().run(command);
    }

    /// Speaks OpenFlow with a bridge.
    String flows(String bridge, String verb, String... words) {
        var command = new ArrayList<>(List.of("ovs-ofctl", "--timeout=" + PATIENCE_SECONDS, verb, "unix:" + folder.resolve(bridge + ".mgmt")));
        command.addAll(List.of(words));
        return run.scratch().run(command);
    }
}
