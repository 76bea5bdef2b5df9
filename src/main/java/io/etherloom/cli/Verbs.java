package io.etherloom.cli;

import java.util.List;

/// All verbs by name. Only the verb that was called is loaded, since each costs a few milliseconds of a client's short life.
final class Verbs {
    /// In the order of the help page.
    static final List<String> NAMES = List.of("up", "down", "ls", "show", "validate", "plan", "exec", "console", "vm", "nic", "link", "set", "esxcli", "top",
        "events", "vmotion", "capture", "trace", "replay", "extcap", "observe", "docker-plugin", "bench", "doctor", "logs", "clean", "version", "completion");

    /// Started by `up --detach`, not by people.
    static final String LAB_PROCESS = "lab-process";

    /// Run by the build.
    static final String REHEARSAL = "rehearsal";

    private Verbs() {}

    static boolean isHidden(String name) {
        return name.equals(REHEARSAL);
    }

    static Verb make(String name, World world) {
        return switch (name) {
            case "up" -> new UpCommand(world);
            case "down" -> new DownCommand(world);
            case "ls" -> new LsCommand(world);
            case "show" -> new ShowCommand(world);
            case "validate" -> new ValidateCommand(world);
            case "plan" -> new PlanCommand(world);
            case "exec" -> new ExecCommand(world);
            case "console" -> new ConsoleCommand(world);
            case "vm" -> new VmCommand(world);
            case "nic" -> new NicCommand(world);
            case "link" -> new LinkCommand(world);
            case "set" -> new SetCommand(world);
            case "events" -> new EventsCommand(world);
            case "top" -> new TopCommand(world);
            case "esxcli" -> new EsxcliCommand(world);
            case "capture" -> new CaptureCommand(world);
            case "extcap" -> new ExtcapCommand(world);
            case "replay" -> new ReplayCommand(world);
            case "trace" -> new TraceCommand(world);
            case "vmotion" -> new VmotionCommand(world);
            case "observe" -> new ObserveCommand(world);
            case "docker-plugin" -> new DockerPluginCommand(world);
            case "bench" -> new BenchCommand(world);
            case "doctor" -> new DoctorCommand(world);
            case "logs" -> new LogsCommand(world);
            case "clean" -> new CleanCommand(world);
            case "version" -> new VersionCommand(world);
            case "completion" -> new CompletionCommand(world);
            case REHEARSAL -> new RehearsalCommand(world);
            default -> throw new IllegalArgumentException(name);
        };
    }
}
